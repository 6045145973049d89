import { unitsOf } from '../defects.ts';
import { type ChangeFormula, kpiDefinitions, type SpanColumn } from '../kpis.ts';
import type { FigureInputs } from '../measures.ts';
import { reversalSeconds } from '../reversals.ts';
import { type WeekNumber, weekStart } from '../weeks.ts';
import type { AtomTally, ColumnAtom } from './atoms.ts';
import type { Cell, Tally } from './cells.ts';
import { type ChangeColumns, type ReaderOptions, rowReader } from './columns.ts';
import { peopleCounter } from './people.ts';
import { createShelf, type Shelf } from './shelf.ts';

/*
 * How a figure is read: every cell is tallied once; an atom counts in a figure or doesn't; the figure of a group is the
 * sum over the tallies of those that do. The numbers of a tally are three for each counting, at these places (hits in
 * `shareUnits`); spans lie on a shelf by the place of their cell.
 */

const width = 3;
const [eligiblePlace, knownPlace, hitsPlace] = [0, 1, 2] as const;

/** Formulas that count the same changes; of the quantiles of one span it's the first. */
const countings: readonly ChangeFormula[] = (() => {
  const distinct: ChangeFormula[] = [];
  for (const { of } of kpiDefinitions) {
    if (of.kind === 'incidence') continue;
    if (!distinct.some((one) => countsAlike(one, of))) distinct.push(of);
  }
  return distinct;
})();

function countsAlike(a: ChangeFormula, b: ChangeFormula): boolean {
  if (a === b) return true;
  if (a.kind !== 'quantile' || b.kind !== 'quantile') return false;
  return a.column === b.column && a.eligible === b.eligible;
}

/** The number of a definition's counting. */
export function countingOf(formula: ChangeFormula): number {
  return countings.findIndex((one) => countsAlike(one, formula));
}

export const eligibleIn = ({ numbers }: Tally, counting: number) =>
  numbers[counting * width + eligiblePlace]!;
export const knownIn = ({ numbers }: Tally, counting: number) => numbers[counting * width + knownPlace]!;
export const hitsIn = ({ numbers }: Tally, counting: number) => numbers[counting * width + hitsPlace]!;

/** The tallies of merged changes' cells. */
export interface Tallies {
  /** Tallies atoms, or remembers it. */
  tallier(options: ReaderOptions): (atom: ColumnAtom) => AtomTally;
  /** The spans of a counting. */
  spans(counting: number): Shelf;
}

export function createTallies(columns: ChangeColumns): Tallies {
  const shelves = countings.map(createShelf);
  return {
    tallier: (options) => tallier(columns, shelves, options),
    spans: (counting) => shelves[counting]!,
  };
}

function tallier(
  columns: ChangeColumns,
  shelves: readonly Shelf[],
  options: ReaderOptions,
): (atom: ColumnAtom) => AtomTally {
  const { now, teams } = options;
  const { change, moveTo } = rowReader(columns, options);
  const people = peopleCounter(columns);
  const spans = countings.map(spanList);
  const tallyCell = (cell: Cell): Tally => {
    const team = teams[cell.repository]!;
    const maturity = maturityOf(cell.week, now);
    const { tally, rows, week, place } = cell;
    if (tally !== null && tally.team === team && tally.maturity === maturity) return tally;
    const numbers = Array.from({ length: countings.length * width }, () => 0);
    for (const own of spans) own.clear();
    for (let i = 0; i < rows.length; i++) {
      moveTo(rows[i]!);
      for (let c = 0; c < countings.length; c++) countIn(numbers, c, change, spans[c]!);
    }
    for (let c = 0; c < spans.length; c++) shelves[c]!.put(place, spans[c]!.values());
    cell.tally = { team, week, place, maturity, numbers };
    return cell.tally;
  };
  const suffices = (formula: ChangeFormula, { cells }: ColumnAtom, known: number): boolean => {
    for (const { rows } of cells) {
      for (let i = 0; i < rows.length; i++) {
        moveTo(rows[i]!);
        if (formula.eligible(change) && formula.known(change)) people.add(rows[i]!);
      }
    }
    return people.suffice(known);
  };
  return (atom) => {
    const { tally } = atom;
    if (tally?.tallies.every((one, i) => one === tallyCell(atom.cells[i]!))) return tally;
    const tallies = atom.cells.map(tallyCell);
    const size = atom.cells.reduce((sum, { rows }) => sum + rows.length, 0);
    const counts = countings.map((formula, c) => {
      const known = tallies.reduce((sum, one) => sum + knownIn(one, c), 0);
      // Behind all of its changes there are people enough: else it would be no atom.
      return known === size || (known > 0 && suffices(formula, atom, known));
    });
    atom.tally = { tallies, counts };
    return atom.tally;
  };
}

/**
 * What is mature in a week depends on the moment while it becomes so: then it's `now`. Before it's -Infinity, and in the
 * end Infinity.
 */
function maturityOf(week: WeekNumber, now: number): number {
  if (now - weekStart(week) < reversalSeconds) return Number.NEGATIVE_INFINITY;
  return now - weekStart(week + 1) >= reversalSeconds ? Number.POSITIVE_INFINITY : now;
}

function countIn(counts: number[], counting: number, change: FigureInputs, spans: SpanList): void {
  const formula = countings[counting]!;
  const at = counting * width;
  if (!formula.eligible(change)) return;
  counts[at + eligiblePlace]!++;
  if (!formula.known(change)) return;
  counts[at + knownPlace]!++;
  if (formula.kind === 'rate') counts[at + hitsPlace]! += unitsOf(formula.hit(change));
  if (formula.kind === 'quantile') pushSpans(spans, change, formula.column);
}

/** As `spansIn`, without a list of one for each change. */
function pushSpans(spans: SpanList, change: FigureInputs, column: SpanColumn): void {
  if (column !== 'answers') spans.push(change[column]!);
  else for (let i = 0, own = change.answers; i < own.length; i++) spans.push(own[i]!);
}

interface SpanList {
  clear(): void;
  push(span: number): void;
  values(): Uint32Array;
}

/** A list that keeps its room when it's cleared. */
function spanList(): SpanList {
  let room = new Uint32Array(64);
  let count = 0;
  return {
    clear() {
      count = 0;
    },
    push(span) {
      if (count === room.length) {
        const larger = new Uint32Array(count * 2);
        larger.set(room);
        room = larger;
      }
      room[count++] = span;
    },
    values: () => room.subarray(0, count),
  };
}
