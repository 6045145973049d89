import { append, type CutRules, cutGroup } from '../atom-cut.ts';
import {
  type AtomBounds,
  atomKey,
  closedByGroup,
  horizonsOf,
  largestShare,
  leastContributors,
  otherName,
} from '../atoms.ts';
import { type WeekNumber, weekOf } from '../weeks.ts';
import { type ColumnChunk, chunkRows, flag } from './chunk.ts';
import { type ChangeColumns, chunkShift, slotMask } from './columns.ts';

/** A publication atom over columns. */
export interface ColumnAtom extends AtomBounds {
  readonly rows: readonly number[];
}

export interface AtomTreeOptions {
  readonly before: WeekNumber;
  /** By number of the repository. */
  readonly teams: readonly string[];
  readonly closed: readonly AtomBounds[];
}

/** Atoms that follow their columns: only repositories in which something moved are cut again. */
export interface AtomTree {
  /** Says that a chunk takes the place of another. */
  replaced(number: number, before: ColumnChunk | undefined, after: ColumnChunk): void;
  atoms(options: AtomTreeOptions): readonly ColumnAtom[];
}

export type Cohort = 'merged' | 'opened';

interface RepositoryCut {
  readonly team: string;
  readonly horizon: WeekNumber;
  readonly closed: readonly AtomBounds[];
  readonly atoms: readonly ColumnAtom[];
  readonly left: readonly number[];
}

/** The atoms of changes by the week in which they were merged, or opened. The same as `atomsOf` cuts. */
export function createAtomTree(columns: ChangeColumns, cohort: Cohort): AtomTree {
  const rowsOf = new Map<number, number[]>();
  const cuts = new Map<number, RepositoryCut>();
  const weekAt = (row: number) => weekIn(columns.chunks[row >>> chunkShift]!, row & slotMask, cohort)!;
  const enough = sufficiency(columns);
  // Lists are known by their identity: as long as nothing is closed, nothing is cut or sorted again.
  let groups = { closed: nothing, byGroup: closedByGroup(nothing) };
  const cutRows = (rows: readonly number[], horizon: WeekNumber, closed: readonly AtomBounds[]) => {
    const rules: CutRules<number> = { horizon, closed, suffices: enough };
    return cutGroup(byWeek(rows, weekAt, horizon), rules);
  };
  type Closed = readonly AtomBounds[];
  const cutRepository = (
    number: number,
    team: string,
    horizon: WeekNumber,
    closed: Closed,
  ): RepositoryCut => {
    const repository = columns.repositories[number]!;
    const known = cuts.get(number);
    if (known?.team === team && known.horizon === horizon && known.closed === closed) return known;
    const { atoms, left } = cutRows(rowsOf.get(number)!, horizon, closed);
    const cut = { team, horizon, closed, atoms: named(atoms, { team, repository }), left };
    cuts.set(number, cut);
    return cut;
  };
  return {
    replaced(number, before, after) {
      for (let slot = 0; slot < chunkRows; slot++) {
        const places = [placeIn(before, slot, cohort), placeIn(after, slot, cohort)] as const;
        move(rowsOf, cuts, number * chunkRows + slot, ...places);
      }
    },
    atoms({ before, teams, closed }) {
      const [ofRepository = 0, ofTeam = 0, ofAll = 0] = horizonsOf(before);
      if (groups.closed !== closed) groups = { closed, byGroup: closedByGroup(closed) };
      const closedFor = (name: AtomName) => groups.byGroup.get(atomKey(name)) ?? nothing;
      const atoms: ColumnAtom[] = [];
      const leftByTeam = new Map<string, number[]>();
      for (const number of rowsOf.keys()) {
        const team = teams[number]!;
        const repository = columns.repositories[number]!;
        const cut = cutRepository(number, team, ofRepository, closedFor({ team, repository }));
        append(atoms, cut.atoms);
        if (!leftByTeam.has(team)) leftByTeam.set(team, []);
        append(leftByTeam.get(team)!, cut.left);
      }
      const remains = (rows: readonly number[], horizon: WeekNumber, name: AtomName) => {
        const cut = cutRows(rows, horizon, closedFor(name));
        append(atoms, named(cut.atoms, name));
        return cut.left;
      };
      const rest = [...leftByTeam].flatMap(([team, rows]) =>
        remains(rows, ofTeam, { team, repository: otherName }),
      );
      remains(rest, ofAll, { team: otherName, repository: otherName });
      return atoms;
    },
  };
}

