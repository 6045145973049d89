import { type AtomBounds, monthStart } from '@fairlead/core/delivery';
import { taskKpiDefinitions, treeOf } from '@fairlead/core/tasks';
import { atomTreeName } from '../atom-log.ts';
import type { FactBodies } from './facts.ts';
import { deliveryOf, type TaskDb } from './tables.ts';

/*
 * Figures of tasks rest on many kinds of facts, of which a row is made up anew whenever one comes. Where they are restated
 * monthly all of them stand still instead, from the first question of a month on, once anything was published.
 */

export interface MonthlyQuery {
  readonly tree: string;
  /** Seconds since the epoch. */
  readonly now: number;
  readonly closedAtoms: { of(tree: string): Promise<readonly AtomBounds[]> };
}

interface Held extends FactBodies {
  readonly month: number;
}

const nameOf = (tree: string) => `restated tasks ${tree}`;

/** The facts beside the columns as they were when figures were restated; null: it's time to follow everything. */
export async function heldFacts(
  db: TaskDb,
  { tree, now, closedAtoms }: MonthlyQuery,
): Promise<FactBodies | null> {
  const row = await deliveryOf(db)
    .selectFrom('delivery_settings')
    .select('value')
    .where('name', '=', nameOf(tree))
    .executeTakeFirst();
  const held = row === undefined ? null : (JSON.parse(row.value) as Held);
  if (held === null || held.month < monthStart(now)) return null;
  for (const of of new Set(taskKpiDefinitions.map(treeOf))) {
    if ((await closedAtoms.of(atomTreeName(tree, of))).length > 0) return held;
  }
  return null;
}

/** Everything was followed. */
export async function holdFacts(
  db: TaskDb,
  { tree, now }: Pick<MonthlyQuery, 'tree' | 'now'>,
  bodies: FactBodies,
): Promise<void> {
  const value = JSON.stringify({ ...bodies, month: monthStart(now) } satisfies Held);
  await deliveryOf(db)
    .insertInto('delivery_settings')
    .values({ name: nameOf(tree), value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute();
}
