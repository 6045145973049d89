import { inSlices, type SnapshotDb, type SnapshotTables } from './tables.ts';

type Touched = SnapshotTables['measured_touched'];

/** Notes that something has to be looked at again. */
export async function touch(db: SnapshotDb, kind: Touched['kind'], ids: Iterable<string>): Promise<void> {
  const rows = [...new Set(ids)].map((id) => ({ kind, id }));
  await inSlices(rows, (some) =>
    db
      .insertInto('measured_touched')
      .values([...some])
      .onConflict((conflict) => conflict.doNothing())
      .execute(),
  );
}

/** Takes up to `limit` of what was touched; it's noted no longer. */
export async function takeTouched(
  db: SnapshotDb,
  kind: Touched['kind'],
  limit: number,
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('measured_touched')
    .select('id')
    .where('kind', '=', kind)
    .orderBy('id')
    .limit(limit)
    .execute();
  const ids = rows.map(({ id }) => id);
  await inSlices(ids, (some) =>
    db.deleteFrom('measured_touched').where('kind', '=', kind).where('id', 'in', some).execute(),
  );
  return ids;
}
