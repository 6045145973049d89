import type { WeekNumber } from '../delivery/index.ts';
import {
  clusterInterval,
  clusterQuantileInterval,
  type Interval,
  poissonInterval,
  sortClusters,
  sortedQuantile,
} from '../statistics/index.ts';
import { createSum, type Items, type Sum, sumOf } from './items.ts';
import type { Publishable } from './partition.ts';

/** How a figure comes from items, in code. */
export type Figure<Item> = {
  /** Items the figure is about; all without it. */
  readonly eligible?: (item: Item) => boolean;
  /** Those of which it is known; all without it. */
  readonly known?: (item: Item) => boolean;
  /** Of the known ones, those whose coverage counts; all without it. */
  readonly covered?: (item: Item) => boolean;
} /** Σ hit ÷ items; a hit may be a part of one. */ & (
  | { readonly kind: 'share'; readonly hit: (item: Item) => number }
  /** Σ numerator ÷ Σ denominator × scale; null while the denominator is 0. */
  | {
      readonly kind: 'ratio';
      readonly numerator: (item: Item) => number;
      readonly denominator: (item: Item) => number;
      readonly scale: number;
      /** The numerator counts happenings: after none at all there's a one-sided bound. */
      readonly counts?: true;
    }
  /** Of whole numbers below 2³², `per` of which make the unit. */
  | {
      readonly kind: 'quantile';
      readonly p: number;
      readonly per: number;
      readonly values: (item: Item) => readonly number[];
    }
  /** Rare happenings: Σ weights ÷ items × scale, with the exact interval of a Poisson count. */
  | { readonly kind: 'rare'; readonly weights: (item: Item) => readonly number[]; readonly scale: number }
  /** Happenings of the window that belong to no item: their count ÷ items × scale. */
  | { readonly kind: 'counted'; readonly scale: number }
);

export interface Estimate extends Interval {
  readonly value: number | null;
  readonly remark: string;
}

export interface EstimateWindow {
  readonly from: WeekNumber;
  /** Names figure, group and window, so that resampling repeats. */
  readonly seed: string;
  /** Happenings that belong to no item. */
  readonly counted: number;
  readonly intervals?: boolean | undefined;
}

/** Weeks of one team that an interval needs. */
const leastBlocks = 12;

/** The figure over known items, at least one, and its interval: over teams, or over the weeks of the only team. */
export function estimateFigure<Item extends Publishable>(
  figure: Figure<Item>,
  items: Items<Item>,
  { seed, counted, intervals }: EstimateWindow,
): Estimate {
  if (figure.kind === 'rare' || figure.kind === 'counted') return rareEstimate(figure, items, counted);
  const teams = namesOf(items, ({ team }) => team);
  const isOneTeam = teams.size === 1;
  const keyOf = isOneTeam ? ({ week }: Item) => week : ({ team }: Item) => team;
  const groups = isOneTeam ? namesOf(items, keyOf) : teams;
  const { value, interval } = valueAndInterval(figure, items, { keyOf, groups }, seed);
  if (value === null) return { value, lo: null, hi: null, method: 'none', remark: 'nothing to divide by' };
  if (intervals === false) return { value, lo: null, hi: null, method: 'not asked for', remark: '' };
  if (!isOneTeam) return { value, ...interval(), remark: '' };
  if (groups.size < leastBlocks)
    return { value, lo: null, hi: null, method: `none (${groups.size} clusters)`, remark: '' };
  const found = interval();
  return { value, ...found, method: `weeks: ${found.method}`, remark: 'this team only' };
}

interface Clusters<Item> {
  readonly keyOf: (item: Item) => string | number;
  /** Numbers of the keys, in their order. */
  readonly groups: ReadonlyMap<string | number, number>;
}

/** Numbers what occurs, in its own order: what comes out doesn't depend on the order of the items. */
function namesOf<Item>(
  items: Items<Item>,
  keyOf: (item: Item) => string | number,
): ReadonlyMap<string | number, number> {
  const found = new Set<string | number>();
  items.forEach((item) => {
    found.add(keyOf(item));
  });
  return new Map([...found].sort((a, b) => (a < b ? -1 : 1)).map((key, i) => [key, i]));
}

