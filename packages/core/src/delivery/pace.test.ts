import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coverageOfPace, estimatePace } from './pace.ts';

/** An atom of a repository with the same changes every week. */
const atomOf = (repository: string, from: number, to: number, changes: number) => ({
  ...{ team: 'web', repository, from, to },
  weeks: Array.from({ length: to - from }, (_, i) => ({ week: from + i, changes })),
});
const windowOf = (from: number, weeks: number) => ({ from, weeks, seed: 's' });

describe('the pace of steady repositories', () => {
  /** Lengths of atoms that follow one another, of some repositories; changes a week of each. */
  const repositories = fc.array(
    fc.record({
      lengths: fc.array(fc.integer({ min: 1, max: 13 }), { minLength: 8, maxLength: 12 }),
      changes: fc.integer({ min: 1, max: 40 }),
    }),
    { minLength: 1, maxLength: 6 },
  );

  it('is what they do, however long the window is and wherever it cuts their atoms', () => {
    fc.assert(
      fc.property(repositories, fc.nat(3), fc.integer({ min: 1, max: 5 }), (input, from, weeks) => {
        const atoms = input.flatMap(({ lengths, changes }, i) => {
          let at = 0;
          return lengths.map((length) => {
            at += length;
            return atomOf(`r${i}`, at - length, at, changes);
          });
        });
        const { value } = estimatePace(
          atoms.filter((atom) => atom.from < from + weeks && atom.to > from),
          ['web'],
          windowOf(from, weeks),
        );
        expect(value).toBeCloseTo(
          input.reduce((sum, { changes }) => sum + changes, 0),
          6,
        );
      }),
    );
  });
});

describe('a pace', () => {
  const weeks = Array.from({ length: 14 }, (_, week) => ({ week, changes: week === 3 ? 30 : 0 }));
  const atom = { team: 'web', repository: 'r', from: 0, to: 14, weeks };

  it('has an interval over weeks that holds it and is never below nothing', () => {
    const { value, lo, hi, method } = estimatePace([atom], ['web'], windowOf(0, 14));
    expect(value).toBeCloseTo(30 / 14, 9);
    expect([lo, method]).toEqual([0, 'weeks: t(13) over clusters']);
    expect(hi).toBeGreaterThan(value!);
  });

  it('of a part of an atom says nothing of that part', () => {
    for (const from of [0, 3, 9]) {
      expect(estimatePace([atom], ['web'], windowOf(from, 2)).value).toBeCloseTo(30 / 14, 9);
    }
  });

  it('tells in tenths how much of all changes it holds', () => {
    expect(coverageOfPace(10, 4, 40)).toBe(1);
    expect(coverageOfPace(10, 4, 47)).toBe(0.9);
    expect(coverageOfPace(10, 4, 38)).toBe(1);
    expect(coverageOfPace(0, 4, 0)).toBe(1);
  });
});
