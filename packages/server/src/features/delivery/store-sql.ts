import type { Change, ChangeHistory, DeliveryFact, Incident, KpiSource } from '@fairlead/core/delivery';
import type { Random } from '@fairlead/core/ports';
import type { Kysely } from 'kysely';
import { openState, type StateLocation } from '../../platform/db/index.ts';
import { deliveryMigrations } from './migrations.ts';
import { closedAtoms } from './snapshot/closed-atoms.ts';
import { elapsedSet, openSnapshot } from './snapshot/snapshot.ts';
import type { SnapshotDb } from './snapshot/tables.ts';
import type { Delivered, DeliveryStore, UpsertCounts } from './store.ts';
import { collecting } from './store-collecting.ts';
import { addHint, type IntakeTables, markReceived, takeHints } from './store-intake.ts';
import { publishing } from './store-late-facts.ts';
import { firstClash } from './store-numbers.ts';
import { people } from './store-people.ts';
import { markedDeployments, takeProduction } from './store-production.ts';
import { presentRepository } from './store-rename.ts';
import { makeRoom, slices, type Writes } from './store-room.ts';
import { type FactRows, postgresRows, sqliteRows } from './store-rows.ts';
import type { FactRow, Tables } from './store-tables.ts';
import { upsert } from './store-upsert.ts';

const changesPerBite = 2_000;

/** The store on SQLite (`delivery.db`) or PostgreSQL. */
export async function openDeliveryStore(
  location: StateLocation,
  random: Random,
  writes: Writes = 'few',
): Promise<DeliveryStore> {
  const { db, kind, sqlite, close } = await openState<Tables>(location, 'delivery', deliveryMigrations);
  if (sqlite !== null) makeRoom(sqlite, writes);
  const snapshotDb = db as unknown as SnapshotDb;
  const intake = db as unknown as Kysely<IntakeTables>;
  const table = sqlite === null ? postgresRows : sqliteRows(sqlite);
  return {
    upsert: (facts, arrival = 'stated') =>
      db.transaction().execute((transaction) => upsert(transaction, table, facts, arrival)),
    clash: (facts) => firstClash(db, facts),
    receive: (delivered) => db.transaction().execute((transaction) => receive(transaction, table, delivered)),
    hint: (repository, number, at) => addHint(intake, { repository, number, at }),
    takeHints: (limit) => intake.transaction().execute((transaction) => takeHints(transaction, limit)),
    ...collecting(db, table),
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
    deployments: async (repository) =>
      markedDeployments(
        snapshotDb,
        repository === undefined
          ? (await rowsOfType(db, 'deployment')).map(({ body }) => body)
          : await deploymentsIn(db, repository),
      ),
    takeProduction: (names) => takeProduction(snapshotDb, { kind }, names),
    missing: () => missingSources(db),
    incidents: async () =>
      (await rowsOfType(db, 'incident'))
        .map(({ body }) => JSON.parse(body) as Incident)
        .filter(({ retracted }) => !retracted),
    snapshot: (set = elapsedSet) => openSnapshot(snapshotDb, { kind }, set),
    ...publishing(snapshotDb, { kind }, closedAtoms(snapshotDb, { kind })),
    close,
  };
}

function rowsOfType(db: Kysely<Tables>, type: DeliveryFact['type']) {
  return db.selectFrom('delivery_facts').select('body').where('type', '=', type).orderBy('id').execute();
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

async function deploymentsIn(db: Kysely<Tables>, repository: string): Promise<readonly string[]> {
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
    .map(({ body }) => body);
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
