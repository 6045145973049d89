import { type Interval, intervalOfClusters } from './intervals.ts';

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

/** The interval of a quantile over all values: the same as `clusterInterval` finds with each cluster's values. */
export function clusterQuantileInterval(sorted: SortedClusters, p: number, seed: string): Interval {
  const count = sorted.sizes.length;
  return intervalOfClusters({
    count,
    seed,
    resample: () => weightedQuantile(sorted, p),
    singles: () => quantilesByCluster(sorted, p),
  });
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

/** The quantile of each cluster by itself; null for one without values. */
function quantilesByCluster(
  { values, clusterOf, sizes }: SortedClusters,
  p: number,
): readonly (number | null)[] {
  const seen = new Uint32Array(sizes.length);
  const lows = new Float64Array(sizes.length);
  const result: (number | null)[] = Array.from(sizes, () => null);
  for (let i = 0; i < values.length; i++) {
    const c = clusterOf[i]!;
    const position = (sizes[c]! - 1) * p;
    const below = Math.floor(position);
    const rank = seen[c]!++;
    if (rank === below) {
      lows[c] = values[i]!;
      if (position === below) result[c] = values[i]!;
    } else if (rank === below + 1 && position !== below) {
      result[c] = lows[c]! + (position - below) * (values[i]! - lows[c]!);
    }
  }
  return result;
}
