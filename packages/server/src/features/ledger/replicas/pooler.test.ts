import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createPostgresDatabase, describePostgres } from '../../../../../../test/setup/database.ts';
import { hasPooler, type Pooler, startPooler } from '../../../../../../test/setup/pgbouncer.ts';
import { describeDatabase, openState } from '../../../platform/db/index.ts';
import { openLedger } from '../create.ts';
import { configDraft } from '../testing/entries.ts';

const canPool = hasPooler();
const pooled = expect.objectContaining({ code: 'store.pooled' });
/** What operators set so that drivers which send such settings are let in at all. */
const lenient = { ignore_startup_parameters: 'options,statement_timeout,extra_float_digits' };

describePostgres('a pooler before PostgreSQL', () => {
  let folder: string;
  let database: Awaited<ReturnType<typeof createPostgresDatabase>>;
  const poolers: Pooler[] = [];
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'fairlead-pooler-'));
    chmodSync(folder, 0o755);
    database = await createPostgresDatabase();
  });
  afterAll(async () => {
    for (const pooler of poolers) await pooler.stop();
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });
  const through = async (...[mode, more]: [Parameters<typeof startPooler>[2], Record<string, string>?]) => {
    const pooler = await startPooler(join(folder, `pooler-${poolers.length}`), database.url, mode, more);
    poolers.push(pooler);
    return pooler.url;
  };
  const open = (url: string, part: string) =>
    openLedger({
      dataDir: join(folder, part),
      keysDir: join(folder, 'keys'),
      clock: { now: Date.now },
      database: { url, maySign: true },
    });

  it.skipIf(!canPool).each([
    ['transaction', {}],
    ['transaction', lenient],
    ['transaction', { ...lenient, server_round_robin: '1' }],
    ['transaction', { ...lenient, default_pool_size: '2' }],
    ['transaction', { ...lenient, default_pool_size: '2', server_round_robin: '1' }],
    ['statement', lenient],
  ] as const)('is refused with pool_mode=%s, %o, also once its sessions were used', async (mode, more) => {
    const url = await through(mode, more);
    const others = Array.from({ length: 3 }, () => new pg.Client(url));
    for (const other of others) {
      // The pooler ends those that ask for what it doesn't give.
      other.on('error', () => undefined);
      await other.connect();
    }
    await Promise.all(others.map((other) => other.query('select pg_sleep(0.05)').catch(() => undefined)));
    await expect(open(url, 'refused')).rejects.toEqual(pooled);
    for (const other of others) await other.end().catch(() => undefined);
    await expect(open(url, 'refused')).rejects.toEqual(pooled);
  });

  it.skipIf(!canPool)('says so for a session that sends settings, and a pooler that takes none', async () => {
    const url = await through('session');
    const asking = openState({ kind: 'postgres', url }, 'test', []);
    await expect(asking.catch((error: unknown) => describeDatabase(error))).resolves.toEqual(pooled);
  });

  it.skipIf(!canPool)('is let through where it keeps sessions apart', async () => {
    const url = await through('session', lenient);
    const ledger = await open(url, 'one');
    expect(await ledger.append([configDraft(ledger.instance)])).toMatchObject([{ index: 0 }]);
    await ledger.close();
  });

  it('is not looked for where the server answers itself', async () => {
    const ledger = await open(database.url, 'direct');
    await ledger.append([configDraft(ledger.instance)]);
    await ledger.close();
  });
});
