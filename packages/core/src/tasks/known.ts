import type { WeekNumber } from '../delivery/index.ts';
import type { Figure } from './figure.ts';
import { createSum, type Items, type Sum } from './items.ts';
import type { Publishable } from './partition.ts';

/** What belongs together in an interval: a team's items, or a week's where there is one team. */
export type Block = 'team' | 'week';

/** What a cluster comes to: numerators and denominators. */
export interface Sums {
  readonly above: number;
  readonly below: number;
}

/** Whole numbers with the numbers of their clusters, from 0 on in the order of teams or weeks. */
export interface ClusteredValues {
  readonly values: Uint32Array;
  readonly clusterOf: Uint32Array;
}

/** What a figure reads of a group. */
export interface Summary {
  /** Items that it's about, of those the ones of which it's known, and of these those whose coverage counts. */
  readonly eligible: number;
  readonly known: number;
  readonly covered: number;
  /** Clusters of what is known. */
  readonly clusters: (by: Block) => number;
  /** The team of all that is known; null: there are several, or nothing is. */
  readonly onlyTeam: () => string | null;
  /** Of each cluster, in the order of teams or weeks: nothing depends on the order of the items. */
  readonly sums: (by: Block) => readonly Sums[];
  /** Of a figure of quantiles. */
  readonly values: () => Uint32Array;
  readonly clusteredValues: (by: Block) => ClusteredValues;
  /** Of a figure of rare happenings. */
  readonly weights: () => readonly number[];
}

/** What `sums` add up of a figure. */
export function addends<Item>(figure: Figure<Item>): {
  readonly above: (item: Item) => number;
  readonly below: (item: Item) => number;
} {
  if (figure.kind === 'share') return { above: figure.hit, below: () => 1 };
  if (figure.kind === 'ratio') return { above: figure.numerator, below: figure.denominator };
  return { above: () => 0, below: () => 1 };
}

/** Reads items. */
export function summaryOf<Item extends Publishable>(figure: Figure<Item>, all: Items<Item>): Summary {
  const eligible = figure.eligible === undefined ? all : all.filter(figure.eligible);
  const known = figure.known === undefined ? eligible : eligible.filter(figure.known);
  const keyOf = (by: Block) => (by === 'team' ? ({ team }: Item) => team : ({ week }: Item) => week);
  return {
    ...{ eligible: eligible.length, known: known.length },
    covered: figure.covered === undefined ? known.length : known.filter(figure.covered).length,
    clusters: (by) => numbersOf(known, keyOf(by)).size,
    onlyTeam: () => onlyOne(new Set(listOf(known, ({ team }) => [team]))),
    sums: (by) => sumsOf(figure, known, keyOf(by)),
    values: () => Uint32Array.from(listOf(known, (item) => valuesIn(figure, item))),
    clusteredValues: (by) => valuesByCluster(figure, known, keyOf(by)),
    weights: () => listOf(known, (item) => (figure.kind === 'rare' ? figure.weights(item) : [])),
  };
}

type Key = string | WeekNumber;

/** Numbers what occurs, in its own order. */
function numbersOf<Item>(items: Items<Item>, keyOf: (item: Item) => Key): ReadonlyMap<Key, number> {
  const found = new Set<Key>();
  items.forEach((item) => {
    found.add(keyOf(item));
  });
  return numbered(found);
}

export function numbered(keys: Iterable<Key>): ReadonlyMap<Key, number> {
  return new Map([...new Set(keys)].sort((a, b) => (a < b ? -1 : 1)).map((key, i) => [key, i]));
}

export function onlyOne(teams: ReadonlySet<string>): string | null {
  const [team] = teams;
  return teams.size === 1 ? team! : null;
}

export function valuesIn<Item>(figure: Figure<Item>, item: Item): readonly number[] {
  return figure.kind === 'quantile' ? figure.values(item) : [];
}

function listOf<Item, Value>(items: Items<Item>, of: (item: Item) => readonly Value[]): readonly Value[] {
  const list: Value[] = [];
  items.forEach((item) => {
    for (const value of of(item)) list.push(value);
  });
  return list;
}

function sumsOf<Item>(figure: Figure<Item>, items: Items<Item>, keyOf: (item: Item) => Key): readonly Sums[] {
  const numbers = numbersOf(items, keyOf);
  const { above, below } = addends(figure);
  const sums = Array.from(numbers, (): { above: Sum; below: Sum } => ({
    above: createSum(),
    below: createSum(),
  }));
  items.forEach((item) => {
    const own = sums[numbers.get(keyOf(item))!]!;
    own.above.add(above(item));
    own.below.add(below(item));
  });
  return sums.map((own) => ({ above: own.above.value(), below: own.below.value() }));
}

function valuesByCluster<Item>(
  figure: Figure<Item>,
  items: Items<Item>,
  keyOf: (item: Item) => Key,
): ClusteredValues {
  const numbers = numbersOf(items, keyOf);
  const values: number[] = [];
  const clusterOf: number[] = [];
  items.forEach((item) => {
    const cluster = numbers.get(keyOf(item))!;
    for (const value of valuesIn(figure, item)) {
      values.push(value);
      clusterOf.push(cluster);
    }
  });
  return { values: Uint32Array.from(values), clusterOf: Uint32Array.from(clusterOf) };
}
