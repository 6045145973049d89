import type { Cohort, DeliveryFact } from '@fairlead/core/delivery';
import { type Kysely, sql } from 'kysely';
import { commitDigits, factsOf, measuringLock } from './schema.ts';

/** What the snapshot reads and writes. */
export interface SnapshotTables {
  delivery_facts: {
    type: DeliveryFact['type'];
    id: string;
    change_id: string | null;
    repository: string | null;
    number: number | null;
    body: string;
  };
  /** Environments that are production; none: nobody said, and the usual names are. */
  delivery_production: { name: string };
  measured_touched: { kind: 'change' | 'deployment' | 'incident' | 'name'; id: string };
  measured_state: { name: string; value: string };
  measured_changes: { place: number; change_id: string; seq: number };
  measured_brought: {
    repository: string;
    sha: string;
    deployment: string;
    service: string;
    finished: number;
  };
  measured_references: {
    change_id: string;
    repository: string;
    key: string;
    evidence: 'revert' | 'fix';
    at: number | null;
  };
  measured_reversals: {
    change_id: string;
    /** A change, or an incident. */
    by_change: string;
    evidence: 'revert' | 'fix' | 'incident';
    at: number;
  };
  measured_incidents: { id: string; deployment: string; service: string | null; at: number };
  measured_blames: {
    incident: string;
    ordinal: number;
    change_id: string;
    evidence: 'explicit_link' | 'deployment_range';
    /** A number as text, exactly. */
    weight: string;
    at: number;
  };
  measured_columns: { clock: string; chunk: number; revision: number; body: Uint8Array };
  measured_names: { kind: 'repository' | 'contributor' | 'service'; number: number; name: string };
  /** What a program said, by name. */
  delivery_settings: { name: string; value: string };
  /** Views of the facts whose values are restated monthly: a tree, one cohort, one clock. */
  delivery_restated: {
    view: string;
    clock: string;
    cohort: Cohort;
    /** Its start, seconds since the epoch. */
    month: number;
    /** When all was restated, milliseconds since the epoch. */
    at: number;
    /** Another one whenever something is withheld, or no longer is. */
    version: number;
  };
  /** Changes of which a view shows something else than the facts say, and those that were restated in its month. */
  delivery_withheld: {
    view: string;
    change_id: string;
    /** What it shows, as JSON; null: nothing. */
    body: string | null;
    is_held: number;
    is_settled: number;
  };
  delivery_atoms: { tree: string; team: string; repository: string; from_week: number; to_week: number };
}

export type SnapshotDb = Kysely<SnapshotTables>;

/** One connection's work at a time: what is read within is what stands when it's written. */
export interface Dialect {
  readonly kind: 'sqlite' | 'postgres';
}

/** Runs within a transaction that no other writer of the snapshot or of facts works beside. */
export function alone<Value>(
  db: SnapshotDb,
  { kind }: Dialect,
  work: (db: SnapshotDb) => Promise<Value>,
): Promise<Value> {
  return db.transaction().execute(async (transaction) => {
    if (kind === 'postgres') await sql`select pg_advisory_xact_lock(${measuringLock})`.execute(transaction);
    return work(transaction);
  });
}

const perStatement = 500;

/** What `find` answers for all ids, some at a time. */
export async function bySlices<Id, Row>(
  ids: Iterable<Id>,
  find: (some: readonly Id[]) => Promise<readonly Row[]>,
): Promise<readonly Row[]> {
  const all = [...new Set(ids)];
  const found: Row[] = [];
  for (let i = 0; i < all.length; i += perStatement) {
    for (const row of await find(all.slice(i, i + perStatement))) found.push(row);
  }
  return found;
}

/** The same for writing rows. */
export async function inSlices<Row>(
  rows: readonly Row[],
  write: (some: readonly Row[]) => Promise<unknown>,
): Promise<void> {
  for (let i = 0; i < rows.length; i += perStatement) await write(rows.slice(i, i + perStatement));
}

/** Ids of the changes that a commit's first digits belong to: by a commit of theirs, or by their merge. */
export async function changesOfDigits(
  db: SnapshotDb,
  { kind }: Dialect,
  digits: readonly string[],
): Promise<readonly { readonly digits: string; readonly id: string }[]> {
  const commit = sql<string>`${sql.raw(commitDigits[kind].commit)}`;
  const merge = sql<string>`${sql.raw(commitDigits[kind].change)}`;
  const commits = await bySlices(digits, (some) =>
    db
      .selectFrom('delivery_facts')
      .select(['change_id as id', commit.as('digits')])
      .where(sql<boolean>`${sql.raw(factsOf.commit)}`)
      .where(commit, 'in', some)
      .execute(),
  );
  const merges = await mergesOfDigits(db, { kind }, digits, merge);
  return [...commits.map(({ id, digits: own }) => ({ id: id!, digits: own })), ...merges];
}

function mergesOfDigits(
  db: SnapshotDb,
  { kind }: Dialect,
  digits: readonly string[],
  merge = sql<string>`${sql.raw(commitDigits[kind].change)}`,
): Promise<readonly { readonly digits: string; readonly id: string; readonly body: string }[]> {
  return bySlices(digits, (some) =>
    db
      .selectFrom('delivery_facts')
      .select(['id', 'body', merge.as('digits')])
      .where(sql<boolean>`${sql.raw(factsOf.change)}`)
      .where(merge, 'in', some)
      .execute(),
  );
}

/** The changes whose merge commit begins so. */
export async function mergedAs(
  db: SnapshotDb,
  dialect: Dialect,
  shas: readonly string[],
): Promise<readonly { readonly id: string; readonly body: string }[]> {
  // Shorter ones than seven digits are found by themselves: the expression gives what there is.
  return mergesOfDigits(db, dialect, [...new Set(shas.map((sha) => sha.slice(0, 7)))]);
}
