import type { DeliveryFact, Incident } from '@fairlead/core/delivery';
import type { Kysely } from 'kysely';
import { rowOf } from './fact-row.ts';
import type { UpsertCounts } from './store.ts';
import { followChangeIds, withKnownLinks } from './store-links.ts';
import { refusingClashes, withoutClashes } from './store-numbers.ts';
import { inPresentNames } from './store-rename.ts';
import { type FactRows, inOrder, keyOf } from './store-rows.ts';
import type { FactRow, Tables } from './store-tables.ts';
import { type Arrival, standing } from './supersedes.ts';

/**
 * Adds facts and advances those that are known, within a transaction.
 * @throws FairleadError `delivery.number-known` of `stated` facts, before anything is written
 */
export async function upsert(
  db: Kysely<Tables>,
  table: FactRows,
  facts: readonly DeliveryFact[],
  arrival: Arrival,
): Promise<UpsertCounts> {
  await table.alone(db);
  const present = await inPresentNames(db);
  const named = present === null ? facts : facts.map(present);
  const taken = arrival === 'late' ? await withoutClashes(db, named) : await refusingClashes(db, named);
  const rows = newest((await withKnownLinks(db, taken)).map(rowOf), arrival);
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
  const fresh = worth.filter((row) => row.type === 'change' && !there.has(keyOf(row)));
  await followChangeIds(db, table, fresh);
  const added = worth.length - there.size;
  const unchanged = rows.length - added - changed.length + named.length - taken.length;
  return { added, changed: changed.length, unchanged };
}

/** What was never known needs no retraction, unless what it retracts may still arrive. */
function isWorthAdding({ type, body }: FactRow, arrival: Arrival): boolean {
  return arrival === 'late' || type !== 'incident' || (JSON.parse(body) as Incident).retracted !== true;
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
