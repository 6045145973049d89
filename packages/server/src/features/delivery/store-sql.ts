import type {
  Change,
  ChangeHistory,
  DeliveryFact,
  Deployment,
  Incident,
  KpiSource,
} from '@fairlead/core/delivery';
import type { Random } from '@fairlead/core/ports';
import type { Database } from 'better-sqlite3';
import type { Kysely } from 'kysely';
import { openState, type StateLocation } from '../../platform/db/index.ts';
import { deliveryMigrations } from './migrations.ts';
import { closedAtoms } from './snapshot/closed-atoms.ts';
import { elapsedSet, openSnapshot } from './snapshot/snapshot.ts';
import type { SnapshotDb } from './snapshot/tables.ts';
import type { Delivered, DeliveryStore, UpsertCounts } from './store.ts';
import { collecting } from './store-collecting.ts';
import { addHint, type IntakeTables, markReceived, takeHints } from './store-intake.ts';
import { clashesIn, withoutClashes } from './store-numbers.ts';
import { people } from './store-people.ts';
import { inPresentNames, presentRepository } from './store-rename.ts';
import { type FactRows, inOrder, keyOf, postgresRows, sqliteRows } from './store-rows.ts';
import type { FactRow, Tables } from './store-tables.ts';
import { type Arrival, standing } from './supersedes.ts';

/** Below the number of variables that either dialect binds at once. */
const rowsPerStatement = 500;
const changesPerBite = 2_000;

/** What the store is opened for: `many` facts at once, as imports and collections write, or `few`. */
export type Writes = 'few' | 'many';

/**
 * Imports touch pages all over the indexes: these stay in memory, and reach the file less often. So do the pages that a
 * statement would bring back if it failed, of which each row has some. Nothing is less durable.
 */
function makeRoom(sqlite: Database | null, writes: Writes): void {
  sqlite?.pragma(`cache_size = ${writes === 'many' ? -65_536 : -16_384}`);
  sqlite?.pragma('wal_autocheckpoint = 8192');
  if (writes === 'many') sqlite?.pragma('temp_store = memory');
}

/** The store on SQLite (`delivery.db`) or PostgreSQL. */
export async function openDeliveryStore(
  location: StateLocation,
  random: Random,
  writes: Writes = 'few',
): Promise<DeliveryStore> {
  const { db, kind, sqlite, close } = await openState<Tables>(location, 'delivery', deliveryMigrations);
  makeRoom(sqlite, writes);
  const snapshotDb = db as unknown as SnapshotDb;
  const intake = db as unknown as Kysely<IntakeTables>;
  const table = sqlite === null ? postgresRows : sqliteRows(sqlite);
  const bodies = <Fact>(type: DeliveryFact['type']) => bodiesOf<Fact>(db, type);
  return {
    upsert: (facts, arrival = 'stated') =>
      db.transaction().execute((transaction) => upsert(transaction, table, facts, arrival)),
    async clash(facts) {
      const [first] = await clashesIn(db, facts.map(await inPresentNames(db)));
      return first ?? null;
    },
    receive: (delivered) => db.transaction().execute((transaction) => receive(transaction, table, delivered)),
    hint: (repository, number, at) => addHint(intake, { repository, number, at }),
    takeHints: (limit) => intake.transaction().execute((transaction) => takeHints(transaction, limit)),
    ...collecting(db, (on) => ({
      ...{ rowOf, slices, write: (rows) => table.write(on, rows) },
      upsert: (facts) => upsert(on, table, facts, 'stated'),
    })),
    ...people(db, random, sqlite),
    async change(name, number) {
      const repository = await presentRepository(db, name);
      const [row] = await db
        .selectFrom('delivery_facts')
        .selectAll()
        .where('repository', '=', repository)
        .where('number', '=', number)
        .orderBy('id')
        .execute();
      if (row === undefined) return null;
      const [history] = await historiesOf(db, [row]);
      return history ?? null;
    },
    async *histories(repository) {
      for (let after = ''; ; ) {
        const rows = await changesAfter(db, after, repository);
        yield* await historiesOf(db, rows);
        const last = rows.at(-1);
        if (last === undefined) return;
        after = last.id;
      }
    },
    deployments: (repository) =>
      repository === undefined ? bodies<Deployment>('deployment') : deploymentsIn(db, repository),
    missing: () => missingSources(db),
    incidents: async () => (await bodies<Incident>('incident')).filter(({ retracted }) => !retracted),
    snapshot: (set = elapsedSet) => openSnapshot(snapshotDb, { kind }, set),
    closedAtoms: closedAtoms(snapshotDb, { kind }),
    close,
  };
}

async function bodiesOf<Fact>(db: Kysely<Tables>, type: DeliveryFact['type']): Promise<readonly Fact[]> {
  const rows = await db
    .selectFrom('delivery_facts')
    .select('body')
    .where('type', '=', type)
    .orderBy('id')
    .execute();
  return rows.map(({ body }) => JSON.parse(body) as Fact);
}

async function changesAfter(
  db: Kysely<Tables>,
  after: string,
  repository?: string,
): Promise<readonly FactRow[]> {
  if (repository !== undefined) {
    // By the index of a repository's numbers: all at once, since that isn't in the order of ids.
    if (after !== '') return [];
    const rows = await db
      .selectFrom('delivery_facts')
      .selectAll()
      .where('repository', '=', repository)
      .where('number', 'is not', null)
      .execute();
    return rows.sort((a, b) => (a.id < b.id ? -1 : 1));
  }
  return db
    .selectFrom('delivery_facts')
    .selectAll()
    .where('type', '=', 'change')
    .where('id', '>', after)
    .orderBy('id')
    .limit(changesPerBite)
    .execute();
}

