import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Automaton, buildAutomaton, START, scanAnchors, stateAfter } from './automaton.ts';

type Hit = readonly [anchor: number, end: number];

function hitsOf(automaton: Automaton, text: string): Hit[] {
  const hits: Hit[] = [];
  scanAnchors(automaton, text, (anchor, end) => hits.push([anchor, end]));
  return hits;
}

/** All occurrences, found the slow way. */
function naive(anchors: readonly string[], text: string): Hit[] {
  const hits: Hit[] = [];
  const lower = text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  for (let end = 1; end <= text.length; end += 1) {
    anchors.forEach((anchor, number) => {
      if (lower.slice(0, end).endsWith(anchor.toLowerCase())) hits.push([number, end]);
    });
  }
  return hits;
}

const sorted = (hits: readonly Hit[]): Hit[] => [...hits].sort((a, b) => a[1] - b[1] || a[0] - b[0]);

describe('the automaton', () => {
  it('finds anchors inside one another and without regard to ASCII case', () => {
    const automaton = buildAutomaton(['he', 'she', 'his', 'hers']);
    expect(sorted(hitsOf(automaton, 'uSHErs'))).toEqual([
      [0, 4],
      [1, 4],
      [3, 6],
    ]);
  });

  it('finds anchors of other scripts, and minds their case', () => {
    const automaton = buildAutomaton(['\u8eab\u4efd\u8bc1', 'f\u00f8dsel']);
    expect(
      hitsOf(automaton, 'x \u8eab\u4efd\u8bc1 F\u00d8DSEL f\u00f8dsel').map(([anchor]) => anchor),
    ).toEqual([0, 1]);
  });

  it('finds what a search by hand finds', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'B', 'c', '-'), minLength: 1, maxLength: 4 });
    const text = fc.string({ unit: fc.constantFrom('a', 'A', 'b', 'c', '-', '\u20ac'), maxLength: 60 });
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 8 }), text, (anchors, haystack) => {
        expect(sorted(hitsOf(buildAutomaton(anchors), haystack))).toEqual(sorted(naive(anchors, haystack)));
      }),
    );
  });

  it('goes on where it left off, wherever the text is cut', () => {
    const automaton = buildAutomaton(['secret', 'ret', 'token']);
    const text = 'a secret token, a secrettoken';
    const whole = hitsOf(automaton, text);
    expect(whole.length).toBe(6);
    for (let cut = 0; cut <= text.length; cut += 1) {
      const hits: Hit[] = [];
      const state = scanAnchors(
        automaton,
        text.slice(0, cut),
        (anchor, end) => hits.push([anchor, end]),
        START,
      );
      scanAnchors(automaton, text.slice(cut), (anchor, end) => hits.push([anchor, end + cut]), state);
      expect(hits).toEqual(whole);
    }
  });

  it('knows the state after a text from its end', () => {
    const automaton = buildAutomaton(['secret', 'ret', 'token']);
    for (const text of ['', 'a', 'sec', 'a secr', 'a secret', 'secret tok', 'SECRETO', 'x'.repeat(40)]) {
      expect(stateAfter(automaton, text)).toBe(scanAnchors(automaton, text, () => undefined));
    }
  });

  it('refuses an empty anchor', () => {
    expect(() => buildAutomaton(['a', ''])).toThrow(RangeError);
  });
});
