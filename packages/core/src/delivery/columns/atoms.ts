import { append, type Cut, cutGroup, type WeekSpan } from '../atom-cut.ts';
import { type AtomBounds, type AtomName, atomKey, closedByGroup, horizonsOf, otherName } from '../atoms.ts';
import type { WeekNumber } from '../weeks.ts';
import { type Cell, type Cohort, createCells, type Tally } from './cells.ts';
import type { ColumnChunk } from './chunk.ts';
import type { ChangeColumns } from './columns.ts';
import { peopleCounter } from './people.ts';

/** A publication atom over cells. As long as nothing changes in it, it stays the same object. */
export interface CellAtom extends AtomBounds {
  readonly cells: readonly Cell[];
}

/** One over columns of changes. */
export interface ColumnAtom extends CellAtom {
  /** What figures read of it, once some were asked for. */
  tally: AtomTally | null;
}

export interface AtomTally {
  /** Of its cells. */
  readonly tallies: readonly Tally[];
  /** By counting: whether the people suffice behind the changes of which it's known; else none of them counts. */
  readonly counts: readonly boolean[];
}

export interface AtomTreeOptions {
  readonly before: WeekNumber;
  /** By number of the repository. */
  readonly teams: readonly string[];
  readonly closed: readonly AtomBounds[];
}

/** Atoms that follow their columns: only where something changed they are cut again. */
export interface AtomTree extends CellTree<ColumnAtom> {
  /** Says that another chunk took the place of `before`. */
  replaced(number: number, before: ColumnChunk | undefined): void;
  /** Changes that lie in weeks, published or not, in repositories by their numbers. */
  changesIn(weeks: WeekSpan, isMeant: (repository: number) => boolean): number;
}

/** Atoms that follow their cells. */
export interface CellTree<A extends CellAtom> {
  /** The same list for as long as nothing changes. */
  atoms(options: AtomTreeOptions): readonly A[];
}

/** What the atoms of one name were cut from, and into. */
interface NamedCut<A extends CellAtom> {
  readonly cells: readonly Cell[];
  readonly horizon: WeekNumber;
  readonly closed: readonly WeekSpan[];
  readonly atoms: readonly A[];
  readonly left: readonly Cell[];
}

const nothing: readonly AtomBounds[] = [];

/** The atoms of changes by the week in which they were merged, or opened. The same as `atomsOf` cuts. */
export function createAtomTree(columns: ChangeColumns, cohort: Cohort): AtomTree {
  const cells = createCells(columns, cohort);
  const people = peopleCounter(columns);
  const suffices = (some: readonly Cell[]) => {
    let rows = 0;
    for (const cell of some) {
      for (let i = 0; i < cell.rows.length; i++) people.add(cell.rows[i]!);
      rows += cell.rows.length;
    }
    return people.suffice(rows);
  };
  const { atoms } = createCellTree({
    ...{ cells: cells.byRepository, nameOf: (number) => columns.repositories[number]!, suffices },
    atomOf: (bounds, own): ColumnAtom => ({ ...bounds, cells: own, tally: null }),
  });
  return {
    ...{ replaced: cells.replaced, atoms },
    changesIn({ from, to }, isMeant) {
      let sum = 0;
      for (const [repository, own] of cells.byRepository()) {
        if (!isMeant(repository)) continue;
        for (const { week, rows } of own) if (week >= from && week < to) sum += rows.length;
      }
      return sum;
    },
  };
}

/** What atoms of cells are cut by. */
export interface CellCutting<A extends CellAtom> {
  /** By number of the repository; a list is the same one for as long as none of its cells changed. */
  readonly cells: () => ReadonlyMap<number, readonly Cell[]>;
  readonly nameOf: (repository: number) => string;
  /** Asked of a list that grows. */
  readonly suffices: (cells: readonly Cell[]) => boolean;
  readonly atomOf: (bounds: AtomBounds, cells: readonly Cell[]) => A;
}

