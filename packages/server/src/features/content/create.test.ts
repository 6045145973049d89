import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  createPostgresDatabase,
  describePostgres,
  type TemporaryFolder,
  type TestDatabase,
  temporaryFolder,
} from '../../../../../test/setup/database.ts';
import { loadSecret } from '../../platform/crypto/index.ts';
import { openContent } from './create.ts';
import { openContentStore } from './store-sql.ts';
import type { KeptItem } from './types.ts';

const patient = { timeout: 60_000, interval: 20 };

describePostgres('content whose time is over, while PostgreSQL is away', () => {
  let database: TestDatabase;
  let folder: TemporaryFolder;
  beforeEach(async () => {
    [database, folder] = [await createPostgresDatabase(), temporaryFolder()];
  });
  afterEach(async () => {
    folder.remove();
    await database.drop();
  });

  /** A server whose program keeps none, on a database with the tables of one that did. */
  async function serve(kept: readonly KeptItem[]) {
    const location = { kind: 'postgres', url: database.url } as const;
    const masterFile = join(folder.path, 'master');
    const store = await openContentStore(location, loadSecret(masterFile));
    for (const item of kept) await store.keep(item);
    await store.close();
    const said: string[] = [];
    let sweeps = 0;
    const content = await openContent({
      clock: { now: Date.now },
      ...{ instance: { id: 'i-1', incarnation: 'n-1' }, origin: 'live', dataDir: folder.path },
      masterFile,
      program: { retention: undefined },
      ledger: { append: async () => Promise.reject(new Error('nothing expires here')) } as never,
      holds: async () => {
        sweeps += 1;
        return [];
      },
      log: (level, message) => said.push(`${level} ${message}`),
      location,
      sweepEveryMs: 20,
    });
    return {
      content,
      said,
      more: async (n: number, from = sweeps) => expect.poll(() => sweeps, patient).toBeGreaterThan(from + n),
    };
  }

  it('is one warning, no error, where none was ever kept', async () => {
    const { content, said, more } = await serve([]);
    await more(1);
    expect(said).toEqual([]);
    await database.drop();
    await expect.poll(() => said.length, patient).toBe(1);
    await more(5);
    expect(said).toEqual([expect.stringMatching(/^warn Content whose time is over could not be deleted/)]);
    await content.close();
  }, 120_000);

  it('is an error where some is still there', async () => {
    const { content, said } = await serve([
      {
        ...{ op: 'op-1', part: 'request', session: null, actor: 'p-1', repository: null, days: 30 },
        ...{ at: Date.now(), salt: Buffer.alloc(32), bytes: Buffer.from('text') },
      },
    ]);
    await database.drop();
    await expect.poll(() => said.some((line) => line.startsWith('error Content whose')), patient).toBe(true);
    await content.close();
  }, 120_000);
});
