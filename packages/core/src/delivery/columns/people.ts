import { largestShare, leastContributors } from '../atoms.ts';
import { type ChangeColumns, chunkShift, slotMask } from './columns.ts';

/** Counts the people behind rows that are added one by one. */
export interface PeopleCounter {
  add(row: number): void;
  /** Whether those who were added suffice for so many rows, as `suffices` tells it; then it begins anew. */
  suffice(rows: number): boolean;
}

export function peopleCounter(columns: ChangeColumns): PeopleCounter {
  let counts = new Uint32Array(0);
  let seen: number[] = [];
  let most = 0;
  return {
    add(row) {
      const contributor = columns.chunks[row >>> chunkShift]!.contributor[row & slotMask]!;
      if (contributor === 0) return;
      if (contributor >= counts.length) {
        const larger = new Uint32Array(columns.contributors.length * 2);
        larger.set(counts);
        counts = larger;
      }
      const count = ++counts[contributor]!;
      if (count === 1) seen.push(contributor);
      if (count > most) most = count;
    },
    suffice(rows) {
      const isEnough = seen.length >= leastContributors && most <= rows * largestShare;
      for (const contributor of seen) counts[contributor] = 0;
      seen = [];
      most = 0;
      return isEnough;
    },
  };
}
