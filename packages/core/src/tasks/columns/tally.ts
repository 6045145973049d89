import { type Cell, createShelf, type Shelf } from '../../delivery/index.ts';
import type { Figure } from '../figure.ts';
import { sumOf } from '../items.ts';
import { addends, type Block, numbered, onlyOne, type Summary } from '../known.ts';
import { createMarks, firstPart, type Marks, type Whose } from './marks.ts';
import type { Reader } from './reader.ts';
import type { Cutting } from './sufficiency.ts';

/*
 * How figures are read: every cell is tallied once, and the figure of a group is the sum over the tallies of its cells.
 * Whole numbers add up in a table with a line for each cell; parts of one, weights and values of quantiles are kept as lists.
 */

const width = 5;
const [eligiblePlace, knownPlace, coveredPlace, abovePlace, belowPlace] = [0, 1, 2, 3, 4] as const;

/** Tallies of the cells of one kind of items. */
export interface Tallies<Item> {
  /** What a figure reads of some cells; `teamOf` tells the team of a cell. */
  summary(cells: readonly Cell[], figure: Figure<Item>, teamOf: (cell: Cell) => string): Summary;
  /** Makes room for so many cells and rows at once: growing by and by leaves holes. */
  expect(cells: number, rows: number): void;
  /** Whether a cell has any item that is shown. */
  isAny(cell: Cell): boolean;
  /** What the atoms of a figure are cut by. */
  cutting(figure: Figure<Item> | undefined): Cutting;
}

export interface TallyOptions<Item> {
  /** Those that count the same are given once. */
  readonly figures: readonly Figure<Item>[];
  /** The place in `figures` of the one that counts what this one does. */
  readonly placeOf: (figure: Figure<Item>) => number;
  /** Items of a cell that aren't shown count in no figure. Without it all are. */
  readonly isShown?: (row: number) => boolean;
  /** Whether a row is of the first of the two parts that must suffice by themselves. Without it there are none. */
  readonly isFirst?: (row: number) => boolean;
  readonly whose: () => Whose;
  /** Reads what there is at this moment. */
  readonly reader: () => Reader<Item>;
}

export function createTallies<Item>(options: TallyOptions<Item>): Tallies<Item> {
  const { figures, placeOf, isShown, isFirst, reader, whose } = options;
  const lineWidth = 1 + figures.length * width;
  let table = new Float64Array(0);
  const tallied: Cell[] = [];
  const lists = figures.map(listsOf);
  const marks = createMarks(figures, placeOf);
  const adds = figures.map((figure, f) => adding(figure, lists[f]!, marks));
  const tally = (cell: Cell) => {
    const { place, rows } = cell;
    const begin = place * lineWidth;
    if (begin + lineWidth > table.length) table = enlarged(table, begin + lineWidth);
    table.fill(0, begin, begin + lineWidth);
    const { personAt } = whose();
    for (let i = 0; i < rows.length; i++)
      marks.write(rows[i]!, personAt(rows[i]!), isFirst?.(rows[i]!) ? firstPart : 0);
    const shown = isShown === undefined ? rows : rows.filter(isShown);
    table[begin] = shown.length;
    const own = reader();
    for (let f = 0; f < adds.length; f++) adds[f]!(shown, own, table, begin + 1 + f * width, place);
    tallied[place] = cell;
  };
  const follow = (cell: Cell) => {
    if (tallied[cell.place] !== cell) tally(cell);
  };
  return {
    expect(cells, rows) {
      if (cells * lineWidth > table.length) table = enlarged(table, cells * lineWidth);
      marks.expect(rows);
    },
    isAny(cell) {
      follow(cell);
      return table[cell.place * lineWidth]! > 0;
    },
    summary(cells, figure, teamOf) {
      cells.forEach(follow);
      const f = placeOf(figure);
      const read = (cell: Cell, place: number) => table[cell.place * lineWidth + 1 + f * width + place]!;
      return summaryOfCells(cells, { read, teamOf, ...lists[f]! });
    },
    cutting: (figure) => ({
      ...{ marks, follow, hasTwoParts: isFirst !== undefined, counted: marks.bitOf(figure) },
      eachPerson: whose().eachPerson,
    }),
  };
}