async function deploymentsIn(db: Kysely<Tables>, repository: string): Promise<readonly Deployment[]> {
  const rows = await db
    .selectFrom('delivery_facts')
    .select(['id', 'type', 'body'])
    .where('repository', '=', repository)
    .where('change_id', 'is', null)
    .where('number', 'is', null)
    .execute();
  return rows
    .filter(({ type }) => type === 'deployment')
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ body }) => JSON.parse(body) as Deployment);
}

async function historiesOf(db: Kysely<Tables>, rows: readonly FactRow[]): Promise<readonly ChangeHistory[]> {
  const parts = new Map(rows.map(({ id }) => [id, { events: [] as string[], commits: [] as string[] }]));
  for (const ids of slices([...parts.keys()])) {
    const found = await db
      .selectFrom('delivery_facts')
      .select(['type', 'id', 'change_id', 'body'])
      .where('change_id', 'in', ids)
      .execute();
    // Sorted here: with a word of the type or of the order SQLite would read every fact of these types.
    found.sort((a, b) => (a.id < b.id ? -1 : 1));
    for (const { type, change_id: change, body } of found) {
      parts.get(change ?? '')?.[type === 'event' ? 'events' : 'commits'].push(body);
    }
  }
  return rows.map(({ id, body }) => ({
    change: JSON.parse(body) as Change,
    events: parts.get(id)!.events.map((text) => JSON.parse(text)),
    commits: parts.get(id)!.commits.map((text) => JSON.parse(text)),
  }));
}

async function upsert(
  db: Kysely<Tables>,
  table: FactRows,
  facts: readonly DeliveryFact[],
  arrival: Arrival,
): Promise<UpsertCounts> {
  const present = await inPresentNames(db);
  const named = facts.map(present);
  const taken = arrival === 'late' ? await withoutClashes(db, named) : named;
  const rows = newest(taken.map(rowOf), arrival);
  const { worth = [], idle = [] } = Object.groupBy(rows, (row) =>
    isWorthAdding(row, arrival) ? 'worth' : 'idle',
  );
  const there = await table.add(db, worth);
  const before = idle.length === 0 ? there : new Map([...there, ...(await table.known(db, idle))]);
  const changed = rows.flatMap((row) => {
    const known = before.get(keyOf(row));
    return known === undefined ? [] : (standing(row, known, arrival) ?? []);
  });
  if (changed.length > 0) await table.write(db, changed);
  const added = worth.length - there.size;
  const unchanged = rows.length - added - changed.length + named.length - taken.length;
  return { added, changed: changed.length, unchanged };
}

/** What was never known needs no retraction, unless what it retracts may still arrive. */
function isWorthAdding({ type, body }: FactRow, arrival: Arrival): boolean {
  return arrival === 'late' || type !== 'incident' || (JSON.parse(body) as Incident).retracted !== true;
}

async function receive(
  db: Kysely<Tables>,
  table: FactRows,
  delivered: Delivered,
): Promise<UpsertCounts | null> {
  const intake = db as unknown as Kysely<IntakeTables>;
  if (!(await markReceived(intake, delivered))) return null;
  const { facts, hints, at } = delivered;
  const counts = await upsert(db, table, facts, 'late');
  for (const { repository, number } of hints)
    await addHint(intake, { repository: await presentRepository(db, repository), number, at });
  return counts;
}

/**
 * One row for each key: the one that stands after all of them came in this order. In the order of their keys, so that
 * what lies together in the table is written together.
 */
function newest(rows: readonly FactRow[], arrival: Arrival): readonly FactRow[] {
  const byKey = new Map<string, FactRow>();
  for (const row of rows) {
    const before = byKey.get(keyOf(row));
    const stands = before === undefined ? row : standing(row, before, arrival);
    if (stands !== null) byKey.set(keyOf(row), stands);
  }
  return inOrder(byKey);
}

const factsOfSource = [
  ['changes', 'change'],
  ['deployments', 'deployment'],
  ['incidents', 'incident'],
] as const;

async function missingSources(db: Kysely<Tables>): Promise<ReadonlySet<KpiSource>> {
  const missing = new Set<KpiSource>();
  for (const [source, type] of factsOfSource) {
    const known = db.selectFrom('delivery_facts').select('id').where('type', '=', type).limit(1);
    if ((await known.executeTakeFirst()) === undefined) missing.add(source);
  }
  return missing;
}

function rowOf(fact: DeliveryFact): FactRow {
  const common = {
    type: fact.type,
    change_id: null,
    number: null,
    version: null,
    body: JSON.stringify(fact),
  };
  switch (fact.type) {
    case 'change':
      return {
        ...common,
        id: fact.id,
        repository: fact.repository,
        number: fact.number,
        version: versionOf(fact),
      };
    case 'event':
      return { ...common, id: `${fact.change} ${fact.id}`, change_id: fact.change, repository: null };
    case 'commit':
      // One commit may belong to several changes.
      return {
        ...common,
        id: `${fact.change ?? fact.repository} ${fact.sha}`,
        change_id: fact.change ?? null,
        repository: fact.repository,
      };
    case 'deployment':
      return { ...common, id: fact.id, repository: fact.repository };
    case 'incident':
      return { ...common, id: fact.id, repository: null, version: versionOf(fact) };
  }
}

function versionOf({ updatedAt }: { readonly updatedAt?: string | undefined }): string | null {
  return updatedAt === undefined ? null : new Date(updatedAt).toISOString();
}

function slices<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  const result: (readonly Item[])[] = [];
  for (let i = 0; i < items.length; i += rowsPerStatement) result.push(items.slice(i, i + rowsPerStatement));
  return result;
}
