/**
 * Quantile of `values` by Hyndman and Fan's definition 7 (the default of R and NumPy): linear between order
 * statistics. `values` may be in any order and are left as they are. Null for none.
 */
export function quantile(values: ArrayLike<number>, p: number): number | null {
  if (values.length === 0) return null;
  return quantileInPlace(Float64Array.from(values), p);
}

/** The same, putting `values` into another order: selects, and never sorts. At least one value. */
export function quantileInPlace(values: Float64Array, p: number): number {
  const position = (values.length - 1) * p;
  const below = Math.floor(position);
  const low = select(values, below);
  const share = position - below;
  if (share === 0) return low;
  // What stands after `below` is no smaller: the next order statistic is the least of it.
  let high = Number.POSITIVE_INFINITY;
  for (let i = below + 1; i < values.length; i++) if (values[i]! < high) high = values[i]!;
  return low + share * (high - low);
}

/** Hoare's selection: afterwards `values[k]` is the k-th smallest, nothing before it larger, nothing after it smaller. */
function select(values: Float64Array, k: number): number {
  let left = 0;
  let right = values.length - 1;
  while (left < right) {
    const pivot = middleOf(values[left]!, values[(left + right) >>> 1]!, values[right]!);
    let i = left;
    let j = right;
    while (i <= j) {
      while (values[i]! < pivot) i++;
      while (values[j]! > pivot) j--;
      if (i > j) break;
      const held = values[i]!;
      values[i] = values[j]!;
      values[j] = held;
      i++;
      j--;
    }
    if (k <= j) right = j;
    else if (k >= i) left = i;
    else break;
  }
  return values[k]!;
}

function middleOf(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
