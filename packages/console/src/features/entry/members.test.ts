import { describe, expect, it } from 'vitest';
import { coverageOf, detailsOf, findingsOf } from './members.ts';

describe('the members of a stored entry', () => {
  it('tell what was inspected and what was not', () => {
    const coverage = {
      inspected: ['keys', 'chat'],
      skipped: [{ what: 'output', why: 'not inspected' }],
      ruleset: 'r',
    };
    expect(coverageOf({ coverage })).toEqual(coverage);
    // A refused call has no output.
    expect(coverageOf({ coverage, decision: 'deny' })).toEqual({ ...coverage, skipped: [] });
    expect(coverageOf({ coverage, decision: 'allow' })).toEqual(coverage);
  });

  it('tell what was found, without a value', () => {
    const finding = { detector: 'd', class: 'secret', grade: 'A', kind: 'message', count: 2, digest: 'ab' };
    expect(findingsOf({ findings: [finding] })).toEqual([
      { key: '0', detector: 'd', dataClass: 'secret', grade: 'A', kind: 'message', count: 2 },
    ]);
  });

  it('tell the details of an administrative entry', () => {
    expect(detailsOf({ details: { by: 'operator', n: 4, list: ['a', 'b'], odd: { x: 1 } } })).toEqual([
      ['by', 'operator'],
      ['n', '4'],
      ['list', ['a', 'b']],
      ['odd', '{"x":1}'],
    ]);
  });

  it.each([
    {},
    { coverage: null, findings: null, details: null },
    { coverage: 7, findings: 'x', details: 'y' },
  ])('of %j are nothing rather than a failure', (entry) => {
    expect([coverageOf(entry), findingsOf(entry), detailsOf(entry)]).toEqual([null, [], []]);
  });

  it('that are not formed as expected are left out one by one', () => {
    expect(coverageOf({ coverage: { inspected: 'all', skipped: [null] } })).toEqual({
      inspected: [],
      skipped: [{ what: '', why: '' }],
      ruleset: null,
    });
  });
});
