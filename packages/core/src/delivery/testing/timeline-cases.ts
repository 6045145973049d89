import type { ChangeHistory, Commit, Deployment } from '../facts.ts';
import type { Part, TimelineFlag } from '../timeline.ts';
import { type DeliveryClock, workingClock } from '../working-hours.ts';
import { agent, ann, at, bob, bot, change, commit, cyn, event, ghost, history, review } from './histories.ts';

/*
 * Each edge case of a change's life that the definition names, with its partition worked out by hand, in minutes. Unless a
 * case says otherwise: first commit at 8:00, opened at 10:00, commented at 11:00, approved at 13:00, merged at 15:00.
 */

export interface TimelineCase {
  readonly name: string;
  readonly of: ChangeHistory;
  /** Of the change's repository and others; what brought the change is found by its merge commit. */
  readonly deployments?: readonly Deployment[];
  readonly clock?: DeliveryClock;
  /** Those that aren't 0. */
  readonly parts: { readonly [P in Part]?: number };
  readonly flags?: readonly TimelineFlag[];
  readonly state?: 'deployed' | 'pending' | 'not_applicable';
}

const usual = { coding: 120, pickup: 60, review: 120, merge_wait: 120 } as const;
const unseen = { coding: 120, unreviewed: 300 } as const;
const unseenFlags = ['no_approval', 'merged_without_human_review'] as const;
const coded = [commit('01 08:00', 'ann')];
const merged = (changes: Parameters<typeof change>[2] = {}) => change('01 10:00', '01 15:00', changes);
const commented = review('01 11:00', bob, 'commented');
const approved = review('01 13:00', bob, 'approved');
const reviews = [commented, approved];

const deployment = (id: string, finished: string, changes: Partial<Deployment> = {}): Deployment => ({
  ...{ type: 'deployment', id, repository: 'git.example.com/shop/web', service: 'web' },
  ...{ environment: 'production', result: 'success', startedAt: at(finished), finishedAt: at(finished) },
  ...{ commit: 'merge1', ...changes },
});

