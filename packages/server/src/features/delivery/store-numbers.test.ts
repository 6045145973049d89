import {
  type Change,
  type ChangeEvent,
  chunkRows,
  type DeliveryFact,
  type Incident,
  measuredAt,
  reversalsOf,
} from '@fairlead/core/delivery';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPostgresDatabase, describePostgres } from '../../../../../test/setup/database.ts';
import { nodeRandom } from '../../platform/crypto/index.ts';
import type { StateLocation } from '../../platform/db/index.ts';
import type { DeliveryStore } from './store.ts';
import { openDeliveryStore } from './store-sql.ts';

/* One change of each repository and number, whatever sources call it. */

const repository = 'github.com/acme/web';
const change = (id: string, number: number, more: Partial<Change> = {}): Change => ({
  ...{ type: 'change', id, repository, number, author: { login: 'p-1', kind: 'human' }, isDraft: false },
  ...{ openedAt: '2026-03-02T09:00:00Z', base: 'main', head: 'work', additions: 1, deletions: 0, files: 1 },
  ...more,
});
const review = (of: string): ChangeEvent => ({
  ...{ type: 'event', change: of, id: 'review-1', at: '2026-03-02T09:30:00Z', kind: 'review' },
  by: { login: 'p-2', kind: 'human' },
});
const incident = (id: string, ...changes: readonly string[]): Incident => ({
  ...{ type: 'incident', id, severity: 2, startedAt: '2026-03-03T12:00:00Z' },
  ...{ reportedAt: '2026-03-03T12:00:00Z' },
  links: changes.map((one) => ({ rel: 'caused_by', change: one })),
});
const canonical = (number: number) => `${repository}#${number}`;

function contract(open: () => Promise<{ location: StateLocation; remove(): Promise<void> }>): void {
  let store: DeliveryStore;
  let remove: () => Promise<void>;
  beforeEach(async () => {
    const { location, remove: drop } = await open();
    [store, remove] = [await openDeliveryStore(location, nodeRandom), drop];
  });
  afterEach(async () => {
    await store.close();
    await remove();
  });
  const ids = async () => (await Array.fromAsync(store.histories())).map((one) => one.change.id);
  const deliver = (id: string, facts: readonly DeliveryFact[]) =>
    store.receive({ id, digest: id, at: 1, facts, hints: [] });

  it('a change under another id than its number is known by is told, the first of them', async () => {
    await store.upsert([change('pr-12', 12), change('pr-13', 13)]);
    expect(await store.clash([change('pr-12', 12), review('pr-12'), change('pr-14', 14)])).toBeNull();
    expect(
      await store.clash([review('a'), change('pr-14', 14), change('twelve', 12), change('x', 13)]),
    ).toEqual({
      ...{ index: 2, id: 'twelve', known: 'pr-12' },
    });
    expect(await store.clash([change('pr-15', 15), change('fifteen', 15)])).toEqual({
      ...{ index: 1, id: 'fifteen', known: 'pr-15' },
    });
    const elsewhere = change('twelve', 12, { repository: 'github.com/acme/other' });
    expect(await store.clash([elsewhere])).toBeNull();
    await store.rename(repository, 'github.com/acme/shop', 10);
    expect(await store.clash([change('twelve', 12)])).toMatchObject({ known: 'pr-12' });
  });

  it('is refused by itself, with all that came with it', async () => {
    await store.upsert([change('pr-12', 12)]);
    const refused = { code: 'delivery.number-known' };
    await expect(store.upsert([change('pr-13', 13), change('twelve', 12)])).rejects.toMatchObject(refused);
    await expect(store.upsert([change('pr-14', 14), change('fourteen', 14)])).rejects.toMatchObject(refused);
    expect(await ids()).toEqual(['pr-12']);
    expect(await store.upsert([change('pr-12', 12), change('pr-13', 13)])).toMatchObject({ added: 1 });
  });

  it('what is told by a webhook or a clone of such a change is passed over', async () => {
    await store.upsert([change('pr-12', 12)]);
    const facts = [change(canonical(12), 12), review(canonical(12)), change(canonical(13), 13)];
    expect(await deliver('1', facts)).toEqual({ added: 1, changed: 0, unchanged: 2 });
    expect(await ids()).toEqual([canonical(13), 'pr-12']);
    expect(await store.upsert(facts, 'late')).toEqual({ added: 0, changed: 0, unchanged: 3 });
  });

  it('is found by incidents that name its number, whichever came first', async () => {
    const linksOf = async () =>
      (await store.incidents()).map(({ links }) => links.map((link) => link.change));
    const naming = [incident('one', canonical(12), canonical(14)), incident('two', 'pr-13', canonical(15))];
    await store.upsert([change('pr-12', 12), change(canonical(15), 15), ...naming]);
    expect(await linksOf()).toEqual([
      ['pr-12', canonical(14)],
      ['pr-13', canonical(15)],
    ]);
    expect(reversalsOf(await Array.fromAsync(store.histories()), await store.incidents()).size).toBe(0);
    const mergedAt = '2026-03-02T10:00:00Z';
    await store.upsert([change('pr-14', 14, { mergedAt }), change('pr-13', 13, { mergedAt })]);
    expect((await linksOf())[0]).toEqual(['pr-12', 'pr-14']);
    const found = reversalsOf(await Array.fromAsync(store.histories()), await store.incidents());
    expect([...found.keys()].sort()).toEqual(['pr-13', 'pr-14']);
    const snapshot = store.snapshot();
    await snapshot.follow();
    const { columns } = snapshot.published;
    const rows = Array.from({ length: columns.chunks.length * chunkRows }, (_, row) =>
      measuredAt(columns, row),
    );
    expect(rows.filter((row) => row?.defect?.evidence === 'explicit_link')).toHaveLength(2);
    expect(await store.upsert(naming)).toEqual({ added: 0, changed: 0, unchanged: 2 });
    const whole = [{ change: change(canonical(14), 14), events: [], commits: [] }];
    await store.collect({ source: 'github', state: '{}', whole, facts: [] });
    expect((await linksOf())[0]).toEqual(['pr-12', canonical(14)]);
  });

  it('what is collected takes its place', async () => {
    await store.upsert([change('pr-12', 12), review('pr-12'), change('pr-13', 13)]);
    const whole = [{ change: change(canonical(12), 12), events: [], commits: [] }];
    const page = { source: 'github', state: '{}', whole, facts: [] };
    expect(await store.collect(page)).toEqual({ added: 1, changed: 0, unchanged: 0, forgotten: 2 });
    expect(await ids()).toEqual([canonical(12), 'pr-13']);
    expect(await store.change(repository, 12)).toEqual(whole[0]);
    expect(await store.collect(page)).toEqual({ added: 0, changed: 0, unchanged: 1, forgotten: 0 });
  });
}

describe('numbers of changes, in SQLite', () =>
  contract(async () => ({ location: { kind: 'sqlite', file: ':memory:' }, remove: async () => undefined })));

describePostgres('numbers of changes, in PostgreSQL', () =>
  contract(async () => {
    const database = await createPostgresDatabase();
    return { location: { kind: 'postgres', url: database.url }, remove: () => database.drop() };
  }),
);
