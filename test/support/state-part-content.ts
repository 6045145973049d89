import { expect } from 'vitest';
import { contentMigrations } from '../../packages/server/src/features/content/migrations.ts';
import { openContentStore } from '../../packages/server/src/features/content/store-sql.ts';
import type { KeptItem } from '../../packages/server/src/features/content/types.ts';
import type { StatePart } from './state-part.ts';

const master = new Uint8Array(32).fill(7);
const kept: KeptItem = {
  ...{ op: 'o-1', part: 'request' as const, session: 's-1', actor: 'p-1', repository: null, days: 30 },
  ...{ at: 1_700_000_000_000, salt: new Uint8Array(32).fill(1), bytes: new Uint8Array([1, 2, 3]) },
};

export const content: StatePart = {
  area: 'content',
  migrations: contentMigrations,
  open: async (location) => (await openContentStore(location, master)).close(),
  async seed(location) {
    const store = await openContentStore(location, master);
    await store.keep(kept);
    await store.close();
  },
  async works(location) {
    const store = await openContentStore(location, master);
    expect([...((await store.open('o-1'))?.request?.bytes ?? [])]).toEqual([1, 2, 3]);
    await store.keep({ ...kept, op: 'o-2' });
    expect(await store.erase({ kind: 'session', value: 's-1' })).toBe(2);
    await store.close();
  },
};