/** A time as `01 05:07`: so many minutes after an hour. */
const minuteOf = (hour: number, minute: number) =>
  `01 ${String(hour + Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

const people: readonly TimelineCase[] = [
  // A deleted author takes nothing from who reviews.
  { name: 'ghost author', of: history(merged({ author: ghost }), reviews, coded), parts: usual },
  {
    // Bob drives, so that his reviews at 11:00 and 13:00 are the author's own; Cyn comes at 14:00.
    name: 'bot author with a human driver',
    of: history(
      merged({ author: agent, drivers: ['bob'] }),
      [...reviews, review('01 14:00', cyn, 'approved')],
      coded,
    ),
    parts: { coding: 120, pickup: 240, merge_wait: 60 },
  },
  {
    // From his commit at 12:00 on Bob is an author: the comment before it counts, the approval after it doesn't.
    name: 'co-authors',
    of: history(merged(), reviews, [...coded, commit('01 12:00', 'bob')]),
    parts: { coding: 120, pickup: 60, review: 240 },
    flags: ['no_approval'],
  },
  {
    name: 'self-merge',
    of: history(merged(), [...reviews, event('01 15:00', 'merged', ann)], coded),
    parts: usual,
  },
  {
    name: 'self-merge',
    of: history(merged(), [review('01 11:00', ann, 'approved'), event('01 15:00', 'merged', ann)], coded),
    parts: unseen,
    flags: unseenFlags,
  },
  {
    // Approved at 12:00, dismissed at 12:30, approved again at 13:00.
    name: 'dismissed review',
    of: history(
      merged(),
      [
        commented,
        review('01 12:00', bob, 'approved', 'gone'),
        event('01 12:30', 'dismissed', ann, { of: 'gone' }),
        approved,
      ],
      coded,
    ),
    parts: usual,
  },
  {
    name: 'pending review',
    of: history(merged(), [review('01 10:30', bob, 'pending'), ...reviews], coded),
    parts: usual,
  },
  {
    name: 'team review request',
    of: history(merged(), [event('01 10:05', 'review_requested', ann), ...reviews], coded),
    parts: usual,
  },
  {
    // Bob brings the branch up to date, and commits what he suggested: he's no author.
    name: 'update-branch and accepted suggestions',
    of: history(merged(), reviews, [
      ...coded,
      commit('01 11:30', 'bob', { message: "Merge branch 'main' into topic", parents: ['a', 'b'] }),
      commit('01 11:40', 'bob', { message: 'Apply suggestions from code review' }),
    ]),
    parts: usual,
  },
];

const lives: readonly TimelineCase[] = [
  {
    // The commit of 6:00 is on the branch no more, and the work began with it. The approval stands: nothing dismissed it.
    name: 'force-push',
    of: history(
      merged(),
      [...reviews, event('01 14:00', 'head_ref_force_pushed', ann)],
      [commit('01 06:00', 'ann'), commit('01 14:00', 'ann')],
    ),
    parts: { ...usual, coding: 240 },
  },
  {
    // Draft from 10:15 to 10:30 and from 11:30 to 12:30; the comment of 11:00 ends pickup, the approval of 13:00 review.
    name: 'draft↔ready repeatedly',
    of: history(
      merged(),
      [
        event('01 10:15', 'draft', ann),
        event('01 10:30', 'ready', ann),
        event('01 10:40', 'ready', ann),
        event('01 11:30', 'draft', ann),
        event('01 12:30', 'ready', ann),
        ...reviews,
      ],
      coded,
    ),
    parts: { coding: 120, draft: 75, pickup: 45, review: 60, merge_wait: 120 },
  },
  {
    // Approved at 11:00 in draft, ready at 12:00: nobody had to wait for a review.
    name: 'approved in draft',
    of: history(merged(), [review('01 11:00', bob, 'approved'), event('01 12:00', 'ready', ann)], coded),
    parts: { coding: 120, draft: 120, merge_wait: 180 },
    flags: ['reviewed_in_draft'],
  },
  {
    name: 'reopened',
    of: history(
      merged(),
      [event('01 11:30', 'closed', ann), event('01 12:30', 'reopened', ann), ...reviews],
      coded,
    ),
    parts: { coding: 120, pickup: 60, review: 60, closed: 60, merge_wait: 120 },
  },
  {
    name: 'review after merge',
    of: history(merged(), [review('01 16:00', bob, 'approved')], coded),
    parts: unseen,
    flags: unseenFlags,
  },
  {
    // The queue takes it at 13:10, drops it, takes it again and merges it: all of it waits to be merged.
    name: 'merge queue',
    of: history(
      merged(),
      [
        ...reviews,
        event('01 13:10', 'added_to_merge_queue', ann),
        event('01 13:50', 'removed_from_merge_queue', bot),
        event('01 14:20', 'added_to_merge_queue', ann),
        event('01 15:00', 'merged', bot),
        event('01 15:00', 'closed', bot),
      ],
      coded,
    ),
    parts: usual,
  },
  {
    // Asked for at 10:05, before any review; the approval of 13:00 sets it off.
    name: 'auto-merge',
    of: history(
      change('01 10:00', '01 13:00'),
      [event('01 10:05', 'auto_merge_enabled', ann), ...reviews, event('01 13:00', 'merged', bot)],
      coded,
    ),
    parts: { coding: 120, pickup: 60, review: 120 },
  },
  {
    // It stands on Bob's change, whose commit of 6:00 was on it until the base was merged: it began the work, and Bob, an
    // author, doesn't review it. Cyn does, from 12:00 on.
    name: 'stacked and re-based changes',
    of: history(
      merged({ base: 'topic-of-bob' }),
      [
        ...reviews,
        event('01 11:30', 'base_ref_changed', ann),
        review('01 12:00', cyn, 'commented'),
        review('01 14:00', cyn, 'approved'),
      ],
      [commit('01 06:00', 'bob'), ...coded],
    ),
    parts: { coding: 240, pickup: 120, review: 120, merge_wait: 60 },
  },
  {
    // A cherry-picked commit keeps the day it was written: 20 January, 40 days before. That's when work began.
    name: 'back-ports',
    of: history(merged({ base: 'release-1' }), reviews, [
      commit('01 09:00', 'ann', { authoredAt: '2026-01-20T10:00:00Z' }),
    ]),
    parts: { ...usual, coding: 40 * 24 * 60 },
  },
  {
    // The same, written 120 days before: work begins 90 days before the opening.
    name: 'back-ports',
    of: history(merged({ base: 'release-1' }), reviews, [
      commit('01 09:00', 'ann', { authoredAt: '2025-11-01T10:00:00Z' }),
    ]),
    parts: { ...usual, coding: 90 * 24 * 60 },
    flags: ['clamped'],
  },
  {
    // Its commits came under the name it had before.
    name: 'renamed or transferred repository',
    of: history(merged({ repository: 'git.example.com/store/web' }), reviews, coded),
    deployments: [deployment('d1', '01 18:00', { repository: 'git.example.com/store/web' })],
    parts: { ...usual, deploy: 180 },
    state: 'deployed',
  },
  {
    // A rollout goes to its next stage while the change is open: it's measured whole, in the week of its merge.
    name: 'open across a stage change',
    of: history(merged(), [event('01 12:00', 'stage_changed', ann), ...reviews], coded),
    parts: usual,
  },
];

const berlin = workingClock({
  ...{ name: 'berlin', zone: 'Europe/Berlin', holidays: [] },
  week: Array.from({ length: 7 }, () => [['00:00', '08:00']] as const),
});
/** Over the night of 29 March, in which Berlin's clocks go from 2:00 to 3:00: 0:00 there is 23:00 UTC, 8:00 is 6:00 UTC. */
const overnight = history(
  change('28 22:00', '29 06:00'),
  [review('29 00:30', bob, 'commented'), review('29 03:00', bob, 'approved')],
  [commit('28 21:00', 'ann')],
);

const data: readonly TimelineCase[] = [
  {
    name: 'duplicate and out-of-order webhooks',
    of: history(merged(), [approved, ...reviews, commented].toReversed(), [...coded, ...coded]),
    parts: usual,
  },
  {
    // Merged, as the host says, 19 hours before it was opened: at its opening.
    name: 'clock skew',
    of: history(change('02 10:00', '01 15:00'), [], coded),
    parts: { coding: 26 * 60 },
    flags: ['no_approval', 'skew', 'merged_without_human_review'],
  },
  {
    name: 'clock skew',
    of: history(merged(), [review('01 09:00', bob, 'commented'), approved], coded),
    parts: { coding: 120, review: 180, merge_wait: 120 },
    flags: ['skew'],
  },
  {
    // One a minute from 5:00 to 9:59, not in order.
    name: 'more than 250 commits',
    of: history(
      merged(),
      reviews,
      Array.from({ length: 300 }, (_, i): Commit => commit(minuteOf(5, (i * 7) % 300), 'ann')),
    ),
    parts: { ...usual, coding: 300 },
  },
  {
    // One a minute from 11:00 to 12:59, and the approval.
    name: 'more than 100 reviews',
    of: history(
      merged(),
      [...Array.from({ length: 120 }, (_, i) => review(minuteOf(11, i), cyn, 'commented')), approved],
      coded,
    ),
    parts: usual,
  },
  { name: 'DST', of: overnight, parts: { coding: 60, pickup: 150, review: 150, merge_wait: 180 } },
  {
    // Of pickup 23:00 to 0:30 UTC is working time; the hour that there isn't is not counted.
    name: 'DST',
    of: overnight,
    clock: berlin,
    parts: { pickup: 90, review: 150, merge_wait: 180 },
  },
];

const deployed: readonly TimelineCase[] = [
  {
    // One commit stands for all of them; deployments know it alone.
    name: 'squash merge',
    of: history(merged({ mergeCommit: 'squashed' }), reviews, coded),
    deployments: [deployment('d1', '01 18:00', { commit: 'later', commits: ['squashed', 'later'] })],
    parts: { ...usual, deploy: 180 },
    state: 'deployed',
  },
  {
    // The last of the commits as they were put on top of the base.
    name: 'rebase merge',
    of: history(merged({ mergeCommit: 'rebased-2' }), reviews, coded),
    deployments: [deployment('d1', '01 16:00', { commit: 'rebased-2', commits: ['rebased-1', 'rebased-2'] })],
    parts: { ...usual, deploy: 60 },
    state: 'deployed',
  },
  {
    // Its repository deploys, and nothing has brought it.
    name: 'merge to a non-default branch',
    of: history(merged({ base: 'release-2' }), reviews, coded),
    deployments: [deployment('d1', '01 18:00', { commit: 'main-1', commits: ['main-1'] })],
    parts: usual,
    state: 'pending',
  },
  {
    // There's no deployment before it, and so no list of what it brought; the commit that it deployed is known.
    name: 'first deployment ever',
    of: history(merged(), reviews, coded),
    deployments: [deployment('d1', '01 18:00')],
    parts: { ...usual, deploy: 180 },
    state: 'deployed',
  },
  {
    name: 'first deployment ever',
    of: history(merged({ mergeCommit: 'earlier' }), reviews, coded),
    deployments: [deployment('d1', '01 18:00')],
    parts: usual,
    state: 'pending',
  },
  {
    // In production at 16:00, taken out at 17:00, in again at 19:00: the first time counts.
    name: 'rollback',
    of: history(merged(), reviews, coded),
    deployments: [
      deployment('d3', '01 19:00'),
      deployment('d2', '01 17:00', { commit: 'before', previousCommit: 'merge1' }),
      deployment('d1', '01 16:00', { previousCommit: 'before' }),
    ],
    parts: { ...usual, deploy: 60 },
    state: 'deployed',
  },
  {
    name: 'failed then re-run deployment',
    of: history(merged(), reviews, coded),
    deployments: [deployment('d1', '01 16:00', { result: 'failure' }), deployment('d2', '01 17:30')],
    parts: { ...usual, deploy: 150 },
    state: 'deployed',
  },
  {
    // Two services of one repository, and staging before them; the service that is first in production counts.
    name: 'monorepo services',
    of: history(merged(), reviews, coded),
    deployments: [
      deployment('d1', '01 15:30', { environment: 'staging' }),
      deployment('d2', '01 18:00', { service: 'web' }),
      deployment('d3', '01 16:00', { service: 'api' }),
    ],
    parts: { ...usual, deploy: 60 },
    state: 'deployed',
  },
  {
    // What is told of incidents is no part of a change's life.
    name: 'incident without deployment',
    of: history(merged(), reviews, coded),
    deployments: [],
    parts: usual,
    state: 'not_applicable',
  },
];

export const timelineCases: readonly TimelineCase[] = [...people, ...lives, ...data, ...deployed];