/** By place of a cell: parts of one in numerators, weights, and values of quantiles. */
interface Lists {
  readonly above: Map<number, number[]>;
  readonly weights: Map<number, number[]>;
  readonly shelf: Shelf | null;
}

function listsOf<Item>({ kind }: Figure<Item>): Lists {
  return { above: new Map(), weights: new Map(), shelf: kind === 'quantile' ? createShelf() : null };
}

/** Adds rows up in one figure, at a place of the table. */
function adding<Item>(figure: Figure<Item>, lists: Lists, marks: Marks<Item>) {
  const { eligible, known, covered } = figure;
  const bit = marks.bitOf(figure);
  const { above, below } = addends(figure);
  return (
    rows: Uint32Array,
    { item, moveTo }: Reader<Item>,
    table: Float64Array,
    at: number,
    place: number,
  ): void => {
    const [parts, weights, values]: readonly [number[], number[], number[]] = [[], [], []];
    for (let i = 0; i < rows.length; i++) {
      moveTo(rows[i]!);
      if (eligible !== undefined && !eligible(item)) continue;
      table[at + eligiblePlace]!++;
      if (known !== undefined && !known(item)) continue;
      table[at + knownPlace]!++;
      if (bit !== 0) marks.add(rows[i]!, bit);
      if (covered === undefined || covered(item)) table[at + coveredPlace]!++;
      const own = above(item);
      if (Number.isInteger(own)) table[at + abovePlace]! += own;
      else parts.push(own);
      table[at + belowPlace]! += below(item);
      if (figure.kind === 'quantile') for (const value of figure.values(item)) values.push(value);
      if (figure.kind === 'rare') for (const weight of figure.weights(item)) weights.push(weight);
    }
    keep(lists.above, place, parts);
    keep(lists.weights, place, weights);
    lists.shelf?.put(place, Uint32Array.from(values));
  };
}

function keep(lists: Map<number, number[]>, place: number, list: number[]): void {
  if (list.length > 0) lists.set(place, list);
  else lists.delete(place);
}

function enlarged(numbers: Float64Array, least: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(Math.ceil(least * 1.05));
  larger.set(numbers);
  return larger;
}

interface Tallied extends Lists {
  readonly read: (cell: Cell, place: number) => number;
  readonly teamOf: (cell: Cell) => string;
}

function summaryOfCells(cells: readonly Cell[], { read, teamOf, above, weights, shelf }: Tallied): Summary {
  const sum = (place: number) => cells.reduce((total, cell) => total + read(cell, place), 0);
  const known = cells.filter((cell) => read(cell, knownPlace) > 0);
  const clustered = (by: Block) => {
    const keys = known.map((cell) => (by === 'team' ? teamOf(cell) : cell.week));
    const numbers = numbered(keys);
    return { count: numbers.size, numberOf: keys.map((key) => numbers.get(key)!) };
  };
  const places = () => Uint32Array.from(known, ({ place }) => place);
  return {
    ...{ eligible: sum(eligiblePlace), known: sum(knownPlace), covered: sum(coveredPlace) },
    clusters: (by) => clustered(by).count,
    onlyTeam: () => onlyOne(new Set(known.map(teamOf))),
    sums(by) {
      const { count, numberOf } = clustered(by);
      const own = Array.from({ length: count }, () => ({ above: 0, below: 0, parts: [] as number[] }));
      known.forEach((cell, i) => {
        const cluster = own[numberOf[i]!]!;
        cluster.above += read(cell, abovePlace);
        cluster.below += read(cell, belowPlace);
        for (const part of above.get(cell.place) ?? []) cluster.parts.push(part);
      });
      return own.map((cluster) => ({ above: cluster.above + sumOf(cluster.parts), below: cluster.below }));
    },
    values: () => shelf!.gather(places()),
    clusteredValues(by) {
      const { numberOf } = clustered(by);
      const values = shelf!.gather(places());
      const clusterOf = new Uint32Array(values.length);
      let at = 0;
      known.forEach(({ place }, i) => {
        const end = at + shelf!.sizeOf(place);
        clusterOf.fill(numberOf[i]!, at, end);
        at = end;
      });
      return { values, clusterOf };
    },
    weights: () => known.flatMap(({ place }) => weights.get(place) ?? []),
  };
}
