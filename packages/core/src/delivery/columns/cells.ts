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
  /** What figures read of it, once some were asked for. */
  tally: Tally | null;
}

/** What was found of a cell, and what else it depends on than the cell. */
export interface Tally {
  readonly team: string;
  readonly week: WeekNumber;
  /** See `maturityOf`. */
  readonly maturity: number;
  readonly numbers: Uint32Array;
}

/** Cells that follow their columns. */
export interface Cells {
  /** Says that another chunk took the place of `before`. */
  replaced(number: number, before: ColumnChunk | undefined): void;
  /** By number of the repository; a list is the same one for as long as none of its cells changed. */
  byRepository(): ReadonlyMap<number, readonly Cell[]>;
}

/** Of a change, what its cell and what is found of it may depend on. */
const columnsOf = {
  merged: [
    ...['flags', 'repository', 'contributor', 'ended', 'cycle', 'lead', 'pickup', 'botReview'],
    ...['defectAge', 'weight'],
  ],
  opened: ['flags', 'repository', 'contributor', 'opened', 'ended'],
} as { readonly [C in Cohort]: readonly Exclude<keyof ColumnChunk, 'answers' | 'answersFrom'>[] };

export function createCells(columns: ChangeColumns, cohort: Cohort): Cells {
  const cells = new Map<number, Map<WeekNumber, Cell>>();
  const lists = new Map<number, readonly Cell[]>();
  /** By number, the chunks as they were when cells were last made. */
  const replaced = new Map<number, ColumnChunk | undefined>();
  const isIn = (row: number, repository: number, week: WeekNumber) => {
    const chunk = columns.chunks[row >>> chunkShift]!;
    return chunk.repository[row & slotMask] === repository && weekIn(chunk, row & slotMask, cohort) === week;
  };
  const renew = (repository: number, weeks: ReadonlyMap<WeekNumber, readonly number[]>) => {
    const own = cells.get(repository) ?? new Map<WeekNumber, Cell>();
    for (const [week, added] of weeks) {
      const stay = own.get(week)?.rows.filter((row) => isIn(row, repository, week)) ?? [];
      const rows = new Uint32Array(stay.length + added.length);
      rows.set(stay);
      rows.set(added, stay.length);
      if (rows.length === 0) own.delete(week);
      else own.set(week, { repository, week, rows, tally: null });
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
    byRepository() {
      for (const [repository, weeks] of changedCells(columns, cohort, replaced)) renew(repository, weeks);
      replaced.clear();
      return lists;
    },
  };
}

type ChangedCells = Map<number, Map<WeekNumber, number[]>>;

/** The cells in which something changed, with the rows that came into them. */
function changedCells(
  columns: ChangeColumns,
  cohort: Cohort,
  replaced: ReadonlyMap<number, ColumnChunk | undefined>,
): ChangedCells {
  const changed: ChangedCells = new Map();
  const cameInto = (repository: number, week: WeekNumber): number[] => {
    const weeks = changed.get(repository) ?? new Map<WeekNumber, number[]>();
    if (weeks.size === 0) changed.set(repository, weeks);
    const rows = weeks.get(week) ?? [];
    if (rows.length === 0) weeks.set(week, rows);
    return rows;
  };
  for (const [number, before] of replaced) {
    const after = columns.chunks[number]!;
    for (let slot = 0; slot < chunkRows; slot++) {
      const from = before === undefined ? null : weekIn(before, slot, cohort);
      const to = weekIn(after, slot, cohort);
      if (from !== null && to !== null && isSame(before!, after, slot, cohort)) continue;
      if (from !== null) cameInto(before!.repository[slot]!, from);
      if (to === null) continue;
      const rows = cameInto(after.repository[slot]!, to);
      const isThere = from === to && before!.repository[slot] === after.repository[slot];
      if (!isThere) rows.push(number * chunkRows + slot);
    }
  }
  return changed;
}

/** Null: the change in the slot is of no week, or there's none. */
function weekIn(chunk: ColumnChunk, slot: number, cohort: Cohort): WeekNumber | null {
  const flags = chunk.flags[slot]!;
  if (cohort === 'merged') return flags & flag.merged ? weekOf(chunk.ended[slot]!) : null;
  return flags === 0 ? null : weekOf(chunk.opened[slot]!);
}

function isSame(a: ColumnChunk, b: ColumnChunk, slot: number, cohort: Cohort): boolean {
  for (const name of columnsOf[cohort]) if (!Object.is(a[name][slot], b[name][slot])) return false;
  return cohort === 'opened' || hasSameAnswers(a, b, slot);
}

function hasSameAnswers(a: ColumnChunk, b: ColumnChunk, slot: number): boolean {
  const [ofA, ofB] = [a.answersFrom[slot]!, b.answersFrom[slot]!];
  const count = a.answersFrom[slot + 1]! - ofA;
  if (b.answersFrom[slot + 1]! - ofB !== count) return false;
  for (let i = 0; i < count; i++) if (a.answers[ofA + i] !== b.answers[ofB + i]) return false;
  return true;
}
