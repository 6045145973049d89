import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openLedger } from '../../packages/server/src/features/ledger/create.ts';
import { configDraft } from '../../packages/server/src/features/ledger/testing/entries.ts';
import { streamStatus } from '../../packages/server/src/features/streams/cli.ts';
import { openStreamStore } from '../../packages/server/src/features/streams/store-sql.ts';
import {
  createPostgresDatabase,
  describePostgres,
  type TemporaryFolder,
  type TestDatabase,
  temporaryFolder,
} from '../setup/database.ts';

describePostgres('the streams of a database', () => {
  let folder: TemporaryFolder;
  let database: TestDatabase;
  beforeEach(async () => {
    folder = temporaryFolder();
    database = await createPostgresDatabase();
  });
  afterEach(async () => {
    await database.drop();
    folder.remove();
  });

  it('are none where none was ever started, and are told by how far they are', async () => {
    const { url } = database;
    expect(await streamStatus({ database: url }, Date.now())).toEqual([]);
    const ledger = await openLedger({
      dataDir: join(folder.path, 'data'),
      clock: { now: Date.now },
      database: { url, maySign: true },
      sealAfterMs: 20,
    });
    const store = await openStreamStore({ kind: 'postgres', url });
    try {
      await ledger.append([configDraft(ledger.instance)]);
      expect(await store.claim('siem', 'one', 0, Date.now() + 60_000)).toBe(true);
      const none = { lastId: null, deliveredAt: null, failingSince: null, failure: null };
      expect(await store.write({ name: 'siem', origin: 'log', next: 0, ...none }, 'one')).toBe(true);
      const lines = await streamStatus({ database: url }, Date.now());
      expect(lines).toMatchObject([{ name: 'siem', next: 0, failingSince: null }]);
    } finally {
      await store.close();
      await ledger.close();
    }
  });

  it('of a database that is away are an error without its address', async () => {
    const away = new URL(database.url);
    away.port = '1';
    const failed = await streamStatus({ database: away.href }, 0).catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 'store.unavailable' });
    expect((failed as Error).message).not.toContain('127.0.0.1');
  });
});
