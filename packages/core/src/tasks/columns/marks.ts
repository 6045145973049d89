import type { Figure } from '../figure.ts';

/*
 * What cutting reads of rows: whose they are, and the parts of an atom that they belong to. It's asked of every row for
 * every tree, so that it lies together; tallying writes it.
 */

/** Whose a row is; 0 is nobody. */
export interface Whose {
  readonly personAt: (row: number) => number;
  /** Where a row is of several people `personAt` answers `severalPeople`; this tells their numbers. */
  readonly eachPerson?: (row: number, tell: (person: number) => void) => void;
}
export const severalPeople = 0xffffffff;

export interface Marks<Item> {
  readonly persons: () => Uint32Array;
  readonly marks: () => Uint8Array;
  /** The bit of the rows that a figure counts; 0: it counts all of them. */
  bitOf(figure: Figure<Item> | undefined): number;
  expect(rows: number): void;
  write(row: number, person: number, mark: number): void;
  add(row: number, bit: number): void;
}

/** The mark of rows that are of the first of two parts; others are of the second one. */
export const firstPart = 1;

/** `placeOf`: figures that count the same have one place. @throws RangeError for more figures than marks have bits */
export function createMarks<Item>(
  figures: readonly Figure<Item>[],
  placeOf: (figure: Figure<Item>) => number,
): Marks<Item> {
  const selective = figures.filter(({ eligible, known }) => eligible !== undefined || known !== undefined);
  if (selective.length > 7) throw new RangeError('marks have eight bits');
  let persons = new Uint32Array(0);
  let marks = new Uint8Array(0);
  const grow = (least: number) => {
    const size = Math.ceil(least * 1.05);
    const [ownPersons, ownMarks] = [new Uint32Array(size), new Uint8Array(size)];
    ownPersons.set(persons);
    ownMarks.set(marks);
    [persons, marks] = [ownPersons, ownMarks];
  };
  return {
    persons: () => persons,
    marks: () => marks,
    bitOf(figure) {
      const place = figure === undefined ? -1 : selective.indexOf(figures[placeOf(figure)]!);
      return place === -1 ? 0 : 2 << place;
    },
    expect(rows) {
      if (rows > persons.length) grow(rows);
    },
    write(row, person, mark) {
      if (row >= persons.length) grow(row + 1);
      persons[row] = person;
      marks[row] = mark;
    },
    add(row, bit) {
      marks[row]! |= bit;
    },
  };
}
