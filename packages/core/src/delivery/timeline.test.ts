import { describe, expect, it } from 'vitest';
import type { ChangeHistory, UnknownPart } from './facts.ts';
import { secondsOf } from './facts.ts';
import {
  agent,
  ann,
  at,
  bob,
  bot,
  change,
  commit,
  cyn,
  event,
  ghost,
  history,
  review,
} from './testing/histories.ts';
import { type Timeline, type TimelineOptions, timelineOf } from './timeline.ts';
import { workingClock } from './working-hours.ts';

/* Edge cases of a change's life, each with the partition worked out by hand. Figures are minutes. */

const now = secondsOf(at('28 00:00'))!;

function timeline(of: ChangeHistory, options: Partial<TimelineOptions> = {}): Timeline {
  return timelineOf(of, { now, ...options })!;
}

function partition(of: ChangeHistory, options: Partial<TimelineOptions> = {}) {
  const { parts, flags, total } = timeline(of, options);
  const minutes = Object.entries(parts).filter(([, seconds]) => seconds !== 0);
  expect(minutes.reduce((sum, [, seconds]) => sum + seconds, 0)).toBe(total);
  return { ...Object.fromEntries(minutes.map(([part, seconds]) => [part, seconds / 60])), flags };
}

const coded = [commit('01 08:00', 'ann')];

describe('a reviewed and merged change', () => {
  const of = history(
    change('01 10:00', '01 15:00'),
    [review('01 11:00', bob, 'commented'), review('01 13:00', bob, 'approved')],
    coded,
  );

  it('is coded, waits, is reviewed and waits to be merged', () => {
    expect(partition(of)).toEqual({ coding: 120, pickup: 60, review: 120, merge_wait: 120, flags: [] });
    expect(timeline(of)).toMatchObject({ status: 'merged', cycleTime: 7 * 3600, leadTime: null });
  });

  it('is deployed at the finish of its deployment', () => {
    const deployed = { kind: 'deployed', at: secondsOf(at('01 18:00'))! } as const;
    expect(partition(of, { deployed })).toMatchObject({ deploy: 180 });
    expect(timeline(of, { deployed })).toMatchObject({
      leadTime: 10 * 3600,
      cycleTime: 7 * 3600,
      state: 'deployed',
    });
  });

  it('is clamped when the deployment seems to end before the merge', () => {
    const deployed = { kind: 'deployed', at: secondsOf(at('01 14:00'))! } as const;
    expect(partition(of, { deployed })).toEqual({
      coding: 120,
      pickup: 60,
      review: 120,
      merge_wait: 120,
      flags: ['clamped'],
    });
  });

  it('waits for its deployment in no part', () => {
    expect(timeline(of, { deployed: { kind: 'pending' } })).toMatchObject({
      state: 'pending',
      leadTime: null,
    });
  });

  it('counts working hours only, where a calendar is given', () => {
    const day = [
      ['09:00', '12:00'],
      ['13:00', '17:00'],
    ] as const;
    const clock = workingClock({
      name: 'office',
      zone: 'UTC',
      week: [day, day, day, day, day, day, day],
      holidays: [],
    });
    expect(partition(of, { clock })).toEqual({
      coding: 60,
      pickup: 60,
      review: 60,
      merge_wait: 120,
      flags: [],
    });
    expect(timeline(of, { clock }).clock).toBe('office');
  });
});

