import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findAnchors, indexAnchors } from './anchors.ts';
import { detectorGroups } from './detectors/index.ts';
import { sourceOf, unitsBefore } from './source.ts';

type Hit = readonly [anchor: string, start: number, isWhole: boolean];

const FIRST = 4;

function hitsOf(anchors: readonly string[], text: string): Hit[] {
  const index = indexAnchors(
    anchors.map((anchor) => ({ text: anchor, value: anchor })),
    FIRST,
  );
  const source = sourceOf(text);
  const offsetOf = unitsBefore(source);
  const hits: Hit[] = [];
  findAnchors(index, source, (anchor, start, _firstUnits, isWhole) => {
    hits.push([anchor, offsetOf(start), isWhole]);
  });
  return hits;
}

/** All places where an anchor stands, or begins and goes on as far as the text does, found the slow way. */
function naive(anchors: readonly string[], text: string): Hit[] {
  const lower = text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  const hits: Hit[] = [];
  for (let start = 0; start < text.length; start += 1) {
    for (const anchor of anchors) {
      const rest = lower.slice(start, start + anchor.length);
      if (rest === anchor) hits.push([anchor, start, true]);
      else if (rest.length >= FIRST && anchor.startsWith(rest)) hits.push([anchor, start, false]);
    }
  }
  return hits;
}

const byPlace = (hits: readonly Hit[]): Hit[] =>
  [...hits].sort((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1));

describe('anchors', () => {
  it('are found at even and odd offsets, inside one another, without regard to ASCII case', () => {
    expect(hitsOf(['abc', 'bcd', 'abcd'], 'ABCD xabcdx')).toEqual([
      ['abc', 0, true],
      ['abcd', 0, true],
      ['bcd', 1, true],
      ['abc', 6, true],
      ['abcd', 6, true],
      ['bcd', 7, true],
    ]);
  });

  it('of other scripts are found at their place in the text, and their case is minded', () => {
    expect(
      hitsOf(['\u8eab\u4efd\u8bc1', 'f\u00f8dsel'], '\u8eab\u4efd\u8bc1 \ud83d\ude00F\u00f8DSEL F\u00d8DSEL'),
    ).toEqual([
      ['\u8eab\u4efd\u8bc1', 0, true],
      ['f\u00f8dsel', 6, true],
    ]);
  });

  it('that the text ends within are reported from their fourth character on', () => {
    expect(hitsOf(['password'], 'pas')).toEqual([]);
    expect(hitsOf(['password'], 'pass')).toEqual([['password', 0, false]]);
    expect(hitsOf(['password'], 'passwo')).toEqual([['password', 0, false]]);
    expect(hitsOf(['password'], 'passwox')).toEqual([]);
  });

  it('are those that a search by hand finds', () => {
    const unit = fc.constantFrom('a', 'b', 'c', '-', '\u20ac');
    const word = fc.string({ unit, minLength: 3, maxLength: 6 });
    const text = fc.string({
      unit: fc.constantFrom('a', 'A', 'b', 'c', 'C', '-', '\u20ac', '\u00e9', '\0', '\ud83d\ude00'),
      maxLength: 60,
    });
    fc.assert(
      fc.property(fc.uniqueArray(word, { minLength: 1, maxLength: 12 }), text, (anchors, haystack) => {
        expect(byPlace(hitsOf(anchors, haystack))).toEqual(byPlace(naive(anchors, haystack)));
      }),
    );
  });

  it('of all detectors are found in any text, short and long', () => {
    const anchors = [
      ...new Set(
        detectorGroups.flatMap(({ detectors }) =>
          detectors.flatMap(({ anchors: own }) => own.map((anchor) => anchor.toLowerCase())),
        ),
      ),
    ];
    const piece = fc.oneof(
      fc.constantFrom(...anchors),
      fc.constantFrom(...anchors).map((anchor) => anchor.toUpperCase().slice(0, -1)),
      fc.string({ maxLength: 4 }),
      fc.constant('const value = read(path);\n'.repeat(400)),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const text = pieces.join('');
        expect(byPlace(hitsOf(anchors, text))).toEqual(byPlace(naive(anchors, text)));
      }),
      { numRuns: 30 },
    );
  });

  it('must be long enough to be told apart', () => {
    expect(() => indexAnchors([{ text: 'ab', value: 0 }], FIRST)).toThrow(RangeError);
  });
});
