import { describe, expect, it } from 'vitest';
import { deploymentsOf } from './deployments.ts';
import { type Incident, secondsOf } from './facts.ts';
import { measureChanges } from './measures.ts';
import { at } from './testing/histories.ts';
import { type TimelineCase, timelineCases } from './testing/timeline-cases.ts';
import { timelineOf } from './timeline.ts';

/** Every edge case that the definition of the partition names. */
const named = [
  ...['ghost author', 'bot author with a human driver', 'co-authors', 'self-merge'],
  ...['dismissed review', 'pending review', 'team review request'],
  ...['update-branch and accepted suggestions', 'force-push', 'draft↔ready repeatedly', 'approved in draft'],
  ...['reopened', 'review after merge', 'squash merge', 'rebase merge', 'merge queue', 'auto-merge'],
  ...['stacked and re-based changes', 'merge to a non-default branch', 'back-ports'],
  ...['renamed or transferred repository', 'duplicate and out-of-order webhooks', 'clock skew'],
  ...['more than 250 commits', 'more than 100 reviews', 'first deployment ever', 'rollback'],
  ...['failed then re-run deployment', 'monorepo services', 'incident without deployment', 'DST'],
  'open across a stage change',
];

function partition({ of, deployments = [], clock }: TimelineCase) {
  const now = secondsOf(at('31 00:00'))!;
  const deployed = deploymentsOf(deployments)(of.change);
  return timelineOf(of, { now, deployed, ...(clock && { clock }) })!;
}

describe('edge cases of a change’s life', () => {
  it('are all here', () => {
    expect(new Set(timelineCases.map(({ name }) => name))).toEqual(new Set(named));
  });

  it.each(timelineCases)('$name', (one) => {
    const { parts, total, flags, state } = partition(one);
    const minutes = Object.entries(parts).filter(([, seconds]) => seconds !== 0);
    expect(Object.fromEntries(minutes.map(([part, seconds]) => [part, seconds / 60]))).toEqual(one.parts);
    expect(Object.values(one.parts).reduce((sum, part) => sum + part * 60, 0)).toBe(total);
    expect(flags).toEqual(one.flags ?? []);
    expect(state).toBe(one.state ?? 'not_applicable');
  });

  it('an incident without a deployment falls to nobody', () => {
    const { of } = timelineCases.find(({ name }) => name === 'incident without deployment')!;
    const incident: Incident = {
      ...{
        type: 'incident',
        id: 'i1',
        service: 'web',
        startedAt: at('02 10:00'),
        reportedAt: at('02 10:00'),
      },
      ...{ severity: 2, links: [] },
    };
    const facts = { histories: [of], deployments: [], incidents: [incident] };
    const options = { now: secondsOf(at('31 00:00'))!, teamOf: () => 'shop' };
    expect(measureChanges(facts, options)).toMatchObject([{ defect: null, reversed: false }]);
  });
});