function rareEstimate<Item>(
  figure: Extract<Figure<Item>, { kind: 'rare' | 'counted' }>,
  items: Items<Item>,
  counted: number,
): Estimate {
  const weights: number[] = [];
  if (figure.kind === 'counted') for (let i = 0; i < counted; i++) weights.push(1);
  else {
    items.forEach((item) => {
      for (const weight of figure.weights(item)) weights.push(weight);
    });
  }
  weights.sort((a, b) => a - b);
  const { lo, hi, method } = poissonInterval(weights);
  const per = figure.scale / items.length;
  return { value: sumOf(weights) * per, lo: lo * per, hi: hi * per, method, remark: '' };
}

type Sums = { readonly above: number; readonly below: number };

function valueAndInterval<Item>(
  figure: Exclude<Figure<Item>, { kind: 'rare' | 'counted' }>,
  items: Items<Item>,
  by: Clusters<Item>,
  seed: string,
): { readonly value: number | null; readonly interval: () => Interval } {
  if (figure.kind === 'quantile') {
    return quantileEstimate(figure, items, by, seed);
  }
  const [above, below, scale] =
    figure.kind === 'share' ? [figure.hit, () => 1, 1] : [figure.numerator, figure.denominator, figure.scale];
  const clusters = sumsOf(items, by, above, below);
  const estimate = (some: readonly Sums[]) => {
    const divisor = total(some, (sums) => sums.below);
    return divisor === 0 ? null : (total(some, (sums) => sums.above) * scale) / divisor;
  };
  const isCount = figure.kind === 'share' || figure.counts === true;
  const none = isCount ? noneOf(clusters, scale) : null;
  if (none !== null) return { value: 0, interval: () => none };
  const sizeOf = figure.kind === 'share' ? { sizeOf: (sums: Sums) => sums.below } : {};
  return {
    value: estimate(clusters),
    interval: () => clusterInterval({ clusters, estimate, ...sizeOf, seed }),
  };
}

function sumsOf<Item>(
  items: Items<Item>,
  { keyOf, groups }: Clusters<Item>,
  above: (item: Item) => number,
  below: (item: Item) => number,
): readonly Sums[] {
  const sums = Array.from(groups, (): { above: Sum; below: Sum } => ({
    above: createSum(),
    below: createSum(),
  }));
  items.forEach((item) => {
    const own = sums[groups.get(keyOf(item))!]!;
    own.above.add(above(item));
    own.below.add(below(item));
  });
  return sums.map((own) => ({ above: own.above.value(), below: own.below.value() }));
}

/** After none at all resampling would say that it's sure of none: the one-sided bound says what is known. */
function noneOf(clusters: readonly Sums[], scale: number): Interval | null {
  const divisor = total(clusters, ({ below }) => below);
  if (divisor === 0 || total(clusters, ({ above }) => above) !== 0) return null;
  const { lo, hi, method } = poissonInterval([]);
  return { lo, hi: (hi * scale) / divisor, method };
}

/** Over the values of all clusters together, sorted once for every resample. */
function quantileEstimate<Item>(
  { p, per, values }: Extract<Figure<Item>, { kind: 'quantile' }>,
  items: Items<Item>,
  { keyOf, groups }: Clusters<Item>,
  seed: string,
): { readonly value: number | null; readonly interval: () => Interval } {
  const all: number[] = [];
  const clusterOf: number[] = [];
  items.forEach((item) => {
    const cluster = groups.get(keyOf(item))!;
    for (const value of values(item)) {
      all.push(value);
      clusterOf.push(cluster);
    }
  });
  if (all.length === 0) return { value: null, interval: () => ({ lo: null, hi: null, method: 'none' }) };
  const sorted = sortClusters(Uint32Array.from(all), Uint32Array.from(clusterOf), groups.size);
  const inUnits = (value: number | null) => (value === null ? null : value / per);
  return {
    value: inUnits(sortedQuantile(sorted.values, p)),
    interval: () => {
      const { lo, hi, method } = clusterQuantileInterval(sorted, p, seed);
      return { lo: inUnits(lo), hi: inUnits(hi), method };
    },
  };
}

function total<Item>(items: readonly Item[], of: (item: Item) => number): number {
  let sum = 0;
  for (const item of items) sum += of(item);
  return sum;
}
