// Backups of a PostgreSQL database: taken beside servers that go on writing, and brought back there or to a data folder.
import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createIdentity, stateFile } from '../../packages/server/src/features/identity/create.ts';
import { listEntries, verifyLedger } from '../../packages/server/src/features/ledger/cli.ts';
import { openLedger } from '../../packages/server/src/features/ledger/create.ts';
import {
  configDraft,
  decisionDraft,
  outcomeDraft,
  reservingDraft,
} from '../../packages/server/src/features/ledger/testing/entries.ts';
import { openReplica } from '../../packages/server/src/features/replicas/create.ts';
import {
  backup,
  backupDatabase,
  fsckLedger,
  restore,
  restoreDatabase,
} from '../../packages/server/src/features/upkeep/cli.ts';
import { nodeRandom } from '../../packages/server/src/platform/crypto/index.ts';
import {
  createPostgresDatabase,
  describePostgres,
  type TemporaryFolder,
  type TestDatabase,
  temporaryFolder,
} from '../setup/database.ts';

const clock = { now: Date.now };

describePostgres('backups of a PostgreSQL database', () => {
  let folder: TemporaryFolder;
  let source: TestDatabase;
  let keysDir: string;
  let file: string;
  const databases: TestDatabase[] = [];
  let count = 0;

  const at = (name: string) => join(folder.path, name);
  /** A new database. */
  const place = async () => {
    const database = await createPostgresDatabase();
    databases.push(database);
    return database.url;
  };
  /** A folder of the log's keys as they are now. */
  const keysHere = () => {
    count += 1;
    const keys = at(`place-${count}.keys`);
    cpSync(keysDir, keys, { recursive: true });
    return keys;
  };
  const sql = async (url: string, text: string) => {
    const client = new pg.Client(url);
    await client.connect();
    try {
      return (await client.query(text)).rows;
    } finally {
      await client.end();
    }
  };
  const openAt = (url: string, name: string, keys: string) =>
    openLedger({
      dataDir: at(name),
      keysDir: keys,
      clock,
      database: { url, maySign: true },
      sealAfterMs: 20,
    });

  async function withKeys(url: string, name: string, keys: string) {
    const ledger = await openAt(url, name, keys);
    const { instance } = ledger;
    const deps = { ledger, clock, random: nodeRandom, index: () => null, instance, origin: 'live' as const };
    const identity = await createIdentity({ kind: 'postgres', url }, deps);
    const issue = () =>
      identity.issueKey(
        {
          principal: 'alice',
          repositories: ['github.com/acme/a'],
          assistant: 'codex',
          expiresAt: Date.now() + 86_400_000,
        },
        'operator',
      );
    return { ledger, identity, issue };
  }

  beforeAll(async () => {
    folder = temporaryFolder();
    keysDir = at('shared.keys');
    source = await createPostgresDatabase();
    databases.push(source);
    const { ledger, identity, issue } = await withKeys(source.url, 'one', keysDir);
    const { instance } = ledger;
    await issue();
    const replica = await openReplica(source.url);
    await replica.checkSecrets(keysDir, ['session.key']);
    const program = { digest: 'sha256:a', again: false, now: 1 };
    await replica.putInForce(program, async () => (await ledger.append([configDraft(instance)]))[0]!.index);
    await replica.close();
    const decisions = Array.from({ length: 300 }, () => decisionDraft(instance));
    await ledger.append(decisions);
    await ledger.append(decisions.slice(1).map(({ op }) => outcomeDraft(instance, op)));
    await ledger.append([reservingDraft(instance, 700, { 'team|day|2026-01-01|t': 1_000_000 })]);
    await identity.close();
    await ledger.close();
    file = at('backup.tar');
    await backupDatabase({ database: source.url, out: file, gzip: false });
  });
  afterAll(async () => {
    for (const database of databases) await database.drop();
    folder.remove();
  });

  const entriesAt = async (from: { dataDir: string } | { database: string }) => {
    const entries: { what?: string; details?: Record<string, unknown>; op: string | null; kind: string }[] =
      [];
    await listEntries(
      from,
      {},
      ({ bytes }) => void entries.push(JSON.parse(Buffer.from(bytes).toString()) as (typeof entries)[number]),
    );
    return entries;
  };

  it('come back in another database with the same root and every row, and the log goes on', async () => {
    const [url, keys] = [await place(), keysHere()];
    const restored = await restoreDatabase({ from: file, database: url, keysDir: keys, startNewLog: false });
    expect(restored.parts.map(({ name }) => name)).toEqual(['ledger.db', 'state.db', 'replicas.db']);
    const before = await verifyLedger({ database: source.url, keysDir });
    expect(await verifyLedger({ database: url, keysDir: keys })).toEqual(before);
    expect(before).toMatchObject({ ok: true, root: restored.root, size: restored.size });
    expect((await fsckLedger({ database: url }, keys)).problems).toEqual([]);
    expect(await sql(url, 'select digest from replica_programs')).toEqual([{ digest: 'sha256:a' }]);
    expect(await sql(url, 'select name from replica_secrets')).toEqual([{ name: 'session.key' }]);
    expect(existsSync(`${keys}.restoring`)).toBe(false);
    const ledger = await openAt(url, 'two', keys);
    // The servers of before are not in this database: what they left open is closed.
    expect(ledger.recovered).toBe(2);
    await ledger.close();
    expect((await verifyLedger({ database: url, keysDir: keys })).ok).toBe(true);
    expect((await fsckLedger({ database: url }, keys)).problems).toEqual([]);
  });

  it('come back in a data folder, where a server alone goes on', async () => {
    const keys = keysHere();
    const dataDir = keys.replace(/\.keys$/, '');
    const { root } = await restore({ from: file, dataDir, startNewLog: false });
    expect(readdirSync(dataDir).sort()).toEqual(['.gitignore', 'ledger.db', 'state.db']);
    expect(await verifyLedger({ dataDir })).toMatchObject({ ok: true, root });
    const ledger = await openLedger({ dataDir, clock });
    expect(ledger.recovered).toBe(2);
    await ledger.close();
    expect((await fsckLedger({ dataDir })).problems).toEqual([]);
  });

  it('of a data folder come back in a database', async () => {
    const dataDir = at('alone');
    const ledger = await openLedger({ dataDir, clock });
    const { instance } = ledger;
    const deps = { ledger, clock, random: nodeRandom, index: () => null, instance, origin: 'live' as const };
    const identity = await createIdentity({ kind: 'sqlite', file: stateFile(dataDir) }, deps);
    const expiresAt = Date.now() + 86_400_000;
    await identity.issueKey(
      { principal: 'bob', repositories: ['github.com/acme/b'], assistant: 'codex', expiresAt },
      'operator',
    );
    await ledger.append([decisionDraft(instance)]);
    await identity.close();
    await ledger.close();
    const out = at('alone.tar.gz');
    const { root } = await backup({ dataDir, out, gzip: true });
    const url = await place();
    // Tables of a start that recorded nothing are no obstacle.
    await (await openReplica(url)).close();
    await restoreDatabase({ from: out, database: url, keysDir: `${dataDir}.keys`, startNewLog: false });
    expect(await verifyLedger({ database: url, keysDir: `${dataDir}.keys` })).toMatchObject({
      ok: true,
      root,
    });
    expect((await fsckLedger({ database: url }, `${dataDir}.keys`)).problems).toEqual([]);
    expect(await sql(url, 'select principal from identity_keys')).toEqual([{ principal: 'bob' }]);
  });

  it('fit together when they are taken beside servers that write calls and change keys', async () => {
    const [url, keys] = [await place(), keysHere()];
    await restoreDatabase({ from: file, database: url, keysDir: keys, startNewLog: false });
    const { ledger, identity, issue } = await withKeys(url, 'busy', keys);
    let writing = true;
    const work = (async () => {
      for (let next = Date.now(); writing; ) {
        await ledger.append([decisionDraft(ledger.instance)]);
        if (Date.now() < next) continue;
        await identity.revokeKey((await issue()).id, 'a test', 'operator');
        next = Date.now() + 800;
      }
    })();
    const out = at('busy.tar');
    const { size } = await backupDatabase({ database: url, out, gzip: false });
    writing = false;
    await work;
    await identity.close();
    await ledger.close();
    expect(size).toBeGreaterThan(602);
    // Later entries were signed: put aside what says so, to look at the copy itself.
    const again = await place();
    const before = keysHere();
    await restoreDatabase({ from: out, database: again, keysDir: before, startNewLog: false });
    expect((await fsckLedger({ database: again }, before)).problems).toEqual([]);
    await expect(
      restoreDatabase({ from: out, database: await place(), keysDir: keys, startNewLog: false }),
    ).rejects.toMatchObject({ code: 'backup.rolled-back' });
  }, 240_000);

  it('that are older than what was signed are refused, or begin a linked log on purpose', async () => {
    const [url, keys] = [await place(), keysHere()];
    await restoreDatabase({ from: file, database: url, keysDir: keys, startNewLog: false });
    const ledger = await openAt(url, 'grown', keys);
    await ledger.append(Array.from({ length: 10 }, () => configDraft(ledger.instance)));
    const { size } = ledger.state();
    await ledger.close();
    const target = await place();
    const old = { from: file, database: target, keysDir: keys };
    await expect(restoreDatabase({ ...old, startNewLog: false })).rejects.toMatchObject({
      code: 'backup.rolled-back',
    });
    expect(await sql(target, `select 1 from pg_class where relname like 'ledger%'`)).toEqual([]);
    const { newOrigin, origin } = await restoreDatabase({ ...old, startNewLog: true });
    expect(newOrigin).not.toBe(origin);
    expect(await verifyLedger({ database: target, keysDir: keys })).toMatchObject({ ok: true });
    const begun = (await entriesAt({ database: target })).at(-1);
    expect(begun).toMatchObject({
      what: 'ledger.started-anew',
      details: { previousOrigin: origin, previousSize: size },
    });
    const next = await openAt(target, 'anew', keys);
    expect(next.vkey).toContain(newOrigin);
    await next.close();
  });

  it('are refused without their keys, over something, of nothing, and with a table that would be left out', async () => {
    mkdirSync(at('none'));
    const none = { from: file, database: await place(), keysDir: at('none/keys'), startNewLog: false };
    await expect(restoreDatabase(none)).rejects.toMatchObject({ code: 'backup.keys-missing' });
    const used = { from: file, database: source.url, keysDir: keysHere(), startNewLog: true };
    await expect(restoreDatabase(used)).rejects.toMatchObject({ code: 'store.database-not-empty' });
    const empty = await place();
    const out = at('never.tar');
    await expect(backupDatabase({ database: empty, out, gzip: false })).rejects.toMatchObject({
      code: 'ledger.not-found',
    });
    await expect(backupDatabase({ database: source.url, out: file, gzip: false })).rejects.toMatchObject({
      code: 'backup.exists',
    });
    await sql(source.url, 'create table future_plans (x int)');
    await expect(backupDatabase({ database: source.url, out, gzip: false })).rejects.toMatchObject({
      code: 'store.not-copyable',
      message: expect.stringContaining('future_plans'),
    });
    await sql(source.url, 'drop table future_plans');
    await expect(
      backupDatabase({ database: 'postgres://u:password-1@127.0.0.1:1/x', out, gzip: false }),
    ).rejects.toMatchObject({ code: 'store.unavailable' });
    expect(readdirSync(folder.path).filter((name) => name.startsWith('never'))).toEqual([]);
  });
});
