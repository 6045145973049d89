import type { Change, ChangeHistory, DeliveryFact, Deployment, Incident } from '@fairlead/core/delivery';
import type { Random } from '@fairlead/core/ports';
import type { Database } from 'better-sqlite3';
import { type Kysely, sql } from 'kysely';
import { openState, type StateLocation } from '../../platform/db/index.ts';
import { deliveryMigrations } from './migrations.ts';
import { closedAtoms } from './snapshot/closed-atoms.ts';
import { elapsedSet, openSnapshot } from './snapshot/snapshot.ts';
import type { SnapshotDb } from './snapshot/tables.ts';
import type { Delivered, DeliveryStore, UpsertCounts } from './store.ts';
import { collecting } from './store-collecting.ts';
import { addHint, type IntakeTables, markReceived, takeHints } from './store-intake.ts';
import { people } from './store-people.ts';
import { inPresentNames, presentRepository } from './store-rename.ts';
import type { FactRow, Tables } from './store-tables.ts';
import { type Arrival, standing } from './supersedes.ts';

/** Below the number of variables that either dialect binds at once. */
const rowsPerStatement = 500;
const changesPerBite = 2_000;

/** Imports touch pages all over the indexes: these stay in memory, and reach the file less often. Nothing is less durable. */
function makeRoomForImports(sqlite: Database | null): void {
  sqlite?.pragma('cache_size = -16384');
  sqlite?.pragma('wal_autocheckpoint = 8192');
}

/** The store on SQLite (`delivery.db`) or PostgreSQL. */
export async function openDeliveryStore(location: StateLocation, random: Random): Promise<DeliveryStore> {
  const { db, kind, sqlite, close } = await openState<Tables>(location, 'delivery', deliveryMigrations);
  makeRoomForImports(sqlite);
  const snapshotDb = db as unknown as SnapshotDb;
  const intake = db as unknown as Kysely<IntakeTables>;
  const writeRows = rowWriter(sqlite);
  const bodies = <Fact>(type: DeliveryFact['type']) => bodiesOf<Fact>(db, type);
  return {
    upsert: (facts, arrival = 'stated') =>
      db.transaction().execute((transaction) => upsert(transaction, writeRows, facts, arrival)),
    receive: (delivered) =>
      db.transaction().execute((transaction) => receive(transaction, writeRows, delivered)),
    hint: (repository, number, at) => addHint(intake, { repository, number, at }),
    takeHints: (limit) => intake.transaction().execute((transaction) => takeHints(transaction, limit)),
    ...collecting(db, (on) => ({
      ...{ rowOf, slices, write: (rows) => writeRows(on, rows) },
      upsert: (facts) => upsert(on, writeRows, facts, 'stated'),
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

function factsOf(
  db: Kysely<Tables>,
  type: DeliveryFact['type'],
  ids: readonly string[],
): Promise<readonly FactRow[]> {
  return db
    .selectFrom('delivery_facts')
    .selectAll()
    .where('type', '=', type)
    .where('id', 'in', ids)
    .execute();
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
  writeRows: WriteRows,
  facts: readonly DeliveryFact[],
  arrival: Arrival,
): Promise<UpsertCounts> {
  const rows = newest((await inPresentNames(db, facts)).map(rowOf), arrival);
  const counts = { added: 0, changed: 0, unchanged: 0 };
  for (const bite of slices(rows)) {
    const known = await knownRows(db, bite);
    const taken = bite.flatMap((row) => {
      const before = known.get(keyOf(row));
      const news =
        before !== undefined ? standing(row, before, arrival) : isWorthAdding(row, arrival) ? row : null;
      counts[news === null ? 'unchanged' : before === undefined ? 'added' : 'changed']++;
      return news ?? [];
    });
    if (taken.length > 0) await writeRows(db, taken);
  }
  return counts;
}

/** What was never known needs no retraction, unless what it retracts may still arrive. */
function isWorthAdding({ type, body }: FactRow, arrival: Arrival): boolean {
  return arrival === 'late' || type !== 'incident' || (JSON.parse(body) as Incident).retracted !== true;
}

async function receive(
  db: Kysely<Tables>,
  writeRows: WriteRows,
  delivered: Delivered,
): Promise<UpsertCounts | null> {
  const intake = db as unknown as Kysely<IntakeTables>;
  if (!(await markReceived(intake, delivered))) return null;
  const { facts, hints, at } = delivered;
  const counts = await upsert(db, writeRows, facts, 'late');
  for (const { repository, number } of hints)
    await addHint(intake, { repository: await presentRepository(db, repository), number, at });
  return counts;
}

const columns = ['type', 'id', 'change_id', 'repository', 'number', 'version', 'body'] as const;
const insertFact = `insert into delivery_facts (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})
  on conflict (type, id) do update set body = excluded.body, version = excluded.version, change_id = excluded.change_id,
  repository = excluded.repository, number = excluded.number`;

type WriteRows = (db: Kysely<Tables>, rows: readonly FactRow[]) => Promise<void>;

/** On SQLite by a statement that is prepared once: built anew for each bite it costs as much again. */
function rowWriter(sqlite: Database | null): WriteRows {
  if (sqlite === null) return write;
  const statement = sqlite.prepare(insertFact);
  return async (_, rows) => {
    for (const { type, id, change_id: change, repository, number, version, body } of rows)
      statement.run(type, id, change, repository, number, version, body);
  };
}

async function write(db: Kysely<Tables>, rows: readonly FactRow[]): Promise<void> {
  await db
    .insertInto('delivery_facts')
    .values([...rows])
    .onConflict((conflict) =>
      conflict.columns(['type', 'id']).doUpdateSet({
        body: sql`excluded.body`,
        version: sql`excluded.version`,
        change_id: sql`excluded.change_id`,
        repository: sql`excluded.repository`,
        number: sql`excluded.number`,
      }),
    )
    .execute();
}

async function knownRows(
  db: Kysely<Tables>,
  rows: readonly FactRow[],
): Promise<ReadonlyMap<string, FactRow>> {
  const byType = Map.groupBy(rows, ({ type }) => type);
  const known = new Map<string, FactRow>();
  for (const [type, some] of byType) {
    const ids = some.map(({ id }) => id);
    for (const row of await factsOf(db, type, ids)) known.set(keyOf(row), row);
  }
  return known;
}

/** One row for each key: the one that stands after all of them came in this order. */
function newest(rows: readonly FactRow[], arrival: Arrival): readonly FactRow[] {
  const byKey = new Map<string, FactRow>();
  for (const row of rows) {
    const before = byKey.get(keyOf(row));
    const stands = before === undefined ? row : standing(row, before, arrival);
    if (stands !== null) byKey.set(keyOf(row), stands);
  }
  return [...byKey.values()];
}

function keyOf({ type, id }: Pick<FactRow, 'type' | 'id'>): string {
  return `${type} ${id}`;
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