describe('who reviews', () => {
  it('is no fault of a change whose source knows no reviews', () => {
    const flagsOf = (unknown: readonly UnknownPart[]) =>
      timeline(history(change('02 10:00', '02 18:00', { unknown }))).flags;
    expect(flagsOf([])).toEqual(['no_approval', 'no_commits', 'merged_without_human_review']);
    expect(flagsOf(['reviews', 'opened'])).toEqual(['no_commits', 'opened_unknown', 'reviews_unknown']);
    expect(flagsOf(['commits'])).toEqual(['no_approval', 'merged_without_human_review', 'commits_unknown']);
  });

  it.each([
    ['the author', review('01 11:00', ann, 'approved')],
    ['a bot', review('01 11:00', bot, 'approved')],
    ['a deleted account', review('01 11:00', ghost, 'approved')],
    ['a review that is pending', review('01 11:00', bob, 'pending')],
    ['a comment in the conversation', event('01 11:00', 'comment', bob)],
    ['a review after the merge', review('01 16:00', bob, 'approved')],
    ['a dismissal', event('01 11:00', 'dismissed', bob, { of: 'none' })],
    ['a request to a team', event('01 11:00', 'review_requested', ann)],
  ])('%s reviews nothing', (_, only) => {
    expect(partition(history(change('01 10:00', '01 15:00'), [only], coded))).toEqual({
      coding: 120,
      unreviewed: 300,
      flags: ['no_approval', 'merged_without_human_review'],
    });
  });

  it('an inline comment is a review, though not a submitted one', () => {
    const of = history(change('01 10:00', '01 15:00'), [event('01 11:00', 'inline_comment', bob)], coded);
    expect(partition(of)).toEqual({
      coding: 120,
      pickup: 60,
      review: 240,
      flags: ['no_approval', 'merged_without_human_review'],
    });
  });

  it('a co-author of the change no longer qualifies, from the first own commit on', () => {
    const commits = [...coded, commit('01 12:00', 'bob')];
    const before = [review('01 11:00', bob, 'commented'), review('01 13:00', bob, 'approved')];
    expect(partition(history(change('01 10:00', '01 15:00'), before, commits))).toEqual({
      coding: 120,
      pickup: 60,
      review: 240,
      flags: ['no_approval'],
    });
  });

  it.each([
    ['an accepted suggestion', { message: 'Apply suggestions from code review' }],
    ['an updated branch', { message: "Merge branch 'main' into topic" }],
    ['a merge', { parents: ['a', 'b'] }],
  ])('%s makes no author', (_, changes) => {
    const commits = [...coded, commit('01 10:30', 'bob', changes)];
    const of = history(change('01 10:00', '01 15:00'), [review('01 11:00', bob, 'approved')], commits);
    expect(partition(of)).toEqual({ coding: 120, pickup: 60, merge_wait: 240, flags: [] });
  });

  it('the human who drives an agent does not review its change; somebody else does', () => {
    const of = history(
      change('01 10:00', '01 15:00', { author: agent, drivers: ['Bob'] }),
      [review('01 11:00', bob, 'approved'), review('01 12:00', cyn, 'approved')],
      coded,
    );
    expect(partition(of)).toEqual({ coding: 120, pickup: 120, merge_wait: 180, flags: [] });
    const drivers = new Set(['cyn']);
    expect(partition(of, { drivers })).toMatchObject({ unreviewed: 300 });
  });

  it('a bot’s review has a latency of its own', () => {
    const of = history(change('01 10:00', '01 15:00'), [review('01 10:05', bot, 'commented')], coded);
    expect(timeline(of).botReviewLatency).toBe(300);
  });

  it('a deleted author leaves reviewers who they are', () => {
    const of = history(
      change('01 10:00', '01 15:00', { author: ghost }),
      [review('01 11:00', bob, 'approved')],
      coded,
    );
    expect(partition(of)).toEqual({ coding: 120, pickup: 60, merge_wait: 240, flags: [] });
  });
});

describe('approval', () => {
  const merged = (events: Parameters<typeof history>[1], options: Partial<TimelineOptions> = {}) =>
    partition(history(change('01 10:00', '01 15:00'), events, coded), options);

  it('ends by dismissal and begins anew', () => {
    const events = [
      review('01 11:00', bob, 'approved', 'first'),
      event('01 12:00', 'dismissed', ann, { of: 'first' }),
      review('01 14:00', bob, 'approved'),
    ];
    expect(merged(events)).toEqual({ coding: 120, pickup: 60, review: 180, merge_wait: 60, flags: [] });
  });

  it('ends when the same person asks for changes, not when somebody comments', () => {
    const events = [review('01 11:00', bob, 'approved'), review('01 12:00', cyn, 'commented')];
    expect(merged(events)).toMatchObject({ merge_wait: 240 });
    expect(merged([...events, review('01 13:00', bob, 'changes_requested')])).toEqual({
      coding: 120,
      pickup: 60,
      review: 240,
      flags: ['no_approval'],
    });
  });

  it('needs as many as the repository asks for', () => {
    const events = [review('01 11:00', bob, 'approved'), review('01 13:00', cyn, 'approved')];
    expect(merged(events, { requiredApprovals: 2 })).toMatchObject({
      pickup: 60,
      review: 120,
      merge_wait: 120,
    });
    expect(merged([events[0]!, review('01 13:00', bob, 'approved')], { requiredApprovals: 2 })).toMatchObject(
      {
        flags: ['no_approval'],
      },
    );
  });

  it('given in draft waits only once the change is ready', () => {
    const events = [review('01 11:00', bob, 'approved'), event('01 12:00', 'ready', ann)];
    expect(merged(events)).toEqual({
      coding: 120,
      draft: 120,
      merge_wait: 180,
      flags: ['reviewed_in_draft'],
    });
  });
});

