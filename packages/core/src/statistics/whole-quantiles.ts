/* Quantiles of many whole numbers from 0 to 2^32 − 1, by counting instead of comparing. */

/** Below this many values sorting a copy costs less than clearing the counters. */
const fewValues = 4_096;
const half = 0x10000;

/**
 * Quantiles of `values`, which stay as they are, by Hyndman and Fan's definition 7: for each of `ps` what `quantile`
 * gives. Null for no values.
 */
export function wholeQuantiles(values: Uint32Array, ps: readonly number[]): readonly (number | null)[] {
  const n = values.length;
  if (n === 0) return ps.map(() => null);
  const ranks = ps.flatMap((p) => {
    const below = Math.floor((n - 1) * p);
    return [below, Math.min(below + 1, n - 1)];
  });
  const found = orderStatistics(values, ranks);
  return ps.map((p, i) => {
    const share = (n - 1) * p - ranks[2 * i]!;
    const low = found[2 * i]!;
    return share === 0 ? low : low + share * (found[2 * i + 1]! - low);
  });
}

/** The quantile of values in ascending order, at least one. */
export function sortedQuantile(sorted: Uint32Array, p: number): number {
  const position = (sorted.length - 1) * p;
  const below = Math.floor(position);
  const share = position - below;
  const low = sorted[below]!;
  return share === 0 ? low : low + share * (sorted[below + 1]! - low);
}

function orderStatistics(values: Uint32Array, ranks: readonly number[]): readonly number[] {
  if (values.length < fewValues) {
    const sorted = values.slice().sort();
    return ranks.map((rank) => sorted[rank]!);
  }
  const high = new Uint32Array(half);
  for (let i = 0; i < values.length; i++) high[values[i]! >>> 16]!++;
  const low = new Uint32Array(half);
  let counted = -1;
  return ranks.map((rank) => {
    const [upper, rest] = binOf(high, rank);
    if (upper !== counted) {
      low.fill(0);
      for (let i = 0; i < values.length; i++) if (values[i]! >>> 16 === upper) low[values[i]! & 0xffff]!++;
      counted = upper;
    }
    return upper * half + binOf(low, rest)[0];
  });
}

/** The bin that holds the value of a rank, and the rank within it. */
function binOf(counts: Uint32Array, rank: number): readonly [bin: number, rest: number] {
  let rest = rank;
  let bin = 0;
  for (; counts[bin]! <= rest; bin++) rest -= counts[bin]!;
  return [bin, rest];
}
