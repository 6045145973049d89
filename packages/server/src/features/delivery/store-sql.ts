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
import { addHint, type IntakeTables, markReceived, takeHints } from './store-intake.ts';
import { type Arrival, supersedes } from './supersedes.ts';

interface FactRow {
  type: DeliveryFact['type'];
  id: string;
  change_id: string | null;
  repository: string | null;
  number: number | null;
  version: string | null;
  body: string;
}

interface Tables extends IntakeTables {
  delivery_facts: FactRow;
  delivery_people: { login: string; pseudonym: string };
}

/** Below the number of variables that either dialect binds at once. */
const rowsPerStatement = 500;
const changesPerBite = 2_000;

/** Imports touch pages all over the indexes: these stay in memory, and reach the file less often. Nothing is less durable. */
function makeRoomForImports(sqlite: Database): void {
  sqlite.pragma('cache_size = -16384');
  sqlite.pragma('wal_autocheckpoint = 8192');
}

/** The store on SQLite (`delivery.db`) or PostgreSQL. */
export async function openDeliveryStore(location: StateLocation, random: Random): Promise<DeliveryStore> {
  const { db, kind, sqlite, close } = await openState<Tables>(location, 'delivery', deliveryMigrations);
  if (sqlite !== null) makeRoomForImports(sqlite);
  const snapshotDb = db as unknown as SnapshotDb;
  const intake = db as unknown as Kysely<IntakeTables>;
  const bodies = async <Fact>(type: DeliveryFact['type']): Promise<readonly Fact[]> => {
    const rows = await db
      .selectFrom('delivery_facts')
      .select('body')
      .where('type', '=', type)
      .orderBy('id')
      .execute();
    return rows.map(({ body }) => JSON.parse(body) as Fact);
  };
  return {
    upsert: (facts, arrival = 'stated') =>
      db.transaction().execute((transaction) => upsert(transaction, facts, arrival)),
    receive: (delivered) => db.transaction().execute((transaction) => receive(transaction, delivered)),
    hint: (repository, number, at) => addHint(intake, { repository, number, at }),
    takeHints: (limit) => intake.transaction().execute((transaction) => takeHints(transaction, limit)),
    pseudonyms: (logins) =>
      db.transaction().execute((transaction) => pseudonyms(transaction, logins, random)),
    knownPseudonyms: (logins) => knownPseudonyms(db, logins),
    async change(repository, number) {
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
  facts: readonly DeliveryFact[],
  arrival: Arrival,
): Promise<UpsertCounts> {
  const rows = newest(facts.map(rowOf), arrival);
  const counts = { added: 0, changed: 0, unchanged: 0 };
  for (const bite of slices(rows)) {
    const known = await knownRows(db, bite);
    const taken = bite.filter((row) => {
      const before = known.get(keyOf(row));
      const isTaken = before === undefined ? isWorthAdding(row, arrival) : supersedes(row, before, arrival);
      counts[!isTaken ? 'unchanged' : before === undefined ? 'added' : 'changed']++;
      return isTaken;
    });
    if (taken.length > 0) await write(db, taken);
  }
  return counts;
}

/** What was never known needs no retraction, unless what it retracts may still arrive. */
function isWorthAdding({ type, body }: FactRow, arrival: Arrival): boolean {
  return arrival === 'late' || type !== 'incident' || (JSON.parse(body) as Incident).retracted !== true;
}

async function receive(db: Kysely<Tables>, delivered: Delivered): Promise<UpsertCounts | null> {
  const intake = db as unknown as Kysely<IntakeTables>;
  if (!(await markReceived(intake, delivered))) return null;
  const { facts, hints, at } = delivered;
  const counts = await upsert(db, facts, 'late');
  for (const hint of hints) await addHint(intake, { ...hint, at });
  return counts;
}

function write(db: Kysely<Tables>, rows: readonly FactRow[]) {
  return db
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
    if (before === undefined || supersedes(row, before, arrival)) byKey.set(keyOf(row), row);
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

async function pseudonyms(
  db: Kysely<Tables>,
  logins: readonly string[],
  random: Random,
): Promise<ReadonlyMap<string, string>> {
  const result = new Map<string, string>();
  for (const some of slices([...new Set(logins)])) {
    const given = some.map((login) => ({ login, pseudonym: `p-${hex(random.bytes(8))}` }));
    await db
      .insertInto('delivery_people')
      .values(given)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const rows = await db.selectFrom('delivery_people').selectAll().where('login', 'in', some).execute();
    for (const { login, pseudonym } of rows) result.set(login, pseudonym);
  }
  return result;
}

async function knownPseudonyms(
  db: Kysely<Tables>,
  logins: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const result = new Map<string, string>();
  for (const some of slices([...new Set(logins)])) {
    const rows = await db.selectFrom('delivery_people').selectAll().where('login', 'in', some).execute();
    for (const { login, pseudonym } of rows) result.set(login, pseudonym);
  }
  return result;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function slices<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  const result: (readonly Item[])[] = [];
  for (let i = 0; i < items.length; i += rowsPerStatement) result.push(items.slice(i, i + rowsPerStatement));
  return result;
}
