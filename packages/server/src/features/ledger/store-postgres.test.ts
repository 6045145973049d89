import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createPostgresDatabase,
  describePostgres,
  type TestDatabase,
} from '../../../../../test/setup/database.ts';
import { prepareDraft } from './rows.ts';
import { assertDurable, openPostgresStore } from './store-postgres.ts';
import { configDraft, decisionDraft, testInstance } from './testing/entries.ts';
import { storeContract } from './testing/store-contract.ts';

describe('the settings of a PostgreSQL that make a commit durable', () => {
  const serverWith = (off: string | null) =>
    ({
      query: async (sql: string) => {
        const name = sql.replace('show ', '');
        return { rows: [{ [name]: name === off ? 'off' : 'on' }] };
      },
    }) as unknown as pg.Client;

  it('are read back, each of them', async () => {
    await assertDurable(serverWith(null));
    for (const setting of ['fsync', 'full_page_writes', 'synchronous_commit'])
      await expect(assertDurable(serverWith(setting)), setting).rejects.toMatchObject({
        code: 'store.not-durable',
        message: expect.stringContaining(`${setting}=off`),
      });
  });
});

describePostgres('PostgreSQL store', () => {
  storeContract(async () => {
    const database = await createPostgresDatabase();
    return { store: await openPostgresStore(database.url), remove: () => database.drop() };
  });

  describe('two writers at once', () => {
    let database: TestDatabase;
    beforeAll(async () => {
      database = await createPostgresDatabase();
    });
    afterAll(() => database.drop());

    it('leave no gap and no entry twice', async () => {
      const stores = await Promise.all([openPostgresStore(database.url), openPostgresStore(database.url)]);
      const instance = testInstance();
      const shared = Array.from({ length: 40 }, () => prepareDraft(decisionDraft(instance)));
      const receipts = await Promise.all(
        stores.map(async (store) => {
          const own: number[] = [];
          for (const draft of shared) {
            const batch = [prepareDraft(configDraft(instance)), draft, prepareDraft(configDraft(instance))];
            for (const receipt of await store.appendBatch(batch))
              if (!receipt.duplicate) own.push(receipt.index);
          }
          return own;
        }),
      );
      const all = receipts.flat().sort((a, b) => a - b);
      expect(all).toEqual(Array.from({ length: 200 }, (_, i) => i));
      const entries = await stores[0]!.readEntries(0, 1000);
      expect(entries.map((entry) => entry.index)).toEqual(all);
      expect(await stores[1]!.size()).toBe(200);
      await Promise.all(stores.map((store) => store.close()));
    });

    it('waits for the disk whatever the database has as its default', async () => {
      const admin = new pg.Client(database.url);
      await admin.connect();
      await admin.query(
        `alter database ${new URL(database.url).pathname.slice(1)} set synchronous_commit = off`,
      );
      const store = await openPostgresStore(database.url);
      await store.appendBatch([prepareDraft(configDraft(testInstance()))]);
      await store.close();
      await admin.end();
    });

    it('goes on in a new session when its own is cut', async () => {
      const store = await openPostgresStore(database.url);
      const admin = new pg.Client(database.url);
      await admin.connect();
      await admin.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name like 'fairlead-ledger %'",
      );
      const size = await store.size();
      for (const index of [size, size + 1]) {
        const receipts = await store.appendBatch([prepareDraft(configDraft(testInstance()))]);
        expect(receipts).toEqual([{ index, duplicate: false }]);
      }
      await store.close();
      await admin.end();
    });
  });
});
