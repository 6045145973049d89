import type { Change, ChangeEvent, DeliveryFact, Deployment, Incident } from '@fairlead/core/delivery';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPostgresDatabase, describePostgres } from '../../../../../test/setup/database.ts';
import { nodeRandom } from '../../platform/crypto/index.ts';
import type { StateLocation } from '../../platform/db/index.ts';
import type { Delivered, DeliveryStore } from './store.ts';
import { openDeliveryStore } from './store-sql.ts';

const repository = 'github.com/acme/payments-api';
const change: Change = {
  ...{
    type: 'change',
    id: `${repository}#7`,
    repository,
    number: 7,
    author: { login: 'p-1', kind: 'human' },
  },
  ...{ openedAt: '2026-03-02T09:00:00Z', updatedAt: '2026-03-02T10:00:00Z', isDraft: false },
  ...{ base: 'main', head: 'work', additions: 1, deletions: 0, files: 1 },
};
const review: ChangeEvent = {
  ...{ type: 'event', change: change.id, id: 'review-1', at: '2026-03-02T09:30:00Z', kind: 'review' },
  ...{ by: { login: 'p-2', kind: 'human' }, state: 'approved' },
};
const deployment: Deployment = {
  ...{ type: 'deployment', id: `${repository}/deployment-1`, repository, service: repository },
  ...{ environment: 'production', result: 'in_progress', commit: 'c'.repeat(40) },
  ...{ startedAt: '2026-03-02T11:00:00Z', finishedAt: '2026-03-02T11:00:00Z' },
};
const incident: Incident = {
  ...{ type: 'incident', id: `${repository}/issue-3`, severity: 2, links: [] },
  ...{ startedAt: '2026-03-02T12:00:00Z', reportedAt: '2026-03-02T12:00:00Z' },
  updatedAt: '2026-03-02T12:00:00Z',
};

let next = 0;
const delivered = (facts: readonly DeliveryFact[], more: Partial<Delivered> = {}): Delivered => {
  next += 1;
  const digest = next.toString(16).padStart(64, '0');
  return { id: `g-${next}`, digest, at: next, facts, hints: [], ...more };
};

function contract(open: () => Promise<{ store: DeliveryStore; remove(): Promise<void> }>): void {
  let store: DeliveryStore;
  let remove: () => Promise<void>;
  beforeEach(async () => {
    ({ store, remove } = await open());
  });
  afterEach(async () => {
    await store.close();
    await remove();
  });

  it('takes a delivery once, by its id and by its bytes', async () => {
    const first = delivered([change], { hints: [{ repository, number: 7 }] });
    expect(await store.receive(first)).toEqual({ added: 1, changed: 0, unchanged: 0 });
    expect(await store.receive(first)).toBeNull();
    expect(await store.receive({ ...first, id: 'another' })).toBeNull();
    expect(await store.receive({ ...first, digest: 'f'.repeat(64) })).toBeNull();
    expect(await store.receive(delivered([review]))).toMatchObject({ added: 1 });
  });

  it('takes nothing of a delivery that it cannot keep, and then takes it again', async () => {
    const bad = delivered([change, { ...incident, updatedAt: 'no time' }]);
    await expect(store.receive(bad)).rejects.toThrow();
    expect(await store.change(repository, 7)).toBeNull();
    expect(await store.receive({ ...bad, facts: [change] })).toMatchObject({ added: 1 });
  });

  it('hands out hints once, the oldest first, and one for each change', async () => {
    for (const [number, at] of [
      [7, 30],
      [8, 20],
      [9, 10],
      [9, 40],
      [7, 5],
    ] as const) {
      await store.hint(repository, number, at);
    }
    expect(await store.takeHints(2)).toEqual([
      { repository, number: 8, at: 20 },
      { repository, number: 7, at: 30 },
    ]);
    expect(await store.takeHints(5)).toEqual([{ repository, number: 9, at: 40 }]);
    expect(await store.takeHints(5)).toEqual([]);
  });

  it('never goes back for what comes late', async () => {
    const closed = { ...change, closedAt: '2026-03-02T10:00:00Z' };
    await store.upsert([change, { ...review, state: 'commented' }], 'stated');
    await store.receive(delivered([closed, review]));
    await store.receive(delivered([change, { ...change, updatedAt: '2026-03-02T09:59:59Z', base: 'old' }]));
    expect(await store.change(repository, 7)).toEqual({
      change: closed,
      events: [{ ...review, state: 'commented' }],
      commits: [],
    });
    await store.upsert([review]);
    expect((await store.change(repository, 7))?.events).toEqual([review]);
  });

  it('keeps what was deleted deleted', async () => {
    await store.receive(delivered([{ ...review, kind: 'retracted' }]));
    await store.receive(delivered([review]));
    expect((await store.change(repository, 7))?.events ?? []).toEqual([]);
    // Not by a poll either that was read before.
    await store.upsert([change, review]);
    expect((await store.change(repository, 7))?.events).toMatchObject([{ kind: 'retracted' }]);
  });

  it('shows no incident that was none, and brings none back', async () => {
    const none = { ...incident, retracted: true, updatedAt: '2026-03-02T13:00:00Z' };
    expect(await store.upsert([none])).toEqual({ added: 0, changed: 0, unchanged: 1 });
    await store.receive(delivered([none]));
    await store.receive(delivered([incident]));
    expect(await store.incidents()).toEqual([]);
    await store.receive(delivered([{ ...incident, updatedAt: '2026-03-02T14:00:00Z' }]));
    expect(await store.incidents()).toHaveLength(1);
  });

  it('keeps the first success of a deployment, whatever order its states come in', async () => {
    const states: readonly Deployment[] = [
      deployment,
      { ...deployment, result: 'failure', finishedAt: '2026-03-02T11:05:00Z' },
      { ...deployment, result: 'success', finishedAt: '2026-03-02T11:20:00Z' },
      { ...deployment, result: 'success', finishedAt: '2026-03-02T11:40:00Z' },
      { ...deployment, result: 'failure', finishedAt: '2026-03-02T11:50:00Z' },
    ];
    const orders = fc.shuffledSubarray([...states, ...states], { minLength: 10, maxLength: 10 });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(orders, async (order) => {
        run += 1;
        const own = order.map((state) => ({ ...state, id: `run-${run}` }));
        for (const one of own.slice(0, 6)) await store.receive(delivered([one]));
        await store.upsert(own.slice(6), 'late');
        const kept = (await store.deployments()).find(({ id }) => id === `run-${run}`);
        expect(kept).toEqual({ ...states[2], id: `run-${run}` });
      }),
      { numRuns: 15 },
    );
  });
}

async function opened(location: StateLocation, drop: () => Promise<void> = async () => undefined) {
  return { store: await openDeliveryStore(location, nodeRandom), remove: drop };
}

describe('what webhooks leave, in SQLite', () =>
  contract(() => opened({ kind: 'sqlite', file: ':memory:' })));

describePostgres('what webhooks leave, in PostgreSQL', () =>
  contract(async () => {
    const database = await createPostgresDatabase();
    return opened({ kind: 'postgres', url: database.url }, () => database.drop());
  }),
);
