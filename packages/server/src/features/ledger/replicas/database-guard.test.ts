import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  createPostgresDatabase,
  describePostgres,
  type TestDatabase,
} from '../../../../../../test/setup/database.ts';
import { unprivilegedAccount } from '../../../../../../test/setup/postgres-binaries.ts';
import { appendedLate, isUnwritten } from '../api.ts';
import { listEntries, verifyLedger } from '../cli.ts';
import { type OpenLedger, openLedger } from '../create.ts';
import { configDraft, decisionDraft, outcomeDraft } from '../testing/entries.ts';
import type { DatabaseLimits } from './database-guard.ts';

const mebibyte = 1024 * 1024;
let database: TestDatabase;
let folder: string;
let undo: (() => unknown)[];

async function open(url: string, limits: DatabaseLimits): Promise<OpenLedger> {
  const ledger = await openLedger({
    dataDir: join(folder, 'data'),
    clock: { now: Date.now },
    sealAfterMs: 50,
    database: { url, maySign: true, limits: { everyMs: 20, retryMs: 50, ...limits } },
  });
  undo.push(() => ledger.close());
  return ledger;
}

async function sql(url: string, text: string): Promise<Record<string, string>[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

const refusal = (ledger: OpenLedger, draft = decisionDraft(ledger.instance)) =>
  ledger.append([draft]).then(
    () => null,
    (error: unknown) => error,
  );

async function written(url: string): Promise<string[]> {
  const found: string[] = [];
  await listEntries({ database: url }, { kind: 'admin' }, ({ bytes }) => {
    found.push((JSON.parse(Buffer.from(bytes).toString()) as { what: string }).what);
  });
  return found;
}

/** Lets PostgreSQL refuse entries with a code of its own, until what is returned is called. */
async function refuseEntries(url: string, code: string): Promise<() => Promise<unknown>> {
  await sql(
    url,
    `create function refuse() returns trigger language plpgsql as
       $$ begin raise exception 'not now' using errcode = '${code}'; end $$;
     create trigger refuse before insert on ledger_entries for each row execute function refuse()`,
  );
  return () => sql(url, 'drop trigger refuse on ledger_entries');
}

describePostgres('the room of a database', () => {
  beforeEach(async () => {
    database = await createPostgresDatabase();
    folder = mkdtempSync(join(tmpdir(), 'fairlead-room-'));
    chmodSync(folder, 0o755);
    undo = [];
  });
  afterEach(async () => {
    for (const step of undo.splice(0).reverse()) await step();
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('near its limit refuses calls and records everything else, and goes on when there is room', async () => {
    const { url } = database;
    // Its tables are there before the limit is chosen.
    await (await open(url, {})).close();
    const size = Number((await sql(url, 'select pg_database_size(current_database()) as n'))[0]?.n);
    const ledger = await open(url, { limitBytes: size + 60 * mebibyte });
    const before = decisionDraft(ledger.instance);
    await ledger.append([before]);
    await sql(
      url,
      `create table ballast as select repeat(md5(i::text), 250) as t from generate_series(1, 60 * 128) i`,
    );
    await sql(url, 'alter table ballast alter t set storage external');
    await sql(url, 'insert into ballast select t || t from ballast');
    await expect.poll(() => ledger.state().disk).not.toBe('ok');
    const refused = await refusal(ledger);
    expect(refused).toMatchObject({ code: 'ledger.disk-low', status: 503 });
    expect(isUnwritten(refused)).toBe(true);
    await ledger.append([decisionDraft(ledger.instance, { decision: 'deny' })]);
    await ledger.append([outcomeDraft(ledger.instance, before.op)]);
    await sql(url, 'drop table ballast');
    await expect.poll(() => ledger.state().disk).toBe('ok');
    expect(await refusal(ledger)).toBeNull();
    const whats = await written(url);
    expect(whats[0]).toMatch(/^ledger\.(?:disk-low|full)$/);
    expect(whats.at(-1)).toBe('ledger.disk-recovered');
  });

  it('refuses from the start where it is over its limit', async () => {
    const ledger = await open(database.url, { limitBytes: mebibyte });
    expect(ledger.state().disk).toBe('full');
    expect(await refusal(ledger)).toMatchObject({ code: 'ledger.disk-low' });
  });

  it('is at an end when PostgreSQL says so: nothing is admitted, and it goes on by itself', async () => {
    const { url } = database;
    const ledger = await open(url, {});
    const call = decisionDraft(ledger.instance);
    await ledger.append([call]);
    const accept = await refuseEntries(url, '53100');
    const refused = await refusal(ledger);
    expect(refused).toMatchObject({ code: 'ledger.disk-low', status: 503 });
    expect(isUnwritten(refused)).toBe(true);
    expect(ledger.state()).toMatchObject({ disk: 'full', healthy: true });
    await expect(ledger.append([configDraft(ledger.instance)])).rejects.toMatchObject({
      code: 'ledger.disk-low',
    });
    const waiting = await refusal(ledger, outcomeDraft(ledger.instance, call.op) as typeof call);
    expect(isUnwritten(waiting)).toBe(false);
    await accept();
    await expect.poll(() => ledger.state().disk).toBe('ok');
    expect(await appendedLate(waiting)).toBe(true);
    expect(await sql(url, 'select * from ledger_open_operations')).toEqual([]);
    expect(await refusal(ledger)).toBeNull();
    expect(await written(url)).toEqual(['ledger.disk-recovered']);
  });

  it('keeps outcomes that the database did not take for another reason, until it takes them', async () => {
    const { url } = database;
    const ledger = await open(url, {});
    const call = decisionDraft(ledger.instance);
    await ledger.append([call]);
    const accept = await refuseEntries(url, '55P03');
    const waiting = await refusal(ledger, outcomeDraft(ledger.instance, call.op) as typeof call);
    expect(waiting).toMatchObject({ code: 'ledger.unavailable' });
    expect(isUnwritten(waiting)).toBe(false);
    expect(ledger.state()).toMatchObject({ disk: 'ok', healthy: true });
    await accept();
    expect(await appendedLate(waiting)).toBe(true);
    expect(await sql(url, 'select * from ledger_open_operations')).toEqual([]);
  });

  it('on a disk that is really full loses nothing that was confirmed', async (context) => {
    const mount = join(folder, 'small');
    mkdirSync(mount);
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=48m', 'fairlead-test', mount]).status !== 0) {
      process.stderr.write('SKIPPED: mounting is not permitted here, so the full disk is not tried\n');
      return context.skip();
    }
    undo.push(() => spawnSync('umount', ['-l', mount]));
    const space = join(mount, 'space');
    mkdirSync(space, { mode: 0o700 });
    const account = unprivilegedAccount();
    if (account !== null) chownSync(space, account.uid, account.gid);
    const name = `small_${crypto.randomUUID().slice(0, 8)}`;
    await sql(database.url, `create tablespace ${name} location '${space}'`);
    await sql(database.url, `create database ${name} tablespace ${name}`);
    undo.push(async () => {
      await sql(database.url, `drop database ${name} with (force)`);
      await sql(database.url, `drop tablespace ${name}`);
    });
    const url = Object.assign(new URL(database.url), { pathname: `/${name}` }).href;
    const ledger = await open(url, {});
    const confirmed: string[] = [];
    let refused: unknown = null;
    for (let i = 0; i < 400 && refused === null; i += 1) {
      const drafts = Array.from({ length: 200 }, () => decisionDraft(ledger.instance));
      refused = await ledger.append(drafts).then(
        () => null,
        (error: unknown) => error,
      );
      if (refused === null) confirmed.push(...drafts.map(({ op }) => op));
    }
    expect(refused).toMatchObject({ code: 'ledger.disk-low' });
    expect(ledger.state()).toMatchObject({ disk: 'full', healthy: true });
    process.stderr.write(`a full disk after ${confirmed.length} entries\n`);
    expect(spawnSync('mount', ['-o', 'remount,size=96m', mount]).status).toBe(0);
    await expect.poll(() => ledger.state().disk).toBe('ok');
    expect(await refusal(ledger)).toBeNull();
    await ledger.close();
    const { size, ...verdict } = await verifyLedger({ database: url, keysDir: join(folder, 'data.keys') });
    expect(verdict).toMatchObject({ ok: true, signedSize: size, problems: [] });
    const ids = new Set((await sql(url, 'select id from ledger_entries')).map(({ id }) => id));
    expect(confirmed.filter((id) => !ids.has(id))).toEqual([]);
  }, 120_000);
});
