import type { PartSums } from '../partition.ts';
import { type Part, parts } from '../timeline.ts';
import type { ColumnAtom } from './atoms.ts';
import { forEachPart } from './chunk.ts';
import { type ChangeColumns, chunkShift, slotMask } from './columns.ts';
import { peopleCounter } from './people.ts';

/** The parts in some atoms, added up; atoms where they're known of too few people count for nothing. */
export function columnParts(columns: ChangeColumns): (atoms: readonly ColumnAtom[]) => PartSums {
  const people = peopleCounter(columns);
  const own = new Float64Array(parts.length);
  const addPart = (part: number, seconds: number) => {
    own[part]! += seconds;
  };
  /** Of an atom, into `own`; how many changes it were. */
  const addUp = ({ cells }: ColumnAtom): number => {
    own.fill(0);
    let known = 0;
    for (const { rows } of cells) {
      for (let i = 0; i < rows.length; i++) {
        const row = rows[i]!;
        if (!forEachPart(columns.chunks[row >>> chunkShift]!, row & slotMask, addPart)) continue;
        people.add(row);
        known++;
      }
    }
    return people.suffice(known) ? known : 0;
  };
  return (atoms) => {
    const sums = parts.map(() => 0);
    let [known, all] = [0, 0];
    for (const atom of atoms) {
      for (const { rows } of atom.cells) all += rows.length;
      const counted = addUp(atom);
      known += counted;
      if (counted > 0) for (let i = 0; i < sums.length; i++) sums[i]! += own[i]!;
    }
    const named = Object.fromEntries(parts.map((part, i) => [part, sums[i]]));
    return { parts: named as { [P in Part]: number }, known, all };
  };
}
