import type { Change, ChangeEvent, Commit, Deployment, Incident } from '@fairlead/core/delivery';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPostgresDatabase, describePostgres } from '../../../../../test/setup/database.ts';
import { nodeRandom } from '../../platform/crypto/index.ts';
import type { StateLocation } from '../../platform/db/index.ts';
import type { CollectedPage, DeliveryStore } from './store.ts';
import { openDeliveryStore } from './store-sql.ts';

const repository = 'github.com/acme/web';
const source = `github ${repository}`;
const change = (number: number, more: Partial<Change> = {}): Change => ({
  ...{ type: 'change', id: `${repository}#${number}`, repository, number },
  ...{ author: { login: 'p-1', kind: 'human' }, openedAt: '2026-03-02T09:00:00Z', isDraft: false },
  ...{ updatedAt: '2026-03-02T10:00:00Z', base: 'main', head: 'work', additions: 1, deletions: 0, files: 1 },
  ...more,
});
const event = (number: number, id: string, kind = 'review'): ChangeEvent => ({
  ...{ type: 'event', change: `${repository}#${number}`, id, at: '2026-03-02T09:30:00Z', kind },
  by: { login: 'p-2', kind: 'human' },
});
const commit = (number: number, sha: string): Commit => ({
  ...{ type: 'commit', repository, change: `${repository}#${number}`, sha, message: '', author: {} },
  ...{ authoredAt: '2026-03-02T08:00:00Z', committedAt: '2026-03-02T08:00:00Z' },
});
const deployment: Deployment = {
  ...{ type: 'deployment', id: `${repository} deployment 1`, repository, service: repository, commit: 'c1' },
  ...{ environment: 'production', result: 'success' },
  ...{ startedAt: '2026-03-02T11:00:00Z', finishedAt: '2026-03-02T11:05:00Z' },
};
const incident: Incident = {
  ...{ type: 'incident', id: `${repository} issue 3`, service: repository, severity: 2 },
  ...{ startedAt: '2026-03-02T12:00:00Z', reportedAt: '2026-03-02T12:00:00Z' },
  links: [
    { rel: 'caused_by', change: `${repository}#7` },
    { rel: 'caused_by', deployment: deployment.id },
  ],
};
const page = (whole: CollectedPage['whole'], state = '{}', facts: CollectedPage['facts'] = []) => ({
  ...{ source, state, whole, facts },
});

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

  it('takes a page with its state, or neither', async () => {
    expect(await store.progress(source)).toBeNull();
    const first = { change: change(7), events: [event(7, 'review-1')], commits: [commit(7, 'a')] };
    expect(await store.collect(page([first], '1'))).toEqual({
      ...{ added: 3, changed: 0, unchanged: 0, forgotten: 0 },
    });
    expect(await store.progress(source)).toBe('1');
    const bad = { ...change(8), updatedAt: 'no time' };
    await expect(store.collect(page([{ change: bad, events: [], commits: [] }], '2'))).rejects.toThrow();
    await expect(store.collect(page([], '2', [{ ...incident, updatedAt: 'no time' }]))).rejects.toThrow();
    expect(await store.progress(source)).toBe('1');
    expect(await store.change(repository, 7)).toEqual(first);
    expect(await store.collect(page([first], '1'))).toMatchObject({ added: 0, changed: 0, unchanged: 3 });
  });

  it('forgets what the host does not name any more, of the kinds that are collected', async () => {
    const events = [event(7, 'review-1'), event(7, 'event-2', 'labeled'), event(7, 'gone', 'retracted')];
    await store.upsert([change(7), ...events, commit(7, 'a'), change(9), event(9, 'review-9')]);
    const now = { change: change(7, { additions: 2 }), events: [event(7, 'review-3')], commits: [] };
    expect(await store.collect(page([now]))).toEqual({ added: 1, changed: 1, unchanged: 0, forgotten: 2 });
    const found = await store.change(repository, 7);
    expect(found?.events.map(({ id }) => id)).toEqual(['event-2', 'gone', 'review-3']);
    expect(found?.commits).toEqual([]);
    expect((await store.change(repository, 9))?.events).toHaveLength(1);
  });

  it('takes nothing of an older version, and forgets nothing for it', async () => {
    const late = { change: change(7), events: [event(7, 'review-1')], commits: [] };
    await store.collect(page([late]));
    const early = { change: change(7, { updatedAt: '2026-03-02T09:59:59Z' }), events: [], commits: [] };
    expect(await store.collect(page([early]))).toMatchObject({ changed: 0, forgotten: 0 });
    expect(await store.change(repository, 7)).toEqual(late);
  });

  it('brings everything that is known to a new name, and what comes under the old one', async () => {
    const all = { change: change(7), events: [event(7, 'review-1')], commits: [commit(7, 'a')] };
    await store.collect(page([all], 'state', [deployment, incident]));
    const present = 'github.com/acme/shop';
    await store.rename(repository, present, 10);
    expect(await store.progress(`github ${present}`)).toBe('state');
    expect(await store.progress(source)).toBeNull();
    expect((await store.change(present, 7))?.change).toMatchObject({
      id: `${present}#7`,
      repository: present,
    });
    expect(await store.change(repository, 7)).toMatchObject({
      events: [{ change: `${present}#7`, id: 'review-1' }],
      commits: [{ repository: present, change: `${present}#7` }],
    });
    expect(await store.deployments()).toMatchObject([
      { id: `${present} deployment 1`, repository: present, service: present },
    ]);
    expect(await store.incidents()).toMatchObject([
      {
        id: `${present} issue 3`,
        links: [{ change: `${present}#7` }, { deployment: `${present} deployment 1` }],
      },
    ]);
    expect(await store.upsert([change(7), event(7, 'review-1')])).toMatchObject({ unchanged: 2 });
    await store.upsert([change(8)]);
    expect((await store.change(present, 8))?.change.id).toBe(`${present}#8`);
    expect((await Array.fromAsync(store.histories())).map((one) => one.change.id)).toEqual([
      `${present}#7`,
      `${present}#8`,
    ]);
  });

  it('knows the newest name of a repository, also when an old one is in use again', async () => {
    await store.rename('h/a/one', 'h/a/two', 10);
    await store.rename('h/a/one', 'h/a/stale', 5);
    expect(await store.aliases()).toEqual({ 'h/a/one': 'h/a/two' });
    await store.rename('h/a/two', 'h/a/one', 20);
    expect(await store.aliases()).toEqual({ 'h/a/two': 'h/a/one' });
  });

  it('of a change known under both names keeps the newer version', async () => {
    const present = 'github.com/acme/shop';
    const newer = {
      ...change(7, { updatedAt: '2026-03-03T00:00:00Z' }),
      repository: present,
      id: `${present}#7`,
    };
    await store.upsert([change(7), newer]);
    await store.rename(repository, present, 10);
    expect((await store.change(present, 7))?.change.updatedAt).toBe('2026-03-03T00:00:00Z');
  });

  it('tells which changes are closed, and which incidents come from where', async () => {
    const closed = { closedAt: '2026-03-02T10:00:00Z' };
    await store.upsert([change(2, closed), change(7), change(1, closed), incident]);
    expect(await store.closedNumbers(repository)).toEqual([1, 2]);
    expect(await store.incidentIds(`${repository} issue `)).toEqual([incident.id]);
    expect(await store.incidentIds('github.com/acme/other issue ')).toEqual([]);
  });

  it('gives a lease to one holder at a time', async () => {
    const lease = (holder: string, until: number, now: number) => store.lease('one', holder, until, now);
    expect(await lease('a', 1000, 0)).toBe(true);
    expect(await lease('b', 1000, 500)).toBe(false);
    expect(await lease('a', 2000, 900)).toBe(true);
    expect(await lease('b', 3000, 1500)).toBe(false);
    expect(await lease('b', 3000, 2500)).toBe(true);
    expect(await lease('b', 0, 2600)).toBe(true);
    expect(await lease('a', 9000, 2700)).toBe(true);
  });
}

async function opened(location: StateLocation, drop: () => Promise<void> = async () => undefined) {
  return { store: await openDeliveryStore(location, nodeRandom), remove: drop };
}

describe('what collectors take, in SQLite', () =>
  contract(() => opened({ kind: 'sqlite', file: ':memory:' })));

describePostgres('what collectors take, in PostgreSQL', () =>
  contract(async () => {
    const database = await createPostgresDatabase();
    return opened({ kind: 'postgres', url: database.url }, () => database.drop());
  }),
);
