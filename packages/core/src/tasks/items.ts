/** What figures go through; a list is one. Columns show the same item over and over, moved: none may be kept. */
export interface Items<Item> {
  readonly length: number;
  forEach(visit: (item: Item) => void): void;
  filter(keep: (item: Item) => boolean): Items<Item>;
}

/** Several as one. */
export function united<Item>(parts: readonly Items<Item>[]): Items<Item> {
  return {
    length: parts.reduce((sum, { length }) => sum + length, 0),
    forEach(visit) {
      for (const part of parts) part.forEach(visit);
    },
    filter: (keep) => united(parts.map((part) => part.filter(keep))),
  };
}

/** Sums that don't depend on the order: whole numbers add up exactly, and parts of one are added by size. */
export interface Sum {
  add(value: number): void;
  value(): number;
}

export function createSum(): Sum {
  let whole = 0;
  const parts: number[] = [];
  return {
    add(value) {
      if (Number.isInteger(value)) whole += value;
      else parts.push(value);
    },
    value: () => whole + sumOf(parts),
  };
}

/** The same for a list. */
export function sumOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b).reduce((sum, value) => sum + value, 0);
}

/** A number below 2³² that a text always gives (FNV-1a): an order of ids that numbers can keep. Not a secure hash. */
export function orderOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
