import type { TaskFact } from '@fairlead/core/tasks';
import type { Kysely } from 'kysely';
import { snapshotParts } from '../../delivery/api.ts';

export type Series = 'rows' | 'deployments' | 'calls';

export interface TaskTables {
  task_facts: { type: TaskFact['type']; id: string; body: string };
  measured_task_touched: { kind: 'fact' | 'deployment'; id: string };
  measured_task_rows: {
    place: number;
    key: string;
    unit: string;
    base: string | null;
    merge_commit: string | null;
  };
  measured_task_keys: { fact: string; key: string };
  measured_task_deployments: { place: number; deployment: string };
  measured_task_sessions: { number: number; session: string; assistant: string | null };
  measured_task_aliases: { alias: string; session: string };
  measured_task_open: { id: string; body: string };
  measured_task_chunks: { series: Series; chunk: number; revision: number; body: Uint8Array };
}

export type TaskDb = Kysely<TaskTables & snapshotParts.SnapshotTables>;

/** The same database, as the other snapshot's pieces want it. */
export const deliveryOf = (db: TaskDb) => db as unknown as snapshotParts.SnapshotDb;

/** The next free number of a table whose rows are numbered. */
export async function nextPlace(
  db: TaskDb,
  table: 'measured_task_rows' | 'measured_task_deployments',
): Promise<number> {
  const row = await db
    .selectFrom(table)
    .select(({ fn }) => fn.max('place').as('place'))
    .executeTakeFirst();
  return row?.place === null || row === undefined ? 0 : Number(row.place) + 1;
}

/** Takes up to `limit` of what was touched; it's noted no longer. */
export async function takeTouched(
  db: TaskDb,
  kind: TaskTables['measured_task_touched']['kind'],
  limit: number,
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('measured_task_touched')
    .select('id')
    .where('kind', '=', kind)
    .orderBy('id')
    .limit(limit)
    .execute();
  const ids = rows.map(({ id }) => id);
  await snapshotParts.inSlices(ids, (some) =>
    db.deleteFrom('measured_task_touched').where('kind', '=', kind).where('id', 'in', some).execute(),
  );
  return ids;
}

export async function touch(
  db: TaskDb,
  kind: TaskTables['measured_task_touched']['kind'],
  ids: Iterable<string>,
): Promise<void> {
  const rows = [...new Set(ids)].map((id) => ({ kind, id }));
  await snapshotParts.inSlices(rows, (some) =>
    db
      .insertInto('measured_task_touched')
      .values([...some])
      .onConflict((conflict) => conflict.doNothing())
      .execute(),
  );
}
