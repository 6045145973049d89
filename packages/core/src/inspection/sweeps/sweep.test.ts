import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sourceOf } from '../source.ts';
import { DIGIT, findRuns, findSolidRuns, HYPHEN, LOWER, SPACE } from './sweep.ts';

const text = fc
  .array(
    fc.oneof(
      fc.string({ unit: fc.constantFrom('1', '2', ' ', '-'), maxLength: 12 }),
      fc.constantFrom('a', '\u20ac', '\ud83d\ude00', '  ', '1'.repeat(9), '1 '.repeat(5)),
    ),
    { maxLength: 20 },
  )
  .map((pieces) => pieces.join(''));

const placesOf = (source: string, pattern: RegExp) =>
  [...source.matchAll(pattern)].map(({ 0: run, index }) => ({ start: index, end: index + run.length }));

describe('runs of characters', () => {
  it('with gaps are the ones that an expression finds', () => {
    const shape = { shortest: 5, kinds: DIGIT, gaps: SPACE + HYPHEN };
    fc.assert(
      fc.property(text, (source) => {
        expect(findRuns(sourceOf(source), shape)).toEqual(
          placesOf(source, /\d(?:[ -]?\d)*/g).filter(({ start, end }) => end - start >= 5),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('without gaps are the ones that an expression finds', () => {
    fc.assert(
      fc.property(text, (source) => {
        expect(findSolidRuns(sourceOf(source), 4, DIGIT + LOWER)).toEqual(placesOf(source, /[\da-z]{4,}/g));
      }),
      { numRuns: 500 },
    );
  });
});
