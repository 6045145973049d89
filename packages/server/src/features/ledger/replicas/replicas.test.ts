import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { peekCheckpoint } from '@fairlead/core/ledger';
import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  createPostgresDatabase,
  describePostgres,
  type TestDatabase,
} from '../../../../../../test/setup/database.ts';
import { appendedLate } from '../api.ts';
import { type LedgerOptions, type OpenLedger, openLedger } from '../create.ts';
import { postgresReader } from '../reader-postgres.ts';
import { configDraft, decisionDraft, outcomeDraft } from '../testing/entries.ts';
import { verifyLog } from '../verify.ts';
import { tryToLead } from './leadership.ts';

let database: TestDatabase;
let folder: string;
let keysDir: string;
let opened: OpenLedger[];

describePostgres('replicas of a ledger on PostgreSQL', () => {
  beforeEach(async () => {
    database = await createPostgresDatabase();
    folder = mkdtempSync(join(tmpdir(), 'fairlead-replicas-'));
    keysDir = join(folder, 'shared.keys');
    opened = [];
  });
  afterEach(async () => {
    for (const ledger of opened) await ledger.close().catch(() => undefined);
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  const replica = async (name: string, more: Partial<LedgerOptions> = {}) => {
    const ledger = await openLedger({
      dataDir: join(folder, name),
      keysDir,
      clock: { now: Date.now },
      sealAfterMs: 50,
      database: { url: database.url, maySign: true },
      ...more,
    });
    opened.push(ledger);
    return ledger;
  };

  const asAdmin = async (sql: string): Promise<pg.QueryResult> => {
    const client = new pg.Client(database.url);
    await client.connect();
    try {
      return await client.query(sql);
    } finally {
      await client.end();
    }
  };

  const verdict = async () => {
    const pool = new pg.Pool({ connectionString: database.url });
    try {
      const reader = { ...postgresReader(pool), close: async () => undefined };
      return await verifyLog(reader, { vkey: opened[0]!.vkey, lastSigned: null });
    } finally {
      await pool.end();
    }
  };

  const signedSize = async (ledger: OpenLedger) => {
    const file = await ledger.readLog('/log/checkpoint');
    return file === null ? 0 : peekCheckpoint(Buffer.from(file.body).toString()).size;
  };

  it('append at once without a gap, one of them signs, and all see what was signed', async () => {
    const [one, two] = [await replica('one'), await replica('two')];
    expect(two.vkey).toBe(one.vkey);
    const calls = Array.from({ length: 60 }, async (_, i) => {
      const ledger = i % 2 === 0 ? one : two;
      const decision = decisionDraft(ledger.instance);
      await ledger.append([decision]);
      await ledger.append([outcomeDraft(ledger.instance, decision.op)]);
    });
    await Promise.all(calls);
    for (const ledger of [one, two]) await expect.poll(() => signedSize(ledger)).toBe(120);
    await expect.poll(() => two.state().signedSize).toBe(120);
    expect(await verdict()).toMatchObject({ ok: true, size: 120, problems: [] });
  });

  it('go on when the leader stops, or its session is cut: another one signs', async () => {
    const [one, two] = [await replica('one'), await replica('two')];
    await one.append([configDraft(one.instance)]);
    await expect.poll(() => signedSize(two)).toBe(1);
    await one.close();
    await two.append([configDraft(two.instance)]);
    await expect.poll(() => signedSize(two)).toBe(2);
    const three = await replica('three');
    await asAdmin(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'fairlead-ledger-leader'",
    );
    await three.append([configDraft(three.instance)]);
    await expect.poll(() => signedSize(three)).toBe(3);
    expect(await verdict()).toMatchObject({ ok: true, size: 3, problems: [] });
  });

  it('stop a leader that was cut off and does not know it: its checkpoint is not written', async () => {
    const ledger = await replica('one', { database: { url: database.url, maySign: true } });
    await ledger.append([configDraft(ledger.instance)]);
    await expect.poll(() => signedSize(ledger)).toBe(1);
    await ledger.close();
    const stale = await tryToLead(database.url, ledger.instance.id, () => undefined);
    // What a takeover does, while the old session still believes in itself.
    await asAdmin('update ledger_lease set epoch = epoch + 1');
    const checkpoint = { size: 9, root: new Uint8Array(32), note: 'stale' };
    await expect(stale?.seal({ checkpoint, hashes: [] })).rejects.toMatchObject({
      code: 'ledger.not-leader',
    });
    await stale?.end();
    expect((await asAdmin('select size from ledger_checkpoints where size = 9')).rows).toEqual([]);
  });

  it('let only one lead', async () => {
    await replica('one');
    expect(await tryToLead(database.url, crypto.randomUUID(), () => undefined)).toBeNull();
  });

  it('never close a living sibling’s calls, and close those of one that was silent for a minute', async () => {
    const one = await replica('one');
    const open = decisionDraft(one.instance);
    await one.append([open]);
    const two = await replica('two');
    expect(two.recovered).toBe(0);
    await two.close();
    await asAdmin(
      `update ledger_instances set renewed_at = now() - interval '61 seconds' where instance = '${one.instance.id}'`,
    );
    const three = await replica('three');
    expect(three.recovered).toBe(1);
    // The silent one comes back: it can't close its call a second time.
    const renewed = () =>
      asAdmin(
        `select 1 from ledger_instances where instance = '${one.instance.id}' and renewed_at > now() - interval '9 seconds'`,
      );
    await expect.poll(async () => (await renewed()).rowCount).toBe(1);
    expect(await one.append([outcomeDraft(one.instance, open.op)])).toEqual([{ index: -1, duplicate: true }]);
    const another = decisionDraft(one.instance);
    await one.append([another]);
    await one.append([outcomeDraft(one.instance, another.op)]);
    expect(await verdict()).toMatchObject({ ok: true, size: 4, problems: [] });
  });

  it('that were silent for a minute go on after a later fault, like others', async () => {
    const one = await replica('one', { appendBoundMs: 20_000 });
    const open = decisionDraft(one.instance);
    await one.append([open]);
    const silent = `update ledger_instances set renewed_at = now() - interval '61 seconds'`;
    const renewed = `select 1 from ledger_instances where renewed_at > now() - interval '9 seconds'`;
    await asAdmin(silent);
    await expect.poll(async () => (await asAdmin(renewed)).rowCount).toBe(1);
    const elsewhere = Object.assign(new URL(database.url), { pathname: '/postgres' }).href;
    const name = new URL(database.url).pathname.slice(1);
    const accepting = async (yes: boolean) => {
      const client = new pg.Client(elsewhere);
      await client.connect();
      await client.query(`alter database ${name} allow_connections ${yes}`);
      if (!yes)
        await client.query(
          `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
        );
      await client.end();
    };
    await accepting(false);
    const refused = await one.append([outcomeDraft(one.instance, open.op)]).catch((error) => error);
    expect(refused).toMatchObject({ code: 'ledger.unavailable' });
    await accepting(true);
    expect(await appendedLate(refused)).toBe(true);
    const appended = () =>
      one.append([outcomeDraft(one.instance, open.op)]).then(
        (receipts) => receipts[0]?.index,
        (error: { message: string }) => error.message,
      );
    await expect.poll(appended).toBe(1);
    expect(one.state().healthy).toBe(true);
  });

  it('refuse another key, a replica without one, and a database that is older than what was signed', async () => {
    const one = await replica('one');
    await one.append([configDraft(one.instance)]);
    await expect.poll(() => signedSize(one)).toBe(1);
    await expect(replica('other', { keysDir: join(folder, 'other.keys') })).rejects.toMatchObject({
      code: 'ledger.key-invalid',
    });
    const reader = await replica('reader', {
      keysDir: join(folder, 'none.keys'),
      database: { url: database.url, maySign: false },
    });
    await reader.append([configDraft(reader.instance)]);
    await expect.poll(() => signedSize(one)).toBe(2);
    for (const ledger of opened.splice(0)) await ledger.close();
    const kept = join(folder, 'kept.keys');
    cpSync(keysDir, kept, { recursive: true });
    await asAdmin('delete from ledger_checkpoints where size = 2');
    await expect(replica('later', { keysDir: kept })).rejects.toMatchObject({ code: 'ledger.rolled-back' });
  });

  it('go on by themselves when their session is cut, and write nothing twice', async () => {
    const one = await replica('one');
    const cut =
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name like 'fairlead-ledger %'";
    let written = 0;
    for (let round = 0; round < 5; round += 1) {
      const appends = Array.from({ length: 20 }, () => one.append([configDraft(one.instance)]));
      await asAdmin(cut);
      const settled = await Promise.allSettled(appends);
      written += settled.filter(({ status }) => status === 'fulfilled').length;
    }
    expect(one.state().healthy).toBe(true);
    await one.append([configDraft(one.instance)]);
    expect(written).toBeGreaterThan(0);
    const { size, problems } = await verdict();
    expect({ size, problems }).toEqual({ size: written + 1, problems: [] });
  });

  it('find out what became of an append that hangs, and go on', async () => {
    const one = await replica('one');
    await one.append([configDraft(one.instance)]);
    const holder = new pg.Client(database.url);
    await holder.connect();
    await holder.query('begin');
    await holder.query('select size from ledger_head for update');
    const late = await one.append([configDraft(one.instance)]).catch((error: unknown) => error);
    expect(late).toMatchObject({ code: 'ledger.unavailable' });
    // Given up while it was being written: it was not, and that is certain.
    expect(await appendedLate(late)).toBe(false);
    expect(one.state().healthy).toBe(true);
    await holder.query('rollback');
    await holder.end();
    await one.append([configDraft(one.instance)]);
    expect(await verdict()).toMatchObject({ ok: true, size: 2, problems: [] });
  });
});
