import { describe, expect, it } from 'vitest';
import type { ChangeTimeline } from '../../api/types.ts';
import { flagTexts, type Instant, instantsOf, noCycleTime, noLeadTime } from './change-text.ts';

const at = '2026-03-02T09:00:00Z';
const open: ChangeTimeline = {
  ...{ definition: 'timeline/v1', change: 'github.com/acme/web#7', status: 'open' },
  t: { start: at, opened: at, firstReview: null, approved: null, merged: null, deployed: null, end: at },
  parts: {
    ...{ coding: 0, draft: 0, pickup: 60, review: 0, merge_wait: 0, deploy: 0, closed: 0, unreviewed: 0 },
  },
  ...{ total: 60, cycle_time: null, lead_time: null, state: 'not_applicable', clock: 'elapsed', flags: [] },
};
const closed: ChangeTimeline = { ...open, status: 'closed' };
const merged: ChangeTimeline = { ...open, status: 'merged', t: { ...open.t, merged: at }, cycle_time: 60 };

const wordOf = (timeline: ChangeTimeline, id: Instant) =>
  instantsOf(timeline).find((instant) => instant.id === id)?.word;

describe('what has not happened to a change', () => {
  it.each([
    [open, ['none yet', 'not yet', 'not yet', 'not yet']],
    [closed, ['none', 'none', 'none, it was closed', 'none, it was closed']],
    [merged, ['none', 'none', '', 'no deployments known']],
    [{ ...merged, state: 'pending' }, ['none', 'none', '', 'not in production yet']],
  ] as const)('is said in words that say whether it may still come (%#)', (timeline, said) => {
    const ids = ['firstReview', 'approved', 'merged', 'deployed'] as const;
    expect(ids.map((id) => wordOf(timeline, id))).toEqual(said);
  });

  it('is unknown only where the source does not tell', () => {
    const told: ChangeTimeline = { ...open, flags: ['reviews_unknown', 'commits_unknown'] };
    const ids = ['start', 'opened', 'firstReview', 'approved', 'merged'] as const;
    expect(ids.map((id) => wordOf(told, id))).toEqual(['unknown', '', 'unknown', 'unknown', 'not yet']);
    // Whatever an answer holds, nothing that its source can't tell is shown.
    const first = instantsOf({ ...told, t: { ...told.t, firstReview: at } })[2];
    expect(first).toEqual({ id: 'firstReview', at: null, word: 'unknown' });
  });

  it('leaves times of it out for the same reasons', () => {
    expect([open, closed, merged].map(noCycleTime)).toEqual(['not yet', 'none, it was closed', 'unknown']);
    expect([open, closed, merged].map(noLeadTime)).toEqual([
      'not yet',
      'none, it was closed',
      'no deployments known',
    ]);
    expect(noLeadTime({ ...merged, total: null, state: 'deployed' })).toBe('unknown');
  });
});

describe('flags', () => {
  it('read as words, and one that nobody knows stays readable', () => {
    expect(flagTexts(['skew', 'no_approval', 'brand_new'])).toEqual([
      'clocks that disagree',
      'no approval',
      'brand new',
    ]);
  });
});
