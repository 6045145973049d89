import { type Cell, largestShare, leastContributors } from '../../delivery/index.ts';
import { firstPart, type Marks, severalPeople, type Whose } from './marks.ts';

/** What is cut into atoms. */
export interface Cutting {
  readonly marks: Pick<Marks<never>, 'persons' | 'marks'>;
  readonly eachPerson: Whose['eachPerson'];
  /** An atom has two parts that must suffice by themselves, or be empty. */
  readonly hasTwoParts: boolean;
  /** The bit of rows that a figure counts, a part like these; 0: it counts all of them. */
  readonly counted: number;
  /** Makes sure that a cell's rows have marks. */
  readonly follow: (cell: Cell) => void;
}

/**
 * Whether an atom and each of its parts have five people, none with more than half of it. `people`: above the number of
 * every person.
 */
export function sufficiency(
  { marks, eachPerson, hasTwoParts, counted, follow }: Cutting,
  people: number,
): (cells: readonly Cell[]) => boolean {
  const groups = [...(hasTwoParts ? ['first', 'second'] : []), ...(counted === 0 ? [] : ['counted'])].map(
    () => createCount(people),
  );
  const whole = createCount(people);
  const [first, second] = hasTwoParts ? [groups[0]!, groups[1]!] : [null, null];
  const third = counted === 0 ? null : groups.at(-1)!;
  const all = [...groups, whole];
  const addRow = (count: Count, row: number, person: number) => {
    count.rows += 1;
    if (person === severalPeople) eachPerson!(row, (one) => addPerson(count, one));
    else addPerson(count, person);
  };
  // An atom grows week by week: what was counted of the same list isn't counted again.
  let current: readonly Cell[] | null = null;
  let done = 0;
  return (cells) => {
    if (cells !== current) {
      for (const count of all) beginAnew(count);
      current = cells;
      done = 0;
    }
    for (; done < cells.length; done++) {
      follow(cells[done]!);
      const { rows } = cells[done]!;
      const [persons, own] = [marks.persons(), marks.marks()];
      for (let i = 0; i < rows.length; i++) {
        const row = rows[i]!;
        const person = persons[row]!;
        const mark = own[row]!;
        addRow(whole, row, person);
        if (first !== null) addRow((mark & firstPart) === 0 ? second! : first, row, person);
        if (third !== null && (mark & counted) !== 0) addRow(third, row, person);
      }
    }
    return isEnough(whole) && groups.every((part) => part.rows === 0 || isEnough(part));
  };
}

interface Count {
  readonly byPerson: Uint32Array;
  readonly seen: number[];
  rows: number;
  most: number;
}

function createCount(people: number): Count {
  return { byPerson: new Uint32Array(people), seen: [], rows: 0, most: 0 };
}

function addPerson(count: Count, person: number): void {
  if (person === 0) return;
  const own = ++count.byPerson[person]!;
  if (own === 1) count.seen.push(person);
  if (own > count.most) count.most = own;
}

function isEnough({ seen, most, rows }: Count): boolean {
  return seen.length >= leastContributors && most <= rows * largestShare;
}

function beginAnew(count: Count): void {
  for (const person of count.seen) count.byPerson[person] = 0;
  count.seen.length = 0;
  count.rows = 0;
  count.most = 0;
}
