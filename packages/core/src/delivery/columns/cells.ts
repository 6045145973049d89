import { type WeekNumber, weekOf } from '../weeks.ts';
import { type ColumnChunk, chunkRows, flag } from './chunk.ts';
import { type ChangeColumns, chunkShift, slotMask } from './columns.ts';

/** By which week changes are put together. */
export type Cohort = 'merged' | 'opened';

/**
 * The changes of one repository in one week. A cell never alters: when something changes in it another cell takes its
 * place, so what was found of it holds for as long as it's there.
 */
export interface Cell {
  /** Its number. */
  readonly repository: number;
  readonly week: WeekNumber;
  readonly rows: Uint32Array;
  /** Its number among the cells that there are; the cell in whose place it came had the same one. */
  readonly place: number;
  /** What figures read of it, once some were asked for. */
  tally: Tally | null;
}

/** What was found of a cell, and what else it depends on than the cell. */
export interface Tally {
  readonly team: string;
  readonly week: WeekNumber;
  readonly place: number;
  /** See `maturityOf`. */
  readonly maturity: number;
  readonly numbers: ArrayLike<number>;
}

/** Cells that follow their columns. */
export interface Cells<Chunk> {
  /** Says that another chunk took the place of `before`. */
  replaced(number: number, before: Chunk | undefined): void;
  /** Says that something changed that is known of a row beside its columns. */
  touched(row: number): void;
  /** By number of the repository; a list is the same one for as long as none of its cells changed. */
  byRepository(): ReadonlyMap<number, readonly Cell[]>;
}

/** What cells are made of, a thousand rows to a chunk. */
export interface CellSource<Chunk extends { readonly repository: ArrayLike<number> }> {
  readonly chunks: readonly (Chunk | undefined)[];
  /** Null: what is in the slot is of no week, or nothing is. */
  weekIn(chunk: Chunk, slot: number): WeekNumber | null;
  /** Whether a slot holds in both whatever may be found of a cell. */
  isSame(a: Chunk, b: Chunk, slot: number): boolean;
}

/** Of a change, what its cell and what is found of it may depend on. */
const columnsOf = {
  merged: [
    ...['flags', 'repository', 'contributor', 'ended', 'cycle', 'lead', 'pickup', 'botReview'],
    ...['defectAge', 'weight'],
  ],
  opened: ['flags', 'repository', 'contributor', 'opened', 'ended'],
} as { readonly [C in Cohort]: readonly Exclude<keyof ColumnChunk, 'answers' | 'answersFrom'>[] };

export function createCells({ chunks }: ChangeColumns, cohort: Cohort): Cells<ColumnChunk> {
  return createCellsOf({
    chunks,
    weekIn: (chunk, slot) => weekIn(chunk, slot, cohort),
    isSame: (a, b, slot) => isSame(a, b, slot, cohort),
  });
}

export function createCellsOf<Chunk extends { readonly repository: ArrayLike<number> }>(
  source: CellSource<Chunk>,
): Cells<Chunk> {
  const cells = new Map<number, Map<WeekNumber, Cell>>();
  const lists = new Map<number, readonly Cell[]>();
  /** By number, the chunks as they were when cells were last made. */
  const replaced = new Map<number, Chunk | undefined>();
  const touched = new Set<number>();
  const free: number[] = [];
  let places = 0;
  /** Makes the cells anew in which something changed. */
  const renew = (repository: number, weeks: ReadonlyMap<WeekNumber, Coming>) => {
    const own = cells.get(repository) ?? new Map<WeekNumber, Cell>();
    const stays = [...weeks.keys()].map(
      (week) => own.get(week)?.rows.filter((row) => isIn(source, row, repository, week)) ?? noRows,
    );
    const room = roomFor(stays, weeks);
    let next = 0;
    for (const [week, coming] of weeks) {
      const before = own.get(week);
      const stay = stays[next++]!;
      const rows = room(stay.length + coming.count);
      rows.set(stay, coming.count);
      coming.rows = rows;
      if (rows.length > 0) {
        const place = before?.place ?? free.pop() ?? places++;
        own.set(week, { repository, week, rows, place, tally: null });
      } else if (before !== undefined) {
        own.delete(week);
        free.push(before.place);
      }
    }
    if (own.size === 0) {
      cells.delete(repository);
      lists.delete(repository);
    } else {
      cells.set(repository, own);
      lists.set(repository, [...own.values()]);
    }
  };
  return {
    replaced(number, before) {
      if (!replaced.has(number)) replaced.set(number, before);
    },
    touched(row) {
      touched.add(row);
    },
    byRepository() {
      // Rows are counted before they're put down: lists of a million that grow would take several times their room.
      const changed = new Map<number, Map<WeekNumber, Coming>>();
      forEachChange(source, replaced, (repository, week, row) => {
        const coming = comingInto(changed, repository, week);
        if (row !== null) coming.count++;
      });
      forEachTouched(source, touched, (repository, week) => comingInto(changed, repository, week));
      for (const [repository, weeks] of changed) renew(repository, weeks);
      forEachChange(source, replaced, (repository, week, row) => {
        if (row === null) return;
        const coming = changed.get(repository)!.get(week)!;
        coming.rows[coming.next++] = row;
      });
      replaced.clear();
      touched.clear();
      return lists;
    },
  };
}

