import {
  atomsOf,
  chunkRows,
  type DeliveryFact,
  kpiRows,
  measureAll,
  measureChanges,
  measuredAt,
  openingsOf,
  partsRows,
  randomFacts,
  weekOf,
} from '@fairlead/core/delivery';
import { seededRandom } from '@fairlead/core/statistics';
import Database from 'better-sqlite3';
import { afterEach, describe, expect, it } from 'vitest';
import {
  createPostgresDatabase,
  describePostgres,
  temporaryFolder,
} from '../../../../../../test/setup/database.ts';
import { nodeRandom } from '../../../platform/crypto/index.ts';
import type { StateLocation } from '../../../platform/db/index.ts';
import { createDeliveryFigures } from '../figures.ts';
import type { DeliveryStore } from '../store.ts';
import { openDeliveryStore } from '../store-sql.ts';
import { arriving, factsIn, take } from '../testing/arriving.ts';
import type { DeliverySnapshot } from './snapshot.ts';

const teamOf = (repository: string) => repository.split('/')[1]!;

const sorted = (items: readonly unknown[]) => items.map((item) => JSON.stringify(item, keysInOrder)).sort();
const keysInOrder = (_: string, value: unknown) =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

function measuredIn({ published: { columns } }: DeliverySnapshot) {
  const rows = columns.chunks.length * chunkRows;
  return Array.from({ length: rows }, (_, row) => measuredAt(columns, row)).filter((one) => one !== null);
}

async function expectSame(store: DeliveryStore, snapshot: DeliverySnapshot): Promise<void> {
  await snapshot.follow();
  const expected = measureAll(await factsIn(store)).map(({ id, ...rest }) => rest);
  expect(sorted(measuredIn(snapshot))).toEqual(sorted(expected));
}

