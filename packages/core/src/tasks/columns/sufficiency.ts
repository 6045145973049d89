import { type Cell, largestShare, leastContributors } from '../../delivery/index.ts';

/** What is cut into atoms, row by row. */
export interface Cuttable {
  /** The number of a row's person; 0 is nobody. */
  readonly personAt: (row: number) => number;
  /** Where a row is of several people, tells their numbers instead. */
  readonly eachPerson?: (row: number, tell: (person: number) => void) => void;
  /** Parts of an atom that must suffice by themselves, or be empty: which of these, as bits, it belongs to. */
  readonly partsOf: (row: number) => number;
  readonly parts: number;
}

/**
 * Whether an atom and each of its parts have five people, none with more than half of it. `people`: above the number of
 * every person.
 */
export function sufficiency(
  { personAt, eachPerson, partsOf, parts }: Cuttable,
  people: number,
): (cells: readonly Cell[]) => boolean {
  // The whole is one part more.
  const width = parts + 1;
  const whole = 1 << parts;
  const counts = new Uint32Array(people * width);
  const [distinct, most, sizes] = [new Uint32Array(width), new Uint32Array(width), new Uint32Array(width)];
  const seen: number[] = [];
  let bits = 0;
  const tell = (person: number) => {
    if (person === 0) return;
    const begin = person * width;
    // Everything is of the whole.
    if (counts[begin + parts] === 0) seen.push(person);
    for (let part = 0; part < width; part++) {
      if ((bits & (1 << part)) === 0) continue;
      const count = ++counts[begin + part]!;
      if (count === 1) distinct[part]!++;
      if (count > most[part]!) most[part] = count;
    }
  };
  const beginAnew = () => {
    for (const person of seen) counts.fill(0, person * width, (person + 1) * width);
    seen.length = 0;
    for (const one of [distinct, most, sizes]) one.fill(0);
  };
  // An atom grows week by week: what was counted of the same list isn't counted again.
  let current: readonly Cell[] | null = null;
  let counted = 0;
  return (cells) => {
    if (cells !== current) {
      beginAnew();
      current = cells;
      counted = 0;
    }
    for (; counted < cells.length; counted++) {
      const { rows } = cells[counted]!;
      for (let i = 0; i < rows.length; i++) {
        const row = rows[i]!;
        bits = partsOf(row) | whole;
        for (let part = 0; part < width; part++) if ((bits & (1 << part)) !== 0) sizes[part]!++;
        if (eachPerson === undefined) tell(personAt(row));
        else eachPerson(row, tell);
      }
    }
    for (let part = 0; part < width; part++) {
      const isEmpty = part < parts && sizes[part] === 0;
      const hasEnough = distinct[part]! >= leastContributors && most[part]! <= sizes[part]! * largestShare;
      if (!isEmpty && !hasEnough) return false;
    }
    return true;
  };
}
