/* Quantiles of many whole numbers from 0 to 2^32 − 1, by counting instead of comparing. */

/** Below this many values sorting a copy costs less than counting. */
const fewValues = 2_048;
const bits = 11;

/**
 * Quantiles of `values`, which must stay as they are meanwhile, by Hyndman and Fan's definition 7: what `quantile`
 * gives. What was counted for one serves the next. Null for no values.
 */
export function wholeQuantiles(values: Uint32Array): (p: number) => number | null {
  const n = values.length;
  if (n === 0) return () => null;
  const ranked = orderStatistics(values);
  return (p) => {
    const position = (n - 1) * p;
    const below = Math.floor(position);
    const share = position - below;
    const low = ranked(below);
    return share === 0 ? low : low + share * (ranked(below + 1) - low);
  };
}

/** The quantile of values in ascending order, at least one. */
export function sortedQuantile(sorted: Uint32Array, p: number): number {
  const position = (sorted.length - 1) * p;
  const below = Math.floor(position);
  const share = position - below;
  const low = sorted[below]!;
  return share === 0 ? low : low + share * (sorted[below + 1]! - low);
}

/** Of at least one value: the one of a rank, from 0 on. */
function orderStatistics(values: Uint32Array): (rank: number) => number {
  if (values.length <= fewValues) {
    const sorted = values.slice().sort();
    return (rank) => sorted[rank]!;
  }
  const { least, shift } = rangeOf(values);
  const counts = new Uint32Array(1 << bits);
  for (let i = 0; i < values.length; i++) counts[(values[i]! - least) >>> shift]!++;
  const looked = new Map<number, (rank: number) => number>();
  return (rank) => {
    const [bin, rest] = binOf(counts, rank);
    if (shift === 0) return least + bin;
    if (!looked.has(bin)) looked.set(bin, orderStatistics(valuesIn(values, least, shift, bin, counts[bin]!)));
    return looked.get(bin)!(rest);
  };
}

function rangeOf(values: Uint32Array): { readonly least: number; readonly shift: number } {
  let [least, most] = [values[0]!, values[0]!];
  for (let i = 1; i < values.length; i++) {
    const value = values[i]!;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return { least, shift: Math.max(0, 32 - Math.clz32(most - least) - bits) };
}

function valuesIn(values: Uint32Array, least: number, shift: number, bin: number, count: number) {
  const found = new Uint32Array(count);
  let at = 0;
  for (let i = 0; at < count; i++) if ((values[i]! - least) >>> shift === bin) found[at++] = values[i]!;
  return found;
}

/** The bin that holds the value of a rank, and the rank within it. */
function binOf(counts: Uint32Array, rank: number): readonly [bin: number, rest: number] {
  let rest = rank;
  let bin = 0;
  for (; counts[bin]! <= rest; bin++) rest -= counts[bin]!;
  return [bin, rest];
}
