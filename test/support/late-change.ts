import type { Change } from '@fairlead/core/delivery';
import { expect } from 'vitest';
import {
  createDeliveryFigures,
  type DeliveryStore,
} from '../../packages/server/src/features/delivery/api.ts';

/* A change that came late to a published atom, so that it's withheld from its figures. */

const now = Date.UTC(2026, 2, 2) / 1000;

function changeOf(number: number): Change {
  return {
    ...{ type: 'change', id: `late-${number}`, repository: 'github.com/acme/late', number },
    author: { login: `p-${number}`, kind: 'human' },
    ...{ openedAt: '2026-01-06T09:00:00Z', mergedAt: '2026-01-06T12:00:00Z' },
    ...{ mergeCommit: `${number}`.repeat(40), isDraft: false, base: 'main', head: `b-${number}` },
    ...{ additions: 1, deletions: 0, files: 1 },
  };
}

async function publishedIn(store: DeliveryStore): Promise<number | null> {
  const figures = createDeliveryFigures(store, { teamOf: () => 'late', now: () => now, tree: 'late' });
  const window = { from: now - 80 * 86_400, to: now, kpis: ['throughput'], by: 'team' } as const;
  return (await figures.rows(window)).find(({ group }) => group === 'team:late')?.n ?? null;
}

export async function withholdChange(store: DeliveryStore): Promise<void> {
  await store.takeLateFacts('monthly');
  await store.upsert([1, 2, 3, 4, 5, 6].map(changeOf));
  expect(await publishedIn(store)).toBe(6);
  await store.upsert([changeOf(7)]);
  expect(await publishedIn(store)).toBe(6);
}

/** It still is, where what was withheld came along with the facts. */
export async function expectWithheld(store: DeliveryStore): Promise<void> {
  if ((await store.lateFacts()) === 'monthly') expect(await publishedIn(store)).toBe(6);
  await store.takeLateFacts('at_once');
  if ((await store.change('github.com/acme/late', 7)) !== null) expect(await publishedIn(store)).toBe(7);
}
