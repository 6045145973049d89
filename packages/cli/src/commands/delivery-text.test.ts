import type { OutputOf } from '@fairlead/core/outputs';
import { describe, expect, it } from 'vitest';
import { timelineText } from './delivery-text.ts';

const timeline = {
  ...{ definition: 'timeline/v1', change: 'git.example.com/a/b#3', status: 'merged', clock: 'elapsed' },
  t: { start: null, opened: null, merged: '2026-03-02T13:00:00Z', end: '2026-03-02T13:00:00Z' },
  parts: { coding: null, pickup: null, unreviewed: null, deploy: 0, closed: 60 },
  ...{ total: null, cycle_time: null, lead_time: null, state: 'not_applicable' },
  flags: ['opened_unknown', 'reviews_unknown', 'commits_unknown'],
} as unknown as OutputOf<'delivery-timeline'>;

describe('a timeline in words', () => {
  it('calls unknown what its source doesn’t know', () => {
    expect(
      timelineText(timeline)
        .split('\n')
        .map((line) => line.replaceAll(/ +/g, ' ')),
    ).toEqual([
      'git.example.com/a/b#3, merged (timeline/v1, elapsed time)',
      ' merged 2026-03-02T13:00:00Z',
      ' end 2026-03-02T13:00:00Z',
      '',
      ' coding unknown',
      ' pickup unknown',
      ' unreviewed unknown',
      ' closed 1 min',
      ' total unknown',
      '',
      ' cycle time unknown',
      ' lead time unknown: no deployment of the repository is known',
      ' flags opened_unknown, reviews_unknown, commits_unknown',
      expect.stringContaining('Unknown is what the source of this change doesn’t know'),
      '',
    ]);
  });

  it('says nothing of the kind where all is known, and names another clock by its name', () => {
    const text = timelineText({
      ...{ ...timeline, total: 60, cycle_time: 60, flags: [], clock: 'working time of no team (UTC)' },
      parts: { coding: 0, pickup: 0, unreviewed: 0, deploy: 0, closed: 60 } as never,
    });
    expect(text).toContain('(timeline/v1, working time of no team (UTC))\n');
    expect(text).not.toContain('Unknown is');
  });

  it('of a change that wasn’t merged says that, and not unknown', () => {
    const text = timelineText({ ...timeline, status: 'closed', flags: [] });
    expect(text).toMatch(/cycle time +not merged\n +lead time +not merged\n/);
  });
});
