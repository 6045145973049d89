import {
  type AtomBounds,
  type Cell,
  type CellAtom,
  type Cells,
  type CellTree,
  createCellTree,
  type WeekNumber,
} from '../../delivery/index.ts';
import type { Figure } from '../figure.ts';
import type { Window } from '../partition.ts';
import { type AtomLog, type Published, publishedGroups, type WeekSpan } from '../task-atoms.ts';
import { sufficiency } from './sufficiency.ts';
import type { Tallies } from './tally.ts';

/** One kind of what figures are about, in cells: tasks, changes, deployments, or people's weeks. */
export interface Kind<Item> {
  readonly cells: Pick<Cells<never>, 'byRepository'>;
  readonly tallies: Tallies<Item>;
  /** By number of what cells call a repository. */
  readonly nameOf: (repository: number) => string;
}

export interface PublishOptions {
  readonly before: WeekNumber;
  /** By number of what cells call a repository. */
  readonly teams: readonly string[];
  /** Above the number of every person. */
  readonly people: number;
  readonly log: AtomLog;
}

/** What is published of a kind: atoms are cut again only where cells changed. */
export interface Publisher<Item> {
  published(tree: string, figure: Figure<Item> | undefined, options: PublishOptions): Published<Item>;
}

interface Grown {
  readonly tree: CellTree<CellAtom>;
  suffices: (cells: readonly Cell[]) => boolean;
}

export function createPublisher<Item>({ cells, tallies, nameOf }: Kind<Item>): Publisher<Item> {
  const trees = new Map<string, Grown>();
  const atomOf = sharedAtoms();
  const plant = (): Grown => {
    const grown: Grown = {
      suffices: () => false,
      tree: createCellTree({
        ...{ cells: () => cells.byRepository(), nameOf, atomOf },
        suffices: (some) => grown.suffices(some),
      }),
    };
    return grown;
  };
  return {
    published(tree, figure, { before, teams, people, log }) {
      const grown = trees.get(tree) ?? plant();
      trees.set(tree, grown);
      const all = [...cells.byRepository().values()];
      expectAll(tallies, all);
      grown.suffices = sufficiency(tallies.cutting(figure), people);
      const atoms = grown.tree.atoms({ before, teams, closed: log.closed(tree) });
      grown.suffices = () => false;
      log.publish(tree, atoms);
      const isWithin = ({ from, to }: WeekSpan, cell: Cell) =>
        cell.week >= from && cell.week < to && tallies.isAny(cell);
      return {
        get isOver() {
          return all.some((own) => own.some(({ week }) => week < before));
        },
        isAny: (weeks) => all.some((own) => own.some((cell) => isWithin(weeks, cell))),
        groups: remembered((window) =>
          publishedGroups<CellAtom, Item>(atoms, window, summaries(tallies, teams)),
        ),
      };
    },
  };
}

function expectAll(tallies: Pick<Tallies<never>, 'expect'>, all: readonly (readonly Cell[])[]): void {
  let [places, rows] = [0, 0];
  for (const own of all) {
    for (const cell of own) {
      places = Math.max(places, cell.place + 1);
      rows = Math.max(rows, (cell.rows.at(-1) ?? 0) + 1, (cell.rows[0] ?? 0) + 1);
    }
  }
  tallies.expect(places, rows);
}

/** The cells of a group are put together once for all figures. */
function summaries<Item>(tallies: Tallies<Item>, teams: readonly string[]) {
  const cellsOf = new WeakMap<readonly CellAtom[], readonly Cell[]>();
  const teamOf = ({ repository }: Cell) => teams[repository]!;
  return (members: readonly CellAtom[], figure: Figure<Item>) => {
    let cells = cellsOf.get(members);
    if (cells === undefined) {
      cells = members.flatMap((atom) => atom.cells);
      cellsOf.set(members, cells);
    }
    return tallies.summary(cells, figure, teamOf);
  };
}

function remembered<Value>(make: (window: Window) => Value): (window: Window) => Value {
  let last: { readonly key: string; readonly value: Value } | null = null;
  return (window) => {
    const key = `${window.from} ${window.to} ${window.by ?? ''}`;
    if (last?.key !== key) last = { key, value: make(window) };
    return last.value;
  };
}

/** Trees mostly cut alike: the same cells within the same bounds are the same atom. */
function sharedAtoms(): (bounds: AtomBounds, cells: readonly Cell[]) => CellAtom {
  const last: CellAtom[] = [];
  return (bounds, cells) => {
    const place = cells[0]?.place ?? 0;
    const known = last[place];
    if (known !== undefined && isSame(known, bounds, cells)) return known;
    const { team, repository, from, to } = bounds;
    const atom = { team, repository, from, to, cells };
    last[place] = atom;
    return atom;
  };
}

function isSame(atom: CellAtom, { team, repository, from, to }: AtomBounds, cells: readonly Cell[]): boolean {
  const isNamedSo = atom.team === team && atom.repository === repository;
  return (
    isNamedSo &&
    atom.from === from &&
    atom.to === to &&
    atom.cells.length === cells.length &&
    atom.cells.every((cell, i) => cell === cells[i])
  );
}
