import { endings, sortClusters, sortedIncidenceQuantile } from '../../statistics/index.ts';
import { type Figure, incidenceEstimate } from '../kpi-rows.ts';
import type { KpiFormula } from '../kpis.ts';
import type { ColumnAtom } from './atoms.ts';
import type { Cell, Tally } from './cells.ts';
import { flag, none } from './chunk.ts';
import { type ChangeColumns, chunkShift, type ReaderOptions, slotMask } from './columns.ts';
import { peopleCounter } from './people.ts';

/*
 * Here the numbers of a tally are: how many were merged, closed, and are open still; then how long each one took that
 * was merged or closed; then the rows of those that are open, since that depends on when it's asked.
 */
const header = 3;

/** The figures about the opened changes in some atoms. */
export function columnOpeningFigures(
  columns: ChangeColumns,
  atoms: readonly ColumnAtom[],
  { now }: Pick<ReaderOptions, 'now'>,
): (formula: KpiFormula) => Figure | null {
  return (formula) => {
    if (formula.kind !== 'incidence') return null;
    const { eligible, isKnown, counted } = countedIn(columns, atoms);
    const known = counted.reduce((sum, { numbers }) => sum + numbers.length - header, 0);
    const estimate = () => {
      const { times, ends } = observationsIn(columns, counted, known, now);
      const sorted = sortClusters(times, ends, endings.length);
      return incidenceEstimate(sortedIncidenceQuantile(sorted.values, sorted.clusterOf, formula.p));
    };
    return { eligible, known, isKnown, estimate };
  };
}

/** The tallies of the atoms behind whose known changes there are people enough. */
function countedIn(columns: ChangeColumns, atoms: readonly ColumnAtom[]) {
  const people = peopleCounter(columns);
  const counted: Tally[] = [];
  let eligible = 0;
  let isKnown = false;
  for (const atom of atoms) {
    const { tallies, counts } = tallyAtom(columns, atom, people);
    for (const { rows } of atom.cells) eligible += rows.length;
    isKnown ||= tallies.some(({ numbers }) => numbers.length > header);
    if (counts[0]!) for (const tally of tallies) counted.push(tally);
  }
  return { eligible, isKnown, counted };
}

function tallyAtom(columns: ChangeColumns, atom: ColumnAtom, people: ReturnType<typeof peopleCounter>) {
  if (atom.tally !== null) return atom.tally;
  const tallies = atom.cells.map((cell) => tallyCell(columns, cell));
  let known = 0;
  for (const { rows } of atom.cells) {
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!;
      if ((columns.chunks[row >>> chunkShift]!.flags[row & slotMask]! & flag.openedKnown) === 0) continue;
      people.add(row);
      known++;
    }
  }
  atom.tally = { tallies, counts: [people.suffice(known)] };
  return atom.tally;
}

function tallyCell({ chunks }: ChangeColumns, cell: Cell): Tally {
  const found: { readonly [E in 'merged' | 'closed' | 'open']: number[] } = {
    merged: [],
    closed: [],
    open: [],
  };
  for (let i = 0; i < cell.rows.length; i++) {
    const row = cell.rows[i]!;
    const { flags, opened, ended } = chunks[row >>> chunkShift]!;
    const slot = row & slotMask;
    const known = flags[slot]!;
    if ((known & flag.openedKnown) === 0) continue;
    const end = known & flag.merged ? 'merged' : known & flag.closed ? 'closed' : 'open';
    found[end].push(end === 'open' ? row : spanOf(opened[slot]!, ended[slot]!));
  }
  const { merged, closed, open } = found;
  const counts = [merged.length, closed.length, open.length];
  const numbers = Uint32Array.from([...counts, ...merged, ...closed, ...open]);
  const { week, place } = cell;
  cell.tally ??= { team: '', week, place, maturity: 0, numbers };
  return cell.tally;
}

function spanOf(from: number, to: number): number {
  return Math.min(Math.max(0, to - from), none - 1);
}

const [merged, closed, open] = (['event', 'competing', 'censored'] as const).map((end) =>
  endings.indexOf(end),
);

function observationsIn({ chunks }: ChangeColumns, counted: readonly Tally[], known: number, now: number) {
  const times = new Uint32Array(known);
  const ends = new Uint32Array(known);
  let at = 0;
  for (const { numbers } of counted) {
    const mergedTo = header + numbers[0]!;
    const closedTo = mergedTo + numbers[1]!;
    for (let i = header; i < closedTo; i++) {
      times[at] = numbers[i]!;
      ends[at++] = i < mergedTo ? merged! : closed!;
    }
    for (let i = closedTo; i < numbers.length; i++) {
      const row = numbers[i]!;
      times[at] = spanOf(chunks[row >>> chunkShift]!.opened[row & slotMask]!, now);
      ends[at++] = open!;
    }
  }
  return { times, ends };
}
