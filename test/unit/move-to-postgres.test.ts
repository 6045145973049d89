import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refuseLeftFolder } from '../../packages/server/src/app/places.ts';
import { openAuditStore } from '../../packages/server/src/features/audit/store-sql.ts';
import { openConsoleStore } from '../../packages/server/src/features/console/store-sql.ts';
import { openDeliveryStore } from '../../packages/server/src/features/delivery/store-sql.ts';
import { openDeviceStore } from '../../packages/server/src/features/devices/store-sql.ts';
import { openIdentityStore } from '../../packages/server/src/features/identity/store-sql.ts';
import { openLedger } from '../../packages/server/src/features/ledger/create.ts';
import { readLastSigned } from '../../packages/server/src/features/ledger/keys.ts';
import { postgresReader } from '../../packages/server/src/features/ledger/reader-postgres.ts';
import {
  configDraft,
  decisionDraft,
  keyDraft,
  outcomeDraft,
  reservingDraft,
  settlingDraft,
} from '../../packages/server/src/features/ledger/testing/entries.ts';
import {
  type LedgerFolder,
  ledgerFolder,
} from '../../packages/server/src/features/ledger/testing/folders.ts';
import { verifyLog } from '../../packages/server/src/features/ledger/verify.ts';
import { databaseAreas, moveToPostgres, stateFiles } from '../../packages/server/src/features/migrate/cli.ts';
import { namesMade } from '../../packages/server/src/features/migrate/target.ts';
import { openReplica } from '../../packages/server/src/features/replicas/create.ts';
import { nodeRandom } from '../../packages/server/src/platform/crypto/index.ts';
import { acquireWriterLock } from '../../packages/server/src/platform/lock/index.ts';
import { createPostgresDatabase, describePostgres, type TestDatabase } from '../setup/database.ts';
import { deployment, schemaAreas, stateParts } from '../support/state-parts.ts';

const launcher = resolve(import.meta.dirname, '../../bin/fairlead');
const limits = { 'key|day|2026-11-05|k-1': 1000, 'team|month|2026-11-01|zahlungen': 5000 };

describe('the areas of the state', () => {
  it('are all that features define, but the ledger and what is made from it', async () => {
    const names = (await schemaAreas()).filter((name) => !['audit', 'ledger'].includes(name));
    expect(names).toEqual(Object.values(stateFiles).flatMap(Object.keys).sort());
  });
});