function isIn<Chunk extends { readonly repository: ArrayLike<number> }>(
  { chunks, weekIn }: CellSource<Chunk>,
  row: number,
  repository: number,
  week: WeekNumber,
): boolean {
  const chunk = chunks[row >>> chunkShift];
  const slot = row & slotMask;
  return chunk !== undefined && chunk.repository[slot] === repository && weekIn(chunk, slot) === week;
}

/** Rows that come into a cell: how many, and once they're counted, the rows of the new cell with room for them in front. */
interface Coming {
  count: number;
  rows: Uint32Array;
  next: number;
}

const noRows = new Uint32Array(0);

/** Cells that are made together lie together: a buffer of its own for each would take more room than its rows. */
function roomFor(
  stays: readonly Uint32Array[],
  weeks: ReadonlyMap<WeekNumber, Coming>,
): (size: number) => Uint32Array {
  let size = 0;
  for (const { length } of stays) size += length;
  for (const { count } of weeks.values()) size += count;
  const together = new Uint32Array(size);
  let at = 0;
  return (needed) => {
    at += needed;
    return together.subarray(at - needed, at);
  };
}

function comingInto(
  changed: Map<number, Map<WeekNumber, Coming>>,
  repository: number,
  week: WeekNumber,
): Coming {
  let weeks = changed.get(repository);
  if (weeks === undefined) {
    weeks = new Map();
    changed.set(repository, weeks);
  }
  let coming = weeks.get(week);
  if (coming === undefined) {
    coming = { count: 0, rows: noRows, next: 0 };
    weeks.set(week, coming);
  }
  return coming;
}

/** Calls for every cell in which a change differs, with its row where it came into the cell. */
function forEachChange<Chunk extends { readonly repository: ArrayLike<number> }>(
  { chunks, weekIn, isSame }: CellSource<Chunk>,
  replaced: ReadonlyMap<number, Chunk | undefined>,
  onChange: (repository: number, week: WeekNumber, row: number | null) => void,
): void {
  for (const [number, before] of replaced) {
    const after = chunks[number];
    for (let slot = 0; slot < chunkRows; slot++) {
      const from = before === undefined ? null : weekIn(before, slot);
      const to = after === undefined ? null : weekIn(after, slot);
      if (from !== null && to !== null && isSame(before!, after!, slot)) continue;
      if (from !== null) onChange(before!.repository[slot]!, from, null);
      if (to === null) continue;
      const isThere = from === to && before!.repository[slot] === after!.repository[slot];
      onChange(after!.repository[slot]!, to, isThere ? null : number * chunkRows + slot);
    }
  }
}

/** Calls for the cell of every row that was touched. */
function forEachTouched<Chunk extends { readonly repository: ArrayLike<number> }>(
  { chunks, weekIn }: CellSource<Chunk>,
  rows: ReadonlySet<number>,
  onRow: (repository: number, week: WeekNumber) => void,
): void {
  for (const row of rows) {
    const chunk = chunks[row >>> chunkShift];
    const week = chunk === undefined ? null : weekIn(chunk, row & slotMask);
    if (week !== null) onRow(chunk!.repository[row & slotMask]!, week);
  }
}

/** Null: the change in the slot is of no week, or there's none. */
function weekIn(chunk: ColumnChunk, slot: number, cohort: Cohort): WeekNumber | null {
  const flags = chunk.flags[slot]!;
  if (cohort === 'merged') return flags & flag.merged ? weekOf(chunk.ended[slot]!) : null;
  return flags === 0 ? null : weekOf(chunk.opened[slot]!);
}

/** Whether figures of a cohort read the same of a slot in both. */
export function isShownAlike(a: ColumnChunk, b: ColumnChunk, slot: number, cohort: Cohort): boolean {
  const [ofA, ofB] = [weekIn(a, slot, cohort), weekIn(b, slot, cohort)];
  return ofA === null || ofB === null ? ofA === ofB : isSame(a, b, slot, cohort);
}

function isSame(a: ColumnChunk, b: ColumnChunk, slot: number, cohort: Cohort): boolean {
  for (const name of columnsOf[cohort]) if (!Object.is(a[name][slot], b[name][slot])) return false;
  return cohort === 'opened' || (hasSameAnswers(a, b, slot) && hasSameParts(a, b, slot));
}

function hasSameAnswers(a: ColumnChunk, b: ColumnChunk, slot: number): boolean {
  const [ofA, ofB] = [a.answersFrom[slot]!, b.answersFrom[slot]!];
  const count = a.answersFrom[slot + 1]! - ofA;
  if (b.answersFrom[slot + 1]! - ofB !== count) return false;
  for (let i = 0; i < count; i++) if (a.answers[ofA + i] !== b.answers[ofB + i]) return false;
  return true;
}

/** Where the flags are the same, the same parts are known. */
function hasSameParts(a: ColumnChunk, b: ColumnChunk, slot: number): boolean {
  const [ofA, ofB] = [a.partsFrom[slot]!, b.partsFrom[slot]!];
  const count = a.partsFrom[slot + 1]! - ofA;
  for (let i = 0; i < count; i++) if (a.parts[ofA + i] !== b.parts[ofB + i]) return false;
  return true;
}
