import { callLayout, deploymentLayout, rowLayout, sharedRoom, slots } from '@fairlead/core/tasks';
import { snapshotParts } from '../../delivery/api.ts';
import { deliveryOf, type Series, type TaskDb } from './tables.ts';

const { namesAfter, readState, writeState } = snapshotParts;
const chunksAtOnce = 64;

type Chunks<L extends { empty(): unknown }> = ReturnType<L['empty']>[];

/** What is measured, in memory; kept up with the database by `load`. */
export interface LoadedColumns {
  readonly rows: Chunks<typeof rowLayout>;
  readonly deployments: Chunks<typeof deploymentLayout>;
  readonly calls: Chunks<typeof callLayout>;
  readonly repositories: string[];
  readonly people: string[];
  revision: number;
  /** Goes up when all calls are forgotten, and read again. */
  era: string;
}

export function noColumns(): LoadedColumns {
  return { rows: [], deployments: [], calls: [], repositories: [''], people: [''], revision: 0, era: '' };
}

/** Reads chunks that were written since, and names that were numbered. */
export async function loadColumns(db: TaskDb, columns: LoadedColumns): Promise<void> {
  for (const [kind, known] of [
    ['repository', columns.repositories],
    ['contributor', columns.people],
  ] as const) {
    for (const { name, number } of await namesAfter(deliveryOf(db), kind, known.length - 1))
      known[number] = name;
  }
  const era = (await readState(deliveryOf(db))).get('tasks era') ?? '';
  if (era !== columns.era) columns.calls.length = 0;
  columns.era = era;
  const room = sharedRoom();
  let at = { revision: columns.revision, series: '\uffff', chunk: 0 };
  for (;;) {
    const rows = await db
      .selectFrom('measured_task_chunks')
      .selectAll()
      .where(({ eb, or, and }) =>
        or([
          eb('revision', '>', at.revision),
          and([eb('revision', '=', at.revision), eb('series', '>', at.series as Series)]),
          and([
            eb('revision', '=', at.revision),
            eb('series', '=', at.series as Series),
            eb('chunk', '>', at.chunk),
          ]),
        ]),
      )
      .orderBy('revision')
      .orderBy('series')
      .orderBy('chunk')
      .limit(chunksAtOnce)
      .execute();
    for (const { series, chunk, revision, body } of rows) {
      if (series === 'rows') columns.rows[chunk] = rowLayout.decode(body, room);
      else if (series === 'deployments') columns.deployments[chunk] = deploymentLayout.decode(body, room);
      else columns.calls[chunk] = callLayout.decode(body, room);
      at = { revision: Number(revision), series, chunk };
    }
    if (rows.length < chunksAtOnce) break;
  }
  columns.revision = at.revision;
}

const layouts = { rows: rowLayout, deployments: deploymentLayout, calls: callLayout } as const;

/** Values by place; null empties a place. */
export type Writes<S extends Series> = ReadonlyMap<
  number,
  Parameters<(typeof layouts)[S]['withSlots']>[1] extends ReadonlyMap<number, infer Value> ? Value : never
>;

/** Writes values to their places, under a new revision. What was loaded stays as it is until it's loaded again. */
export async function writeChunks<S extends Series>(
  db: TaskDb,
  series: S,
  loaded: readonly unknown[],
  values: Writes<S>,
): Promise<void> {
  if (values.size === 0) return;
  const layout = layouts[series] as unknown as {
    empty(): unknown;
    encode(chunk: unknown): Uint8Array;
    withSlots(chunk: unknown, updates: ReadonlyMap<number, unknown>): unknown;
  };
  const delivery = deliveryOf(db);
  const revision = Number((await readState(delivery)).get('tasks revision') ?? 0) + 1;
  await writeState(delivery, 'tasks revision', String(revision));
  for (const [chunk, own] of Map.groupBy(values, ([place]) => Math.floor(place / slots))) {
    const updates = new Map(own.map(([place, value]) => [place % slots, value] as const));
    const bytes = layout.encode(layout.withSlots(loaded[chunk] ?? layout.empty(), updates));
    const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    await db
      .insertInto('measured_task_chunks')
      .values({ series, chunk, revision, body })
      .onConflict((conflict) => conflict.columns(['series', 'chunk']).doUpdateSet({ revision, body }))
      .execute();
  }
}