const nothing: readonly AtomBounds[] = [];

type AtomName = Pick<AtomBounds, 'team' | 'repository'>;

function named(
  atoms: readonly { readonly from: WeekNumber; readonly to: WeekNumber; readonly items: readonly number[] }[],
  name: AtomName,
): readonly ColumnAtom[] {
  return atoms.map(({ from, to, items }) => ({ ...name, from, to, rows: items }));
}

/** What an atom depends on of a slot; null: it's in none. */
interface Place {
  readonly repository: number;
  readonly contributor: number;
  readonly week: WeekNumber;
}

function placeIn(chunk: ColumnChunk | undefined, slot: number, cohort: Cohort): Place | null {
  if (chunk === undefined) return null;
  const week = weekIn(chunk, slot, cohort);
  if (week === null) return null;
  return { repository: chunk.repository[slot]!, contributor: chunk.contributor[slot]!, week };
}

function weekIn(chunk: ColumnChunk, slot: number, cohort: Cohort): WeekNumber | null {
  const flags = chunk.flags[slot]!;
  if (cohort === 'merged') return flags & flag.merged ? weekOf(chunk.ended[slot]!) : null;
  return flags === 0 ? null : weekOf(chunk.opened[slot]!);
}

function move(
  rowsOf: Map<number, number[]>,
  cuts: Map<number, RepositoryCut>,
  row: number,
  from: Place | null,
  to: Place | null,
): void {
  if (
    from?.repository === to?.repository &&
    from?.contributor === to?.contributor &&
    from?.week === to?.week
  ) {
    return;
  }
  if (from !== null) cuts.delete(from.repository);
  if (to !== null) cuts.delete(to.repository);
  if (from?.repository === to?.repository) return;
  if (from !== null) {
    const rows = rowsOf.get(from.repository)!;
    rows.splice(rows.indexOf(row), 1);
    if (rows.length === 0) rowsOf.delete(from.repository);
  }
  if (to !== null) {
    if (!rowsOf.has(to.repository)) rowsOf.set(to.repository, []);
    rowsOf.get(to.repository)!.push(row);
  }
}

function byWeek(
  rows: readonly number[],
  weekAt: (row: number) => WeekNumber,
  horizon: WeekNumber,
): ReadonlyMap<WeekNumber, readonly number[]> {
  const weeks = new Map<WeekNumber, number[]>();
  let week = Number.NaN;
  let own: number[] = [];
  for (const row of rows) {
    const at = weekAt(row);
    if (at >= horizon) continue;
    if (at !== week) {
      week = at;
      own = weeks.get(at) ?? [];
      if (own.length === 0) weeks.set(at, own);
    }
    own.push(row);
  }
  return weeks;
}

/** Whether rows suffice for an atom, as `suffices` tells it of changes. */
function sufficiency(columns: ChangeColumns): (rows: readonly number[]) => boolean {
  const people = peopleCounter(columns);
  return (rows) => {
    for (const row of rows) people.add(row);
    return people.suffice(rows.length);
  };
}

/** Counts the people behind rows that are added one by one. */
export interface PeopleCounter {
  add(row: number): void;
  /** Whether those who were added suffice for so many rows; then it begins anew. */
  suffice(rows: number): boolean;
}

export function peopleCounter(columns: ChangeColumns): PeopleCounter {
  let counts = new Uint32Array(0);
  let seen: number[] = [];
  let most = 0;
  return {
    add(row) {
      const contributor = columns.chunks[row >>> chunkShift]!.contributor[row & slotMask]!;
      if (contributor === 0) return;
      if (contributor >= counts.length) {
        const larger = new Uint32Array(columns.contributors.length * 2);
        larger.set(counts);
        counts = larger;
      }
      const count = ++counts[contributor]!;
      if (count === 1) seen.push(contributor);
      if (count > most) most = count;
    },
    suffice(rows) {
      const isEnough = seen.length >= leastContributors && most <= rows * largestShare;
      for (const contributor of seen) counts[contributor] = 0;
      seen = [];
      most = 0;
      return isEnough;
    },
  };
}
