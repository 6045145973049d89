import { expect, it } from 'vitest';
import { isDiskFull } from '../../platform/db/index.ts';
import { leavingRoom } from './leave-room.ts';
import type { AuditStore } from './store.ts';

it.each([
  [4 * 1024, 10_000_000, true],
  [4 * 1024 - 1, 10_000_000, false],
  // A small filesystem: a fiftieth.
  [40, 2_000, true],
  [39, 2_000, false],
])('with %d of %d KiB free takes entries in: %s', async (free, all, taken) => {
  const written: unknown[] = [];
  const store = { write: async (batch: unknown) => written.push(batch) > 0 } as unknown as AuditStore;
  const leaving = leavingRoom(store, '/data', () => ({ blocks: all, bavail: free, bsize: 1024 }));
  const answer = await leaving.write({ next: 1 } as never).catch((error: unknown) => error);
  expect(taken ? answer : isDiskFull(answer)).toBe(true);
  expect(written).toHaveLength(taken ? 1 : 0);
});
