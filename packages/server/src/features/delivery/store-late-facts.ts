import type { LateFacts } from '@fairlead/core/delivery';
import type { Restating } from './reader.ts';
import type { OpenClosedAtoms } from './snapshot/closed-atoms.ts';
import { restatedTrees } from './snapshot/restating.ts';
import { alone, type Dialect, type SnapshotDb } from './snapshot/tables.ts';
import type { DeliveryStore } from './store.ts';

const setting = 'lateFacts';

/** What is published of a store, at once or restated monthly. */
export function publishing(
  db: SnapshotDb,
  dialect: Dialect,
  closedAtoms: OpenClosedAtoms,
): Pick<DeliveryStore, 'closedAtoms' | 'lateFacts' | 'takeLateFacts' | 'restated'> {
  return {
    closedAtoms,
    lateFacts: () => lateFactsIn(db),
    takeLateFacts: (value) => takeLateFacts(db, dialect, value),
    restated: restatedTrees(db, dialect, closedAtoms),
  };
}

/** When what comes late is counted in figures that were published. */
async function lateFactsIn(db: SnapshotDb): Promise<LateFacts> {
  const row = await db
    .selectFrom('delivery_settings')
    .select('value')
    .where('name', '=', setting)
    .executeTakeFirst();
  return row?.value === 'monthly' ? 'monthly' : 'at_once';
}

/** A server's own figures. */
const serverViews = ['program merged elapsed', 'program opened elapsed'];

/** How much waits: in a server's figures, or where none were asked for in those of commands. */
export async function restatingIn(db: SnapshotDb): Promise<Restating> {
  const views = (await db.selectFrom('delivery_restated').select('view').execute()).map(({ view }) => view);
  const own = views.filter((view) => serverViews.includes(view));
  const waiting = await db
    .selectFrom('delivery_withheld')
    .select(({ fn }) => fn.count<number>('change_id').distinct().as('changes'))
    .where('is_held', '=', 1)
    .where('view', 'in', own.length > 0 ? own : ['', ...views])
    .executeTakeFirst();
  const restated = await db
    .selectFrom('delivery_restated')
    .select(({ fn }) => fn.max('at').as('at'))
    .executeTakeFirst();
  const at = restated?.at ?? null;
  return {
    lateFacts: await lateFactsIn(db),
    waiting: Number(waiting?.changes ?? 0),
    restatedAt: at === null ? null : Number(at),
  };
}

/** Says so. Nothing that was withheld stays so where nothing is to be. */
async function takeLateFacts(db: SnapshotDb, dialect: Dialect, value: LateFacts): Promise<void> {
  if ((await lateFactsIn(db)) === value) return;
  await alone(db, dialect, async (on) => {
    await on.deleteFrom('delivery_withheld').execute();
    await on.deleteFrom('delivery_restated').execute();
    await on.deleteFrom('delivery_settings').where('name', 'like', 'restated %').execute();
    await on
      .insertInto('delivery_settings')
      .values({ name: setting, value })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
      .execute();
  });
}
