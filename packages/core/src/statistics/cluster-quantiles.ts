import {
  type ClusterShare,
  enoughForT,
  type Interval,
  intervalOfClusters,
  none,
  ofFew,
  shareBounds,
} from './intervals.ts';
import { sortedQuantile } from './whole-quantiles.ts';

/** Whole numbers in ascending order, each with the number of the cluster that it belongs to. */
export interface SortedClusters {
  readonly values: Uint32Array;
  readonly clusterOf: Uint32Array;
  /** Values by cluster; some may have none. */
  readonly sizes: Uint32Array;
}

const bits = 11;
const bins = 1 << bits;

/** Sorts values with their clusters, numbered from 0 to `count` − 1. What is given stays as it is. */
export function sortClusters(values: Uint32Array, clusterOf: Uint32Array, count: number): SortedClusters {
  const sizes = new Uint32Array(count);
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    sizes[clusterOf[i]!]!++;
    if (values[i]! > largest) largest = values[i]!;
  }
  const passes = Math.ceil((32 - Math.clz32(largest)) / bits);
  // Each pass but the first writes over what the one before the last wrote.
  const buffers = Array.from({ length: Math.min(passes, 2) }, () => ({
    values: new Uint32Array(values.length),
    clusterOf: new Uint32Array(values.length),
  }));
  const counts = new Uint32Array(bins);
  let from: Pairs = { values, clusterOf };
  for (let pass = 0; pass < passes; pass++) {
    const to = buffers[pass % 2]!;
    distribute(from, to, pass * bits, counts);
    from = to;
  }
  return { ...from, sizes };
}

type Pairs = Pick<SortedClusters, 'values' | 'clusterOf'>;

/** One pass of a radix sort: by `bits` of the values from `shift` on, otherwise in the order they had. */
function distribute(from: Pairs, to: Pairs, shift: number, counts: Uint32Array): void {
  counts.fill(0);
  const { values, clusterOf } = from;
  for (let i = 0; i < values.length; i++) counts[(values[i]! >>> shift) & (bins - 1)]!++;
  let sum = 0;
  for (let bin = 0; bin < bins; bin++) {
    const count = counts[bin]!;
    counts[bin] = sum;
    sum += count;
  }
  for (let i = 0; i < values.length; i++) {
    const at = counts[(values[i]! >>> shift) & (bins - 1)]!++;
    to.values[at] = values[i]!;
    to.clusterOf[at] = clusterOf[i]!;
  }
}

/**
 * The interval of a quantile over all values. Of few clusters the bounds are those of the share of values up to the
 * quantile, read back as quantiles (Woodruff, JASA 47, 1952, 635).
 */
export function clusterQuantileInterval(sorted: SortedClusters, p: number, seed: string): Interval {
  const { values, sizes } = sorted;
  if (values.length === 0) return none(sizes.length);
  const value = sortedQuantile(values, p);
  return intervalOfClusters({
    count: sizes.length,
    seed,
    value,
    resample: () => weightedQuantile(sorted, p),
    few: () => {
      const k = sizes.reduce((count, size) => count + (size > 0 ? 1 : 0), 0);
      if (k < enoughForT) return none(k);
      const { lo, hi } = shareBounds(p, ...sharesUpTo(sorted, value));
      return { lo: sortedQuantile(values, lo), hi: sortedQuantile(values, hi), method: ofFew(k) };
    },
  });
}

/** How much of all values, and of those of each cluster, is no larger than `value`. */
function sharesUpTo(
  { values, clusterOf, sizes }: SortedClusters,
  value: number,
): readonly [pooled: number, clusters: readonly ClusterShare[]] {
  const counts = new Uint32Array(sizes.length);
  let i = 0;
  for (; i < values.length && values[i]! <= value; i++) counts[clusterOf[i]!]!++;
  const clusters = Array.from(sizes, (size, c) => ({ size, share: size === 0 ? 0 : counts[c]! / size }));
  return [i / values.length, clusters];
}

/** Estimates the quantile when the values of cluster c are there `weights[c]` times. */
function weightedQuantile(sorted: SortedClusters, p: number): (picked: Uint32Array) => number | null {
  const { values, clusterOf, sizes } = sorted;
  const weights = new Uint32Array(sizes.length);
  const { size, prefixes } = blocksOf(sorted);
  const blocks = Math.ceil(values.length / size);
  /** Weighted number of values before a block. */
  const before = (block: number): number => {
    let sum = 0;
    for (let c = 0, at = block * weights.length; c < weights.length; c++, at++)
      sum += weights[c]! * prefixes[at]!;
    return sum;
  };
  return (picked) => {
    weights.fill(0);
    let total = 0;
    for (let i = 0; i < picked.length; i++) {
      weights[picked[i]!]!++;
      total += sizes[picked[i]!]!;
    }
    if (total === 0) return null;
    const position = (total - 1) * p;
    const below = Math.floor(position);
    let [first, last] = [0, blocks - 1];
    while (first < last) {
      const middle = (first + last + 1) >>> 1;
      if (before(middle) <= below) first = middle;
      else last = middle - 1;
    }
    let i = first * size;
    let seen = before(first) + weights[clusterOf[i]!]!;
    while (seen <= below) seen += weights[clusterOf[++i]!]!;
    const low = values[i]!;
    const share = position - below;
    if (share === 0) return low;
    while (seen <= below + 1) seen += weights[clusterOf[++i]!]!;
    return low + share * (values[i]! - low);
  };
}

const mostPrefixes = 4_000_000;

/** How many values of each cluster come before each block of values. */
function blocksOf({ values, clusterOf, sizes }: SortedClusters): {
  readonly size: number;
  readonly prefixes: Uint32Array;
} {
  const clusters = sizes.length;
  const most = Math.max(1, Math.floor(mostPrefixes / Math.max(1, clusters)));
  const size = Math.max(64, Math.ceil(values.length / Math.min(most, 1024)));
  const blocks = Math.ceil(values.length / size);
  const prefixes = new Uint32Array(blocks * clusters);
  const counts = new Uint32Array(clusters);
  for (let i = 0; i < values.length; i++) {
    if (i % size === 0) prefixes.set(counts, (i / size) * clusters);
    counts[clusterOf[i]!]!++;
  }
  return { size, prefixes };
}
