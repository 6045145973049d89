import { expect } from 'vitest';
import { contentMigrations } from '../../packages/server/src/features/content/migrations.ts';
import { openContentStore } from '../../packages/server/src/features/content/store-sql.ts';
import type { KeptItem } from '../../packages/server/src/features/content/types.ts';
import { viewMigrations } from '../../packages/server/src/features/saved-views/migrations.ts';
import { openViewStore } from '../../packages/server/src/features/saved-views/store-sql.ts';
import { streamMigrations } from '../../packages/server/src/features/streams/migrations.ts';
import { openStreamStore } from '../../packages/server/src/features/streams/store-sql.ts';
import { taskMigrations } from '../../packages/server/src/features/tasks/migrations.ts';
import { openTaskStore } from '../../packages/server/src/features/tasks/store-sql.ts';
import type { StatePart } from './state-part.ts';

const cursor = {
  ...{ name: 'siem', origin: 'fairlead.local/a', next: 7, lastId: 'e-6' },
  ...{ deliveredAt: 1_700_000_000_000, failingSince: null, failure: null },
};

export const streams: StatePart = {
  area: 'streams',
  migrations: streamMigrations,
  open: async (location) => (await openStreamStore(location)).close(),
  async seed(location) {
    const store = await openStreamStore(location);
    expect(await store.claim('siem', 'a', 1, 100)).toBe(true);
    await store.write(cursor, 'a');
    await store.close();
  },
  async works(location) {
    const store = await openStreamStore(location);
    expect(await store.list()).toEqual([cursor]);
    expect(await store.claim('siem', 'b', 50, 200)).toBe(false);
    expect(await store.claim('siem', 'b', 101, 200)).toBe(true);
    expect(await store.write({ ...cursor, next: 8 }, 'a')).toBe(false);
    expect(await store.write({ ...cursor, next: 8 }, 'b')).toBe(true);
    await store.close();
  },
};

const seats = {
  ...{
    type: 'seats' as const,
    id: 'seats-1',
    vendor: 'example',
    plan: 'büro',
    from: '2026-01-01',
    to: '2026-02-01',
  },
  ...{ seats: 12, pricePerMonth: 19 },
};

export const tasks: StatePart = {
  area: 'tasks',
  migrations: taskMigrations,
  open: async (location) => (await openTaskStore(location)).close(),
  async seed(location) {
    const store = await openTaskStore(location);
    await store.upsert([seats]);
    await store.close();
  },
  async works(location) {
    const store = await openTaskStore(location);
    expect(await store.facts()).toEqual([seats]);
    expect(await store.upsert([seats])).toEqual({ added: 0, changed: 0, unchanged: 1 });
    const changed = { ...seats, seats: 13 };
    expect(await store.upsert([seats, changed])).toEqual({ added: 0, changed: 1, unchanged: 0 });
    expect(await store.facts()).toEqual([changed]);
    await store.close();
  },
};

const view = { id: 'v-1', name: 'späte', filter: { decision: 'deny' }, owner: 'person:p-1', role: 'auditor' };

export const savedViews: StatePart = {
  area: 'saved-views',
  migrations: viewMigrations,
  open: async (location) => (await openViewStore(location)).close(),
  async seed(location) {
    const store = await openViewStore(location);
    await store.insert({ ...view, savedAt: 5 });
    await store.close();
  },
  async works(location) {
    const store = await openViewStore(location);
    expect(await store.seenBy('person:p-2', ['auditor'])).toEqual([{ ...view, savedAt: 5 }]);
    expect(await store.insert({ ...view, id: 'v-2', savedAt: 6 })).toBe(false);
    expect(await store.remove('v-1', 'person:p-1')).toBe(true);
    await store.close();
  },
};

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
