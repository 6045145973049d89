import { describe, expect, it } from 'vitest';
import { FairleadError } from '../errors/index.ts';
import { assertRuleset } from './assert-ruleset.ts';
import type { Detector, DetectorGroup } from './detector.ts';
import { draw, withChecksum } from './detectors/cases.ts';
import { detectorGroups } from './detectors/index.ts';
import { resolveOverlaps } from './resolve.ts';
import { compileRuleset } from './ruleset.ts';
import { scanText } from './scan.ts';
import { testHash } from './testing/index.ts';

const ruleset = compileRuleset(detectorGroups, testHash);
const all = ruleset.detectors.map(({ data }, number) => ({ id: data.id, data, number }));
const finds = (number: number, text: string): boolean =>
  scanText(ruleset, text).matches.some((match) => match.detector === number);

describe.each(all)('detector $id', ({ data, number }) => {
  it('finds its positive cases', () => {
    expect(data.positives.length).toBeGreaterThanOrEqual(2);
    expect(data.positives.filter((text) => !finds(number, text))).toEqual([]);
  });

  it('leaves its negative cases alone', () => {
    expect(data.negatives.length).toBeGreaterThanOrEqual(2);
    expect(data.negatives.filter((text) => finds(number, text))).toEqual([]);
  });

  it('finds its first positive case between lines of other text', () => {
    expect(finds(number, `see below\n${data.positives[0]}\n\nand so on`)).toBe(true);
  });
});

describe('the ruleset', () => {
  it('has at least 100 detectors of structured tokens, and some of every grade', () => {
    expect(all.filter(({ data }) => data.grade === 'A').length).toBeGreaterThanOrEqual(100);
    expect(new Set(all.map(({ data }) => data.grade))).toEqual(new Set(['A', 'B', 'C', 'D', null]));
    const countries = new Set(all.flatMap(({ id }) => /^national-id-(..)-/.exec(id)?.[1] ?? []));
    expect(countries.size).toBeGreaterThanOrEqual(8);
  });

  it('maps grades to data classes', () => {
    const classes = { A: 'secret', B: 'secret', C: 'credential-suspect', D: 'entropy' } as const;
    for (const { id, data } of all) {
      const expected = data.grade === null ? 'personal-mention' : classes[data.grade];
      expect(data.dataClass, id).toBe(expected);
    }
  });

  it('has an id that changes with any detector’s data and with nothing else', () => {
    expect(ruleset.id).toMatch(/^\d+\.\d+\.\d+@[0-9a-f]{64}$/);
    expect(compileRuleset(detectorGroups, testHash).id).toBe(ruleset.id);
    const [first, ...rest] = detectorGroups as [DetectorGroup, ...DetectorGroup[]];
    const [detector, ...others] = first.detectors as [Detector, ...Detector[]];
    const changed = { ...first, detectors: [{ ...detector, matcher: /sk-[a-z]{9}/y }, ...others] };
    expect(compileRuleset([changed, ...rest], testHash).id).not.toBe(ruleset.id);
  });
});

describe('assertRuleset', () => {
  const good: Detector = {
    id: 'good-one',
    grade: 'A',
    dataClass: 'secret',
    anchors: ['good_'],
    matcher: /good_[a-z]{4}/y,
    docs: 'https://example.com/',
    positives: ['good_abcd', 'x good_efgh'],
    negatives: ['good_ab', 'bad_abcd'],
  };
  const load = (...detectors: readonly Detector[]) =>
    assertRuleset([{ id: 'g', title: 'G', detectors }], testHash);

  it('takes what is in order', () => {
    expect(load(good).detectors.length).toBe(1);
    expect(assertRuleset(detectorGroups, testHash).id).toBe(ruleset.id);
  });

  it.each<[string, Partial<Detector>, RegExp]>([
    ['a short anchor', { anchors: ['go'] }, /anchor is too short/],
    ['no anchor', { anchors: [] }, /no anchor/],
    ['an unbounded quantifier', { matcher: /good_[a-z]+/y }, /unbounded/],
    ['an open range', { matcher: /good_[a-z]{4,}/y }, /unbounded/],
    ['a look behind', { matcher: /(?<=x)good_[a-z]{4}/y }, /looks behind/],
    ['a matcher that is neither sticky nor global', { matcher: /good_/ }, /sticky or global/],
    ['a global matcher without a window', { matcher: /good_[a-z]{4}/g }, /no window/],
    ['a window too wide', { matcher: /good_[a-z]{4}/g, window: { before: 999, after: 999 } }, /wider/],
    ['no way to match', { matcher: undefined }, /exactly one/],
    ['an unknown validator', { validators: ['nope' as never] }, /nope is unknown/],
    ['a missed positive', { positives: ['good_abcd', 'good_'] }, /misses its positive case 2/],
    ['a found negative', { negatives: ['good_abcd', 'x'] }, /finds its negative case 1/],
    ['too few cases', { positives: ['good_abcd'] }, /fewer than two positive/],
    ['no page', { docs: 'somewhere' }, /names no page/],
    ['a bad id', { id: 'Good' }, /kebab-case/],
  ])('stops at %s', (_name, change, message) => {
    const attempt = () => load({ ...good, ...change });
    expect(attempt).toThrow(FairleadError);
    expect(attempt).toThrow(message);
    expect(attempt).toThrow(expect.objectContaining({ code: 'inspection.ruleset-invalid' }));
  });

  it('stops at two detectors of one id', () => {
    expect(() => load(good, good)).toThrow(/id is taken/);
  });
});

describe('one stretch of text', () => {
  const idsOf = (text: string): string[] =>
    resolveOverlaps(ruleset, scanText(ruleset, text).matches).map(({ detector }) => all[detector]!.id);

  it('is read once: the better grade wins', () => {
    expect(idsOf(`APP=x\nGITHUB_TOKEN=ghp_${withChecksum(1)}\n`)).toEqual(['github-token']);
  });

  it('is found behind an escape as behind a space', () => {
    const token = `ghp_${withChecksum(2)}`;
    for (const before of ['\\n', '%3D', '\\x3d', '\\u003d', '"', '=', '(']) {
      expect(idsOf(`x${before}${token}`), before).toEqual(['github-token']);
    }
    expect(idsOf(`x${token}`)).not.toContain('github-token');
  });

  it('of a secret is not a mail address too', () => {
    expect(idsOf(`https://jane:${draw('base62', 12, 1)}@git.northwind.io/x`)).toEqual(['url-credentials']);
  });
});

describe('text made of anchors', () => {
  const size = 200 * 1024;
  const anchors = [...new Set(all.flatMap(({ data }) => data.anchors))];

  it.each(anchors)('%s over and over calls matchers a bounded number of times', (anchor) => {
    const text = anchor.repeat(Math.ceil(size / anchor.length));
    const { tries } = scanText(ruleset, text);
    // No anchor calls more than six detectors, each with its own bound.
    expect(tries).toBeLessThanOrEqual(6 * (2_048 + (text.length >> 6) + 1));
  });
});
