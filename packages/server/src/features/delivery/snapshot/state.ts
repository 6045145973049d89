import type { SnapshotDb } from './tables.ts';

/** How far what follows the facts has come. */
export async function readState(db: SnapshotDb): Promise<ReadonlyMap<string, string>> {
  const rows = await db.selectFrom('measured_state').selectAll().execute();
  return new Map(rows.map(({ name, value }) => [name, value]));
}

export async function writeState(db: SnapshotDb, name: string, value: string): Promise<void> {
  await db
    .insertInto('measured_state')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute();
}

/** The highest number of a touch that was given out. */
export async function newestSeq(db: SnapshotDb): Promise<number> {
  const row = await db
    .selectFrom('measured_changes')
    .select(({ fn }) => fn.max('seq').as('seq'))
    .executeTakeFirst();
  return Number(row?.seq ?? 0);
}

/** Gives changes new numbers, so that all who follow see them again. Those never seen get a place. */
export async function touchChanges(db: SnapshotDb, ids: Iterable<string>): Promise<void> {
  const all = [...new Set(ids)].sort();
  if (all.length === 0) return;
  let seq = await newestSeq(db);
  const last = await db
    .selectFrom('measured_changes')
    .select(({ fn }) => fn.max('place').as('place'))
    .executeTakeFirst();
  let place = last?.place === null || last === undefined ? 0 : Number(last.place) + 1;
  for (let i = 0; i < all.length; i += 500) {
    const some = all.slice(i, i + 500);
    const known = await db
      .selectFrom('measured_changes')
      .select(['change_id', 'place'])
      .where('change_id', 'in', some)
      .execute();
    const placeOf = new Map(known.map((row) => [row.change_id, row.place]));
    const rows = some.map((id) => ({ change_id: id, place: placeOf.get(id) ?? place++, seq: ++seq }));
    await db
      .insertInto('measured_changes')
      .values(rows)
      .onConflict((conflict) =>
        conflict.column('place').doUpdateSet(({ ref }) => ({ seq: ref('excluded.seq') })),
      )
      .execute();
  }
}
