import {
  type ChangeColumns,
  type ColumnChunk,
  chunkRows,
  emptyChunk,
  isShownAlike,
  measuredAt,
} from '@fairlead/core/delivery';
import { bySlices, inSlices, type SnapshotDb, type SnapshotTables } from './tables.ts';

/** A change that was measured. */
export interface MeasuredRow {
  readonly id: string;
  readonly place: number;
  /** The chunk that it stands in now. */
  readonly chunk: ColumnChunk;
}

const nothing = emptyChunk();

type Withheld = SnapshotTables['delivery_withheld'];

/**
 * Of every change that figures read otherwise than before, keeps what they showed, for each view whose values are
 * restated monthly. What may be shown at once is found out when figures are asked for. @param columns as they were
 */
export async function noteLate(
  db: SnapshotDb,
  clock: string,
  columns: ChangeColumns,
  measured: readonly MeasuredRow[],
): Promise<void> {
  const views = await db
    .selectFrom('delivery_restated')
    .select(['view', 'cohort', 'clock', 'month'])
    .execute();
  const newest = Math.max(...views.map(({ month }) => Number(month)));
  for (const { view, cohort, ...of } of views) {
    if (of.clock !== clock) continue;
    if (Number(of.month) < newest) {
      await forgetView(db, view);
      continue;
    }
    const differing = measured.filter(({ place, chunk }) => {
      const before = columns.chunks[Math.floor(place / chunkRows)] ?? nothing;
      return !isShownAlike(before, chunk, place % chunkRows, cohort);
    });
    if (differing.length === 0) continue;
    await keepShown(db, view, columns, differing);
    await sayChanged(db, [{ view }]);
  }
}

/** The month of what it showed is over: whoever asks for it next sees everything. */
async function forgetView(db: SnapshotDb, view: string): Promise<void> {
  await db.deleteFrom('delivery_withheld').where('view', '=', view).execute();
  await db.deleteFrom('delivery_restated').where('view', '=', view).execute();
}

/** Of those that something is kept of already it stays. */
async function keepShown(
  db: SnapshotDb,
  view: string,
  columns: ChangeColumns,
  differing: readonly MeasuredRow[],
): Promise<void> {
  const known = await bySlices(
    differing.map(({ id }) => id),
    (some) =>
      db
        .selectFrom('delivery_withheld')
        .select(['change_id', 'is_held'])
        .where('view', '=', view)
        .where('change_id', 'in', some)
        .execute(),
  );
  const isHeld = new Map(known.map((row) => [row.change_id, row.is_held === 1]));
  const rows = differing
    .filter(({ id }) => isHeld.get(id) !== true)
    .map(({ id, place }): Withheld => {
      const shown = measuredAt(columns, place);
      const body = shown === null ? null : JSON.stringify(shown);
      return { view, change_id: id, body, is_held: 1, is_settled: 0 };
    });
  await inSlices(rows, (some) =>
    db
      .insertInto('delivery_withheld')
      .values([...some])
      // One that was restated in this month stays marked so.
      .onConflict((conflict) =>
        conflict
          .columns(['view', 'change_id'])
          .doUpdateSet(({ ref }) => ({ body: ref('excluded.body'), is_held: 1 })),
      )
      .execute(),
  );
}

/** Withholds nothing any more of what is measured by a clock. */
export async function showAll(db: SnapshotDb, clock: string): Promise<void> {
  const views = db.selectFrom('delivery_restated').select('view').where('clock', '=', clock);
  await db.deleteFrom('delivery_withheld').where('view', 'in', views).execute();
  await sayChanged(db, await views.execute());
}

/** Whoever has read what is withheld reads it again. */
export async function sayChanged(db: SnapshotDb, views: readonly { readonly view: string }[]): Promise<void> {
  for (const { view } of views) {
    await db
      .updateTable('delivery_restated')
      .set(({ eb }) => ({ version: eb('version', '+', 1) }))
      .where('view', '=', view)
      .execute();
  }
}
