import type { FigureInputs, MeasuredChange } from '../measures.ts';
import { reversalSeconds } from '../reversals.ts';
import { type Part, parts } from '../timeline.ts';
import { weekOf } from '../weeks.ts';
import { type ColumnChunk, chunkRows, evidenceOf, flag, forEachPart, none } from './chunk.ts';

/** Measured changes by row: a chunk's number, times its size, plus the slot. */
export interface ChangeColumns {
  readonly chunks: readonly (ColumnChunk | undefined)[];
  /** Names by number; the one at 0 means none. */
  readonly repositories: readonly string[];
  readonly contributors: readonly string[];
}

export const chunkShift = Math.log2(chunkRows);
export const slotMask = chunkRows - 1;

/** A reader that is moved from row to row; what it shows is read from the columns when it's asked. */
export interface RowReader {
  readonly change: FigureInputs;
  moveTo(row: number): void;
}

export interface ReaderOptions {
  /** Seconds since the epoch. */
  readonly now: number;
  /** By number of the repository. */
  readonly teams: readonly string[];
}

export function rowReader(columns: ChangeColumns, { now, teams }: ReaderOptions): RowReader {
  let chunk = columns.chunks.find((one) => one !== undefined)!;
  let slot = 0;
  let answers: readonly number[] | null = null;
  const span = (seconds: number) => (seconds === none ? null : seconds);
  const has = (bit: number) => (chunk.flags[slot]! & bit) !== 0;
  const change: FigureInputs = {
    get repository() {
      return columns.repositories[chunk.repository[slot]!]!;
    },
    get team() {
      return teams[chunk.repository[slot]!]!;
    },
    get week() {
      return weekOf(chunk.ended[slot]!);
    },
    get contributor() {
      const number = chunk.contributor[slot]!;
      return number === 0 ? null : columns.contributors[number]!;
    },
    get byBot() {
      return has(flag.byBot);
    },
    get cycle() {
      return span(chunk.cycle[slot]!);
    },
    get lead() {
      return span(chunk.lead[slot]!);
    },
    get state() {
      return has(flag.deployed) ? 'deployed' : has(flag.pending) ? 'pending' : 'not_applicable';
    },
    get pickup() {
      return span(chunk.pickup[slot]!);
    },
    get answers() {
      answers ??= answersIn(chunk, slot);
      return answers;
    },
    get botReview() {
      return span(chunk.botReview[slot]!);
    },
    get unreviewed() {
      return has(flag.unreviewed);
    },
    get reviewsKnown() {
      return has(flag.reviewsKnown);
    },
    get matured() {
      return now - chunk.ended[slot]! >= reversalSeconds;
    },
    get reversed() {
      return has(flag.reversed);
    },
    get defect() {
      const evidence = evidenceOf(chunk.flags[slot]!);
      return evidence === null
        ? null
        : { evidence, age: chunk.defectAge[slot]!, weight: chunk.weight[slot]! };
    },
  };
  const moveTo = (row: number) => {
    chunk = columns.chunks[row >>> chunkShift]!;
    slot = row & slotMask;
    answers = null;
  };
  return { change, moveTo };
}

const noAnswers: readonly number[] = [];

/** This is asked of every row: lists of usual lengths are made as small as they can be. */
function answersIn({ answersFrom, answers }: ColumnChunk, slot: number): readonly number[] {
  const from = answersFrom[slot]!;
  const count = answersFrom[slot + 1]! - from;
  if (count === 0) return noAnswers;
  return count === 1 ? [answers[from]!] : [...answers.subarray(from, from + count)];
}

/** The change in a row as it was measured, without its id; null where there is none. */
export function measuredAt(columns: ChangeColumns, row: number): Omit<MeasuredChange, 'id'> | null {
  const chunk = columns.chunks[row >>> chunkShift];
  const slot = row & slotMask;
  const flags = chunk?.flags[slot] ?? 0;
  if (chunk === undefined || flags === 0) return null;
  const reader = rowReader(columns, { now: 0, teams: [] });
  reader.moveTo(row);
  const { team, week, matured, ...rest } = reader.change;
  const status = flags & flag.merged ? 'merged' : flags & flag.closed ? 'closed' : 'open';
  return {
    ...rest,
    status,
    opened: chunk.opened[slot]!,
    openedKnown: (flags & flag.openedKnown) !== 0,
    ended: status === 'open' ? null : chunk.ended[slot]!,
    parts: partsAt(chunk, slot),
  };
}

function partsAt(chunk: ColumnChunk, slot: number): MeasuredChange['parts'] {
  const own = Object.fromEntries(parts.map((part) => [part, 0])) as { [P in Part]: number };
  const isKnown = forEachPart(chunk, slot, (part, seconds) => {
    own[parts[part]!] = seconds;
  });
  return isKnown ? own : null;
}