function contract(locate: () => Promise<{ location: StateLocation; drop: () => unknown }>): void {
  const cleanup: (() => unknown)[] = [];
  afterEach(async () => {
    for (const undo of cleanup.splice(0).reverse()) await undo();
  });
  const open = async (location: StateLocation) => {
    const store = await openDeliveryStore(location, nodeRandom);
    cleanup.push(() => store.close());
    return store;
  };
  const place = async () => {
    const { location, drop } = await locate();
    cleanup.push(drop);
    return location;
  };

  it.each(['a', 'b', 'c', 'd'])(
    'holds after every import what measuring everything anew gives: %s',
    async (seed) => {
      const store = await open(await place());
      const snapshot = store.snapshot();
      const random = seededRandom(seed);
      const facts = arriving(randomFacts(seed, 60, 3), seed);
      for (let at = 0; at < facts.length; ) {
        const size = 1 + Math.floor(random() ** 3 * 120);
        await take(store, facts.slice(at, at + size));
        at += size;
        if (random() < 0.6) await expectSame(store, snapshot);
      }
      await expectSame(store, snapshot);
      // Whoever comes later reads the same, and the figures are those of the objects.
      await expectSame(store, store.snapshot());
    },
    240_000,
  );

  it('gives the figures of objects, and shows a fact at once, also to others', async () => {
    const location = await place();
    const [store, other] = [await open(location), await open(location)];
    const { now, ...facts } = randomFacts('figures', 150, 2);
    const figures = createDeliveryFigures(store, { teamOf, now: () => now });
    const beside = createDeliveryFigures(other, { teamOf, now: () => now });
    const window = { from: now - 400 * 86_400, to: now };
    const expected = async () => {
      const known = await factsIn(store);
      const options = { now, teamOf };
      return kpiRows(
        atomsOf(measureChanges(known, options), weekOf(now)),
        window,
        atomsOf(openingsOf(measureAll(known), options), weekOf(now)),
      );
    };
    const all = facts.histories.flatMap(({ change, events, commits }) => [change, ...events, ...commits]);
    await take(store, [...all, ...facts.deployments, ...facts.incidents]);
    expect(await figures.rows(window)).toEqual(await expected());
    const parts = await figures.parts({ ...window, by: 'repository' });
    const options = { now, teamOf };
    expect(parts).toEqual(partsRows(await factsIn(store), { ...window, by: 'repository' }, options));
    expect(parts.some(({ total }) => total !== null && total > 0)).toBe(true);
    await expect(figures.parts({ from: now, to: now })).rejects.toMatchObject({
      code: 'delivery.window-invalid',
    });
    const cycle = (rows: Awaited<ReturnType<typeof expected>>) =>
      rows.find(({ kpi }) => kpi === 'defect_rate')!;
    const before = cycle(await beside.rows(window));
    const healthy = measureAll(facts).filter(({ defect, status }) => defect === null && status === 'merged');
    const incidents = healthy.slice(0, 40).map(
      ({ id, ended }, i): DeliveryFact => ({
        type: 'incident',
        id: `late-${i}`,
        startedAt: new Date(ended! * 1000).toISOString(),
        reportedAt: new Date(ended! * 1000).toISOString(),
        severity: 1,
        links: [{ rel: 'caused_by', change: id }],
      }),
    );
    await take(store, incidents);
    expect(cycle(await beside.rows(window)).value).toBeGreaterThan(before.value!);
    expect(await beside.rows(window)).toEqual(await figures.rows(window));
    expect(await figures.rows(window)).toEqual(await expected());
  }, 240_000);

  it('keeps the bounds of atoms that were published, and counts in them what comes late', async () => {
    const store = await open(await place());
    const { now, ...facts } = randomFacts('late', 200, 1, 12);
    const figures = createDeliveryFigures(store, { teamOf, now: () => now });
    const window = { from: now - 400 * 86_400, to: now, by: 'week', kpis: ['throughput'] } as const;
    const late = facts.histories.filter((_, i) => i % 4 === 0);
    const early = facts.histories.filter((_, i) => i % 4 !== 0);
    const factsOf = (some: typeof late) =>
      some.flatMap(({ change, events, commits }) => [change, ...events, ...commits]);
    await take(store, factsOf(early));
    const bounds = (rows: Awaited<ReturnType<typeof figures.rows>>) =>
      rows.filter(({ n }) => n !== null).map(({ from, to }) => `${from} ${to}`);
    const before = await figures.rows(window);
    expect(before.filter(({ n }) => n !== null).length).toBeGreaterThan(1);
    await take(store, factsOf(late));
    const after = await figures.rows(window);
    expect(bounds(after)).toEqual(expect.arrayContaining(bounds(before)));
    const n = (rows: typeof after) => rows.reduce((sum, row) => sum + (row.n ?? 0), 0);
    expect(n(after)).toBeGreaterThan(n(before));
  }, 240_000);
}

describe('the snapshot on SQLite', () => {
  const locate = async () => {
    const folder = temporaryFolder();
    const file = `${folder.path}/delivery.db`;
    return { location: { kind: 'sqlite', file } as const, drop: () => folder.remove() };
  };
  contract(locate);

  it('follows what others remove, and what is measured with other definitions', async () => {
    const { location, drop } = await locate();
    const store = await openDeliveryStore(location, nodeRandom);
    try {
      const facts = arriving(randomFacts('removed', 60, 2), 'removed');
      await take(store, facts);
      const snapshot = store.snapshot();
      await expectSame(store, snapshot);
      const database = new Database(location.file);
      for (const type of ['deployment', 'incident', 'change', 'commit', 'event']) {
        const ids = database.prepare('select id from delivery_facts where type = ?').pluck().all(type);
        for (const id of ids.filter((_, i) => i % 3 === 0)) {
          database.prepare('delete from delivery_facts where type = ? and id = ?').run(type, id);
        }
        await expectSame(store, snapshot);
      }
      database
        .prepare(
          'update measured_state set value = \'{"definitions":"x","seq":1}\' where name = \'set elapsed\'',
        )
        .run();
      database
        .prepare("update measured_columns set body = zeroblob(7), revision = 0 where clock = 'elapsed'")
        .run();
      database.close();
      await expectSame(store, store.snapshot());
    } finally {
      await store.close();
      drop();
    }
  }, 240_000);
});

describePostgres('the snapshot on PostgreSQL', () => {
  contract(async () => {
    const database = await createPostgresDatabase();
    return { location: { kind: 'postgres', url: database.url } as const, drop: () => database.drop() };
  });
});
