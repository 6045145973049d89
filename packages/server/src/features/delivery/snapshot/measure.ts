import {
  type Change,
  type ChangeColumns,
  type ColumnChunk,
  chunkRows,
  type DeliveryClock,
  emptyChunk,
  encodeChunk,
  type MeasuredChange,
  measureChange,
  type SlotUpdate,
  withSlots,
} from '@fairlead/core/delivery';
import { historiesIn } from './facts.ts';
import { noteLate, showAll } from './late-notes.ts';
import { changesAfter, linksOf } from './links.ts';
import { numbersOf } from './names.ts';
import { newestSeq, readState, writeState } from './state.ts';
import type { SnapshotDb } from './tables.ts';

export interface MeasureSet {
  /** Names what is measured, and with which definitions; other ones are measured anew. */
  readonly clock: string;
  readonly definitions: string;
  readonly clockOf: (change: Change) => DeliveryClock;
}

/** Where a set stands: the definitions it was measured with, and the last touch that it saw. */
interface Progress {
  readonly definitions: string;
  readonly seq: number;
  /** Touches up to this one were there when it began: what they give came before anything could be late. */
  readonly first?: number;
}

async function readProgress(db: SnapshotDb, clock: string): Promise<Progress | null> {
  const text = (await readState(db)).get(`set ${clock}`);
  return text === undefined ? null : (JSON.parse(text) as Progress);
}

export async function progressOf(db: SnapshotDb, { clock, definitions }: MeasureSet): Promise<number> {
  const known = await readProgress(db, clock);
  return known?.definitions === definitions ? known.seq : 0;
}

/** Removes what was measured with other definitions, so that nobody takes it for this. */
export async function forgetOthers(db: SnapshotDb, set: MeasureSet): Promise<void> {
  if ((await progressOf(db, set)) > 0) return;
  await db.deleteFrom('measured_columns').where('clock', '=', set.clock).execute();
  // Other definitions restate everything; where nothing was measured yet, the facts only came to another place.
  if ((await readProgress(db, set.clock)) !== null) await showAll(db, set.clock);
}

/** A chunk that was written. */
export interface WrittenChunk {
  readonly number: number;
  readonly chunk: ColumnChunk;
}

export interface Measured {
  readonly revision: number;
  readonly written: readonly WrittenChunk[];
  /** There may be more to measure. */
  readonly isCut: boolean;
}

/**
 * Measures up to `limit` changes that were touched since, within a transaction. `columns` are those that stand there.
 * Null: none was.
 */
export async function measureTouched(
  db: SnapshotDb,
  set: MeasureSet,
  columns: ChangeColumns,
  limit: number,
): Promise<Measured | null> {
  const known = await readProgress(db, set.clock);
  const before = known?.definitions === set.definitions ? known : { seq: 0, first: await newestSeq(db) };
  const rows = await changesAfter(db, before.seq, limit);
  if (rows.length === 0) return null;
  const measured = await measure(
    db,
    set,
    rows.map((row) => row.change_id),
  );
  const all = [...measured.values()];
  const repositories = await numbersOf(
    db,
    'repository',
    all.map(({ repository }) => repository),
  );
  const contributors = await numbersOf(
    db,
    'contributor',
    all.flatMap(({ contributor }) => contributor ?? []),
  );
  const revision = Number((await readState(db)).get('revision') ?? 0) + 1;
  await writeState(db, 'revision', String(revision));
  const written: WrittenChunk[] = [];
  for (const [number, own] of Map.groupBy(rows, ({ place }) => Math.floor(place / chunkRows))) {
    const updates = own.map(({ place, change_id: id }): SlotUpdate => {
      const change = measured.get(id) ?? null;
      return {
        slot: place % chunkRows,
        measured: change,
        repository: change === null ? 0 : repositories.get(change.repository)!,
        contributor: change?.contributor == null ? 0 : contributors.get(change.contributor)!,
      };
    });
    const chunk = withSlots(columns.chunks[number] ?? emptyChunk(), updates);
    await writeChunk(db, set.clock, number, revision, chunk);
    written.push({ number, chunk });
  }
  const { first = 0 } = before;
  const chunkOf = new Map(written.map(({ number, chunk }) => [number, chunk]));
  const late = rows
    .filter(({ seq }) => seq > first)
    .map(({ place, change_id: id }) => ({ id, place, chunk: chunkOf.get(Math.floor(place / chunkRows))! }));
  await noteLate(db, set.clock, columns, late);
  const progress: Progress = { definitions: set.definitions, seq: rows.at(-1)!.seq, first };
  await writeState(db, `set ${set.clock}`, JSON.stringify(progress));
  return { revision, written, isCut: rows.length === limit };
}

async function measure(
  db: SnapshotDb,
  { clockOf }: MeasureSet,
  ids: readonly string[],
): Promise<ReadonlyMap<string, MeasuredChange>> {
  const histories = await historiesIn(db, ids);
  const links = await linksOf(db, histories);
  const measured = new Map<string, MeasuredChange>();
  for (const history of histories) {
    const { change } = history;
    const one = measureChange(history, links.get(change.id)!, clockOf(change));
    if (one !== null) measured.set(change.id, one);
  }
  return measured;
}

async function writeChunk(
  db: SnapshotDb,
  clock: string,
  number: number,
  revision: number,
  chunk: ColumnChunk,
): Promise<void> {
  const body = Buffer.from(encodeChunk(chunk).buffer);
  await db
    .insertInto('measured_columns')
    .values({ clock, chunk: number, revision, body })
    .onConflict((conflict) => conflict.columns(['clock', 'chunk']).doUpdateSet({ revision, body }))
    .execute();
}