export function createCellTree<A extends CellAtom>({
  cells,
  nameOf,
  suffices,
  atomOf,
}: CellCutting<A>): CellTree<A> {
  let cuts = new Map<string, NamedCut<A>>();
  let last: { readonly made: readonly NamedCut<A>[]; readonly atoms: readonly A[] } = { made: [], atoms: [] };
  // A list is known by its identity: it's sorted and grouped once.
  let groups = { closed: nothing, byName: closedByGroup(nothing) };
  return {
    atoms({ before, teams, closed }) {
      const [ofRepository = 0, ofTeam = 0, ofAll = 0] = horizonsOf(before);
      if (groups.closed !== closed) groups = { closed, byName: closedByGroup(closed) };
      const all: NamedCut<A>[] = [];
      const now = new Map<string, NamedCut<A>>();
      /** Answers the cells that are left over. */
      const cut = (name: AtomName, own: readonly Cell[], horizon: WeekNumber): readonly Cell[] => {
        const key = atomKey(name);
        const rules = { horizon, closed: groups.byName.get(key) ?? nothing, suffices, atomOf };
        // Of a repository with the name that a team's remains have, there are two cuts.
        const place = `${now.has(key) ? 'rest ' : ''}${key}`;
        const known = cuts.get(place);
        const made =
          known !== undefined && isOf(known, own, rules)
            ? stillCut(known, rules)
            : cutCells(name, own, rules, known);
        now.set(place, made);
        all.push(made);
        return made.left;
      };
      const leftByTeam = new Map<string, Cell[]>();
      for (const [number, own] of cells()) {
        const team = teams[number]!;
        const left = cut({ team, repository: nameOf(number) }, own, ofRepository);
        if (!leftByTeam.has(team)) leftByTeam.set(team, []);
        append(leftByTeam.get(team)!, left);
      }
      const rest = [...leftByTeam].flatMap(([team, own]) =>
        cut({ team, repository: otherName }, own, ofTeam),
      );
      cut({ team: otherName, repository: otherName }, rest, ofAll);
      cuts = now;
      if (!isSameList(all, last.made)) last = { made: all, atoms: all.flatMap(({ atoms }) => atoms) };
      return last.atoms;
    },
  };
}

type Rules<A extends CellAtom> = Pick<NamedCut<A>, 'horizon' | 'closed'> &
  Pick<CellCutting<A>, 'suffices' | 'atomOf'>;

function isOf<A extends CellAtom>(
  cut: NamedCut<A>,
  cells: readonly Cell[],
  { horizon, closed }: Rules<A>,
): boolean {
  if (cut.horizon !== horizon || !isSameList(cut.cells, cells)) return false;
  if (isSameSpans(closed, cut.closed)) return true;
  // What was cut freely is, once it was closed, cut again as it was.
  return cut.closed.length === 0 && isSameSpans(closed, cut.atoms);
}

function stillCut<A extends CellAtom>(cut: NamedCut<A>, { closed }: Rules<A>): NamedCut<A> {
  return cut.closed === closed || isSameSpans(closed, cut.closed) ? cut : { ...cut, closed };
}

function isSameSpans(a: readonly WeekSpan[], b: readonly WeekSpan[]): boolean {
  return a.length === b.length && a.every((span, i) => isSameSpan(span, b[i]!));
}

function isSameSpan(a: WeekSpan, b: WeekSpan): boolean {
  return a.from === b.from && a.to === b.to;
}

function isSameList<Item>(a: readonly Item[], b: readonly Item[]): boolean {
  return a === b || (a.length === b.length && a.every((item, i) => item === b[i]));
}

function cutCells<A extends CellAtom>(
  name: AtomName,
  cells: readonly Cell[],
  { horizon, closed, suffices, atomOf }: Rules<A>,
  before: NamedCut<A> | undefined,
): NamedCut<A> {
  const byWeek = Map.groupBy(
    cells.filter(({ week }) => week < horizon),
    ({ week }) => week,
  );
  const { atoms, left } = cutGroup(byWeek, { horizon, closed, suffices });
  const known = new Map(before?.atoms.map((atom) => [atom.from, atom]));
  const named = ({ from, to, items }: Cut<Cell>['atoms'][number]): A => {
    const former = known.get(from);
    return former !== undefined && former.to === to && isSameList(former.cells, items)
      ? former
      : atomOf({ team: name.team, repository: name.repository, from, to }, [...items]);
  };
  return { cells, horizon, closed, atoms: atoms.map(named), left };
}