describePostgres('moving a data folder to PostgreSQL', () => {
  let folder: LedgerFolder;
  let database: TestDatabase;
  let admin: pg.Client;
  beforeEach(async () => {
    folder = ledgerFolder();
    database = await createPostgresDatabase();
    admin = new pg.Client(database.url);
    await admin.connect();
  });
  afterEach(async () => {
    await admin.end();
    await database.drop();
    await folder.remove();
  });

  const state = () => ({ kind: 'sqlite', file: join(folder.dataDir, 'state.db') }) as const;
  const there = () => ({ kind: 'postgres', url: database.url }) as const;
  const move = () => moveToPostgres({ dataDir: folder.dataDir, url: database.url });
  const tablesThere = async () =>
    (await admin.query("select relname from pg_class where relnamespace = 'public'::regnamespace")).rows;

  /** A folder as a server leaves it: calls in every state, budgets, a paused key, keys, a device and a session. */
  async function fill(calls: number): Promise<void> {
    const metrics = { kind: 'sqlite', file: join(folder.dataDir, 'delivery.db') } as const;
    const ledger = await folder.open();
    const { instance } = ledger;
    await ledger.append([configDraft(instance, 'program.activated')]);
    for (let i = 0; i < calls; i += 100) {
      const decisions = Array.from({ length: Math.min(100, calls - i) }, () => decisionDraft(instance));
      await ledger.append(decisions);
      await ledger.append(decisions.slice(1).map(({ op }) => outcomeDraft(instance, op)));
    }
    const [settled, open] = [reservingDraft(instance, 40, limits), reservingDraft(instance, 60, limits)];
    await ledger.append([settled]);
    await ledger.append([open]);
    await ledger.append([settlingDraft(instance, settled.op, 25)]);
    await ledger.append([keyDraft(instance, 'pause', 'k-7')]);
    await ledger.close();
    const times = { createdAt: 1, expiresAt: 9, revokedAt: null };
    const identity = await openIdentityStore(state());
    await identity.insertKey({
      ...{ id: 'k-1', digest: 'd1', principal: 'maria', repositories: ['github.com/acme/zahlungen'] },
      ...{ assistant: 'codex', device: null, vendor: null, label: 'Laptop äöü', ...times },
    });
    await identity.pseudonym('maria', 'p-1');
    await identity.close();
    const devices = await openDeviceStore(state());
    await devices.insertRevocation({ jti: 'j', revokedAt: 1, until: 2 });
    await devices.close();
    const sessions = await openConsoleStore(state());
    await sessions.insertLink({ digest: 'l', principal: 'maria', createdAt: 1, expiresAt: 9 });
    await sessions.close();
    const delivery = await openDeliveryStore(metrics, nodeRandom);
    await delivery.upsert([deployment]);
    await delivery.close();
    const audit = await openAuditStore(metrics);
    await audit.reset('fairlead.local/a');
    await audit.close();
  }

  it('brings everything over, proves it, and the log goes on there', async () => {
    await fill(300);
    const verdict = await move();
    expect(verdict).toMatchObject({ ok: true, size: 602, problems: [] });
    expect(verdict.tables).toMatchObject({
      ledger_entries: 602,
      ledger_decision_inputs: 302,
      ledger_open_operations: 4,
      ledger_budget_accounts: 2,
      ledger_budget_reservations: 1,
      ledger_paused_keys: 1,
      ledger_identity: 1,
      ledger_tree_hashes: 2,
      identity_keys: 1,
      identity_pseudonyms: 1,
      console_links: 1,
      delivery_facts: 1,
    });
    expect(Object.keys(verdict.tables).filter((name) => name.startsWith('audit'))).toEqual([]);
    const pool = new pg.Pool({ connectionString: database.url });
    pool.on('error', () => undefined);
    const reader = { ...postgresReader(pool), close: async () => undefined };
    const verify = () => verifyLog(reader, { vkey: null, lastSigned: readLastSigned(folder.keysDir) });
    expect(await verify()).toMatchObject({ ok: true, size: 602, signedSize: 602, root: verdict.root });
    const identity = await openIdentityStore(there());
    expect(await identity.keys()).toMatchObject([{ id: 'k-1', label: 'Laptop äöü', revokedAt: null }]);
    expect(await identity.principalOf('p-1')).toBe('maria');
    await identity.close();

    const opening = { ...folder, clock: { now: Date.now }, database: { url: database.url, maySign: true } };
    const ledger = await openLedger(opening);
    // What the folder's last run left open is closed by the same instance.
    expect(ledger.recovered).toBe(4);
    await ledger.append([configDraft(ledger.instance)]);
    await ledger.close();
    expect(await verify()).toMatchObject({ ok: true, size: 607, signedSize: 607, problems: [] });
    await pool.end();
    await expect(folder.open()).rejects.toMatchObject({ code: 'store.moved' });
    // Copied again it would be an older state of a log that has gone on.
    await admin.query('drop schema public cascade; create schema public');
    expect(await move()).toMatchObject({ ok: false, problems: [{ problem: 'rolled-back' }] });
  });

  it('can be done again as long as the log has not gone on', async () => {
    await fill(1);
    const first = await move();
    await admin.query('drop schema public cascade; create schema public');
    expect(await move()).toEqual(first);
  });

  it('refuses what is not empty, in use, not there, or not to be had, and leaves it as it was', async () => {
    await expect(move()).rejects.toMatchObject({ code: 'ledger.not-found' });
    await fill(1);
    await admin.query('create table theirs (x int)');
    await expect(move()).rejects.toMatchObject({ code: 'store.database-not-empty' });
    expect(await tablesThere()).toEqual([{ relname: 'theirs' }]);
    await admin.query('drop table theirs');
    const lock = acquireWriterLock(folder.dataDir);
    await expect(move()).rejects.toMatchObject({ code: 'store.locked' });
    lock.release();
    const ledger = await folder.open();
    await expect(move()).rejects.toMatchObject({ code: 'store.locked' });
    await ledger.close();
    const url = 'postgres://someone:password-1@127.0.0.1:1/none';
    const failed = moveToPostgres({ dataDir: folder.dataDir, url });
    await expect(failed).rejects.toMatchObject({ code: 'store.database-unreachable' });
    await expect(failed).rejects.not.toThrow(/password-1/);
    expect(await tablesThere()).toEqual([]);
    await (await folder.open()).close();
  });

  describe('where a start was before', () => {
    const begin = () =>
      openLedger({
        ...folder,
        dataDir: join(folder.dataDir, '../elsewhere'),
        keysDir: join(folder.dataDir, '../elsewhere.keys'),
        clock: { now: Date.now },
        database: { url: database.url, maySign: true },
      });
    /** All tables that servers make, by opening what they open. */
    const openAll = async () => {
      for (const { open } of stateParts) await open(there());
      const replica = await openReplica(database.url);
      await replica.checkSecrets(folder.keysDir, []);
      await replica.close();
    };

    it('takes the place of tables that recorded nothing', async () => {
      await fill(10);
      await (await begin()).close();
      await openAll();
      await admin.query("insert into replica_secrets values ('session.key', 'another')");
      const made = (await admin.query("select tablename from pg_tables where schemaname = 'public'")).rows;
      const known = namesMade('table', Object.values(databaseAreas).flat());
      expect(made.map(({ tablename }) => tablename).sort()).toEqual([...known, 'schema_migrations'].sort());
      expect(await move()).toMatchObject({ ok: true, size: 24 });
      expect(await tablesThere()).not.toContainEqual({ relname: 'replica_secrets' });
      expect((await admin.query('select size from ledger_head')).rows).toEqual([{ size: '24' }]);
      expect((await admin.query('select count(*)::int as names from ledger_identity')).rows).toEqual([
        { names: 1 },
      ]);
    });

    it('leaves them as they were when nothing is copied', async () => {
      await fill(10);
      await (await begin()).close();
      const before = await tablesThere();
      const ledger = new Database(join(folder.dataDir, 'state.db'));
      ledger.exec('create table future_plans (x text primary key) strict');
      ledger.close();
      await expect(move()).rejects.toMatchObject({ code: 'store.not-copyable' });
      expect(await tablesThere()).toEqual(before);
    });

    it('refuses beside a server, also one that was killed a moment ago', async () => {
      await fill(1);
      const server = await begin();
      await expect(move()).rejects.toMatchObject({ code: 'store.database-in-use' });
      const lease = "update ledger_instances set renewed_at = now() - interval '61 s'";
      await admin.query(lease);
      await expect(move()).rejects.toMatchObject({
        code: 'store.database-in-use',
        message: expect.stringMatching(/^A server has sessions/),
      });
      await server.close();
      await admin.query('update ledger_instances set renewed_at = now()');
      await expect(move()).rejects.toMatchObject({
        message: expect.stringMatching(/^A server said \d+ s ago/),
      });
      await admin.query(lease);
      expect(await move()).toMatchObject({ ok: true });
    });

    it.each([
      [
        'an entry',
        async () => {
          const server = await begin();
          await server.append([configDraft(server.instance)]);
          await server.close();
        },
        'ledger_checkpoints has rows',
      ],
      [
        'a key',
        async () => {
          const identity = await openIdentityStore(there());
          await identity.pseudonym('maria', 'p-1');
          await identity.close();
        },
        'identity_pseudonyms has rows',
      ],
      [
        'a table of somebody else',
        async () => {
          await openAll();
          await admin.query('create table theirs (x int)');
        },
        'theirs is there',
      ],
      [
        'the schema steps of somebody else',
        () => admin.query('create table schema_migrations (version text); create table devices (x int)'),
        'devices is there',
      ],
      [
        'a view of somebody else',
        async () => {
          await openAll();
          await admin.query('create view theirs as select 1');
        },
        'theirs is there',
      ],
    ])('refuses what holds %s', async (_what, make, says) => {
      await fill(1);
      await make();
      const before = await tablesThere();
      await expect(move()).rejects.toMatchObject({
        code: 'store.database-not-empty',
        message: expect.stringContaining(says),
      });
      expect(await tablesThere()).toEqual(before);
    });

    it('gives up on tables that another session holds', async () => {
      await fill(1);
      await (await begin()).close();
      await admin.query('begin; select 1 from ledger_entries');
      await expect(move()).rejects.toMatchObject({
        code: 'store.database-in-use',
        message: expect.stringMatching(/^Another session/),
      });
      await admin.query('rollback');
    }, 30_000);
  });

  it('refuses a source that does not verify', async () => {
    await fill(10);
    const ledger = new Database(join(folder.dataDir, 'ledger.db'));
    ledger.exec("update budget_accounts set settled = 0 where key like 'team%'");
    ledger.close();
    expect(await move()).toMatchObject({ ok: false, tables: {}, problems: [{ problem: 'budget-differs' }] });
    expect(await tablesThere()).toEqual([]);
  });

  it('refuses state that this version does not know, whole or in part', async () => {
    await fill(1);
    const file = join(folder.dataDir, 'state.db');
    const change = (sql: string) => {
      const database = new Database(file);
      database.exec(sql);
      database.close();
    };
    change('create table future_plans (x text primary key) strict');
    await expect(move()).rejects.toMatchObject({
      code: 'store.not-copyable',
      message: expect.stringContaining('future_plans'),
    });
    expect(await tablesThere()).toEqual([]);
    change(`drop table future_plans;
      insert into schema_migrations (area, id, applied_at) values ('identity', '0099-future', '')`);
    await expect(move()).rejects.toMatchObject({ code: 'server.schema-newer' });
    await (await folder.open()).close();
  });

  describe('that is ended in the middle', () => {
    const middle = async () => {
      for (;;) {
        const { rows } = await admin.query(
          "select pid, query from pg_stat_activity where datname = current_database() and application_name = 'fairlead-migrate' and backend_xid is not null",
        );
        if (rows.some(({ query }) => /^(?:insert into "ledger_entries|fetch)/.test(query))) return;
        await new Promise((done) => setTimeout(done, 1));
      }
    };
    const child = (): ChildProcess =>
      spawn(
        process.execPath,
        [
          launcher,
          'migrate',
          'sqlite-to-postgres',
          '--data',
          folder.dataDir,
          '--database',
          database.url,
          '--format',
          'json',
        ],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );

    it('leaves an empty database, and is started again: killed, or cut off', async () => {
      await fill(4000);
      const killed = child();
      await middle();
      killed.kill('SIGKILL');
      await once(killed, 'close');
      await expect.poll(tablesThere).toEqual([]);
      await expect(folder.open()).rejects.toMatchObject({ code: 'store.move-unfinished' });
      const cut = expect(move()).rejects.toMatchObject({ code: 'store.database-unreachable' });
      await middle();
      await admin.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'fairlead-migrate'",
      );
      await cut;
      await expect.poll(tablesThere).toEqual([]);
      refuseLeftFolder(folder.dataDir);
      const last = child();
      let said = '';
      last.stdout!.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
      const [code] = await once(last, 'close');
      expect(code).toBe(0);
      expect(JSON.parse(said)).toMatchObject({ ok: true, size: 7965, tables: { ledger_entries: 7965 } });
      expect(existsSync(join(folder.dataDir, 'writer.json'))).toBe(false);
    }, 120_000);
  });
});