describe('drafts', () => {
  it('begin with the change when the first toggle makes it ready', () => {
    const events = [event('01 11:00', 'ready', ann), review('01 12:00', bob, 'approved')];
    expect(partition(history(change('01 10:00', '01 15:00'), events, coded))).toEqual({
      coding: 120,
      draft: 60,
      pickup: 60,
      merge_wait: 180,
      flags: [],
    });
  });

  it('may come and go, repeated toggles changing nothing', () => {
    const events = [
      event('01 10:30', 'draft', ann),
      event('01 10:40', 'draft', ann),
      event('01 11:00', 'ready', ann),
      event('01 11:10', 'ready', ann),
      event('01 12:00', 'draft', ann),
      event('01 13:00', 'ready', ann),
    ];
    expect(partition(history(change('01 10:00', '01 15:00'), events, coded))).toEqual({
      coding: 120,
      draft: 90,
      unreviewed: 210,
      flags: ['no_approval', 'merged_without_human_review'],
    });
  });

  it('are what the host says when nothing was toggled', () => {
    const of = history(change('01 10:00', null, { isDraft: true }));
    expect(partition(of, { now: secondsOf(at('01 12:00'))! })).toEqual({ draft: 120, flags: ['no_commits'] });
    const ready = history(change('01 10:00', '01 15:00', { readyAt: at('01 13:00') }), [], coded);
    expect(partition(ready)).toMatchObject({ draft: 180, unreviewed: 120 });
  });

  it('may be merged', () => {
    const of = history(
      change('01 10:00', '01 15:00', { isDraft: true }),
      [review('01 11:00', bob, 'approved')],
      coded,
    );
    expect(partition(of)).toEqual({
      coding: 120,
      draft: 300,
      flags: ['reviewed_in_draft', 'merged_as_draft'],
    });
  });
});

describe('closing', () => {
  it('ends a change that is not merged', () => {
    const of = history(change('01 10:00', null), [event('01 12:00', 'closed', ann)], coded);
    expect(partition(of)).toEqual({ coding: 120, unreviewed: 120, flags: [] });
    expect(timeline(of)).toMatchObject({
      status: 'closed',
      cycleTime: null,
      leadTime: null,
      state: 'not_applicable',
    });
  });

  it('is taken from the host where no event tells it', () => {
    const of = history(change('01 10:00', null, { closedAt: at('01 12:00') }), [], coded);
    expect(timeline(of)).toMatchObject({ status: 'closed', total: 4 * 3600 });
  });

  it('and reopening stand apart and leave cycle time', () => {
    const events = [
      event('01 11:00', 'closed', ann),
      event('01 13:00', 'reopened', ann),
      review('01 14:00', bob, 'approved'),
      event('01 15:00', 'merged', bob),
      event('01 15:00', 'closed', bob),
    ];
    const of = history(change('01 10:00', '01 15:00', { closedAt: at('01 15:00') }), events, coded);
    expect(partition(of)).toEqual({ coding: 120, pickup: 120, closed: 120, merge_wait: 60, flags: [] });
    expect(timeline(of).cycleTime).toBe(5 * 3600);
  });
});

describe('coding', () => {
  it('begins at the first commit, wherever it came in the branch', () => {
    const commits = [commit('01 09:00', 'ann'), commit('01 06:00', 'ann'), commit('01 12:00', 'ann')];
    expect(partition(history(change('01 10:00', '01 15:00'), [], commits))).toMatchObject({ coding: 240 });
  });

  it('is nothing when all was authored after opening, and unknown without commits', () => {
    expect(timeline(history(change('01 10:00', '01 15:00'), [], [commit('01 11:00', 'ann')]))).toMatchObject({
      parts: { coding: 0 },
      flags: ['no_approval', 'merged_without_human_review'],
    });
    expect(timeline(history(change('01 10:00', '01 15:00'))).flags).toContain('no_commits');
  });

  it('is at most 90 days', () => {
    const old = { ...commit('01 10:00', 'ann'), authoredAt: '2025-01-01T00:00:00Z' };
    const { parts, flags } = timeline(history(change('01 10:00', '01 15:00'), [], [old]));
    expect(parts.coding).toBe(90 * 86_400);
    expect(flags).toContain('clamped');
  });
});

describe('time that can’t be', () => {
  it('a merge before the opening is at the opening, and flagged', () => {
    expect(partition(history(change('02 10:00', '01 15:00'), [], coded))).toMatchObject({
      coding: 26 * 60,
      flags: expect.arrayContaining(['skew']),
    });
  });

  it('a review before the opening is at the opening, and flagged', () => {
    const of = history(change('01 10:00', '01 15:00'), [review('01 09:00', bob, 'approved')], coded);
    expect(partition(of)).toEqual({ coding: 120, merge_wait: 300, flags: ['skew'] });
  });

  it('an unreadable opening has no timeline', () => {
    expect(timelineOf(history(change('01 10:00', null, { openedAt: 'soon' })), { now })).toBeNull();
  });
});

describe('an open change', () => {
  it('reaches until now and is in pickup', () => {
    const of = history(change('01 10:00', null), [], coded);
    const open = timeline(of, { now: secondsOf(at('01 12:00'))! });
    expect(open).toMatchObject({ status: 'open', total: 4 * 3600, cycleTime: null, parts: { pickup: 7200 } });
  });
});
