import { describe, expect, it } from 'vitest';
import { patternMatcher, textMatcher } from './pattern.ts';

describe('literals and wildcards', () => {
  it.each<[(string | null)[], string, boolean]>([
    [[], '', true],
    [[], 'a', false],
    [[null], '', true],
    [['a', null], 'a', true],
    [[null, 'a'], 'ba', true],
    [['ab', null, 'ba'], 'aba', false],
    [['ab', null, 'ba'], 'abba', true],
    [[null, 'a', null, 'a', null], 'a', false],
    [['a', 'b'], 'ab', true],
    [['*'], 'x', false],
    [[null, null, '😀'], 'x😀', true],
  ])('%j on %j is %s', (pattern, text, matches) => {
    expect(textMatcher(pattern)(text)).toBe(matches);
  });
});

describe('a pattern as it is written', () => {
  it.each([
    ['live', 'live', true],
    ['live', 'live-eu', false],
    ['live-*', 'live-eu', true],
    ['live-*', 'live-', true],
    ['live-*', 'Live-eu', false],
    ['*', '', true],
    ['*-prod-*', 'eu-prod-1', true],
    ['*-prod-*', 'eu-prod', false],
    ['prod(1).*', 'prod(1).x', true],
    ['prod(1).*', 'prod1xx', false],
    ['a\\*b', 'a*b', true],
    ['a\\*b', 'axb', false],
    ['a\\b*', 'a\\bc', true],
  ])('%j on %j is %s', (pattern, text, matches) => {
    expect(patternMatcher(pattern)(text)).toBe(matches);
  });
});
