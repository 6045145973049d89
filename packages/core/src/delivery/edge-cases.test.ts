import { describe, expect, it } from 'vitest';
import { deploymentsOf } from './deployments.ts';
import { type ChangeHistory, type Deployment, secondsOf } from './facts.ts';
import { type Compare, doubtOf, rangesWanted, withRange } from './ranges.ts';
import { ann, at, bob, change, commit, event, history, review } from './testing/histories.ts';
import { timelineOf } from './timeline.ts';

/* Changes together with what was deployed and when, each with the partition worked out by hand. Figures are minutes. */

const now = secondsOf(at('28 00:00'))!;
const { repository } = change('01 10:00', null);

let next = 0;
function deployed(time: string, sha: string, more: Partial<Deployment> = {}): Deployment {
  const common = { type: 'deployment', id: `d-${++next}`, repository, service: 'web' } as const;
  const times = { startedAt: at(time), finishedAt: at(time) };
  return { ...common, ...times, environment: 'production', result: 'success', commit: sha, ...more };
}

function lived(of: ChangeHistory, deployments: readonly Deployment[]) {
  const timeline = timelineOf(of, { now, deployed: deploymentsOf(deployments)(of.change) })!;
  const { parts, total, state, flags } = timeline;
  const minutes = Object.entries(parts).filter(([, seconds]) => seconds !== 0);
  expect(minutes.reduce((sum, [, seconds]) => sum + seconds, 0)).toBe(total);
  return { ...Object.fromEntries(minutes.map(([part, seconds]) => [part, seconds / 60])), state, flags };
}

/** Coded for two hours, reviewed after one, approved and merged as `sha` at 15:00. */
function merged(sha: string, more: object = {}): ChangeHistory {
  return history(
    { ...change('01 10:00', '01 15:00', more), mergeCommit: sha },
    [review('01 11:00', bob, 'approved')],
    [commit('01 08:00', 'ann')],
  );
}
const usual = { coding: 120, pickup: 60, merge_wait: 240, flags: [] };

describe('a change and its deployments', () => {
  it.each([
    ['squashed', { base: 'main' }],
    ['re-based and merged by its last commit', { base: 'main', head: 'stack-2' }],
    ['merged by a queue, long after its approval', { head: 'gh-readonly-queue/main/pr-7' }],
    ['a back-port, on a branch of its own', { base: 'release-1', head: 'backport-7' }],
  ])('%s is deployed by its merge commit', (_, more) => {
    const of = merged('m1', more);
    expect(lived(of, [deployed('01 17:00', 'x', { commits: ['m1', 'x'] })])).toEqual({
      ...{ ...usual, deploy: 120, state: 'deployed' },
    });
  });

  it('into a branch that nothing deploys waits', () => {
    expect(lived(merged('m1', { base: 'next' }), [deployed('01 17:00', 'x')])).toEqual({
      ...{ ...usual, state: 'pending' },
    });
    expect(lived(merged('m1'), [])).toEqual({ ...usual, state: 'not_applicable' });
  });

  it('that failed and was run again came with the run that succeeded', () => {
    const runs = [
      deployed('01 16:00', 'm1', { result: 'failure' }),
      deployed('01 16:30', 'm1', { environment: 'staging' }),
      deployed('01 18:00', 'm1'),
      deployed('01 19:00', 'm1'),
    ];
    expect(lived(merged('m1'), runs)).toMatchObject({ deploy: 180, state: 'deployed' });
  });

  it('of several services of a repository came with the first that has it', () => {
    const both = [
      deployed('01 18:00', 'm1', { service: 'api' }),
      deployed('01 17:00', 'm2', { service: 'web', commits: ['m1', 'm2'] }),
    ];
    expect(lived(merged('m1'), both)).toMatchObject({ deploy: 120 });
  });

  it('that merges itself has nobody who looked', () => {
    const of = merged('m1');
    const own = { ...of, events: [event('01 15:00', 'merged', ann), review('01 12:00', ann, 'approved')] };
    expect(lived(own, [])).toEqual({
      ...{ coding: 120, unreviewed: 300, state: 'not_applicable' },
      flags: ['no_approval', 'merged_without_human_review'],
    });
  });

  it('pushed anew began with the first commit that was ever on it', () => {
    const of = merged('m1');
    const forced = { ...of, commits: [commit('01 07:00', 'ann'), commit('01 09:30', 'ann')] };
    expect(lived(forced, [])).toMatchObject({ coding: 180 });
  });
});

describe('ranges of deployments', () => {
  /** A history in a line: `a` to `h`, and `x` that came from `b` another way. */
  const line = 'abcdefgh';
  const compare: Compare = async (base, head) => {
    const [from, to] = [line.indexOf(base), line.indexOf(head)];
    if (head === 'x') return { status: 'diverged', commits: ['x'] };
    if (from < 0 || to < 0) return null;
    if (to < from) return { status: 'behind', commits: [] };
    return { status: 'ahead', commits: [...line.slice(from + 1, to + 1)] };
  };
  async function ranged(deployments: readonly Deployment[]): Promise<readonly Deployment[]> {
    const found = new Map<string, Deployment>();
    for (const one of rangesWanted(deployments)) found.set(one.deployment.id, await withRange(one, compare));
    return deployments.map((one) => found.get(one.id) ?? one);
  }

  it('give every change between two deployments the second one’s time, whatever order they are told in', async () => {
    const told = [deployed('03 12:00', 'f'), deployed('01 16:00', 'a'), deployed('02 12:00', 'd')];
    const all = await ranged(told);
    for (const [sha, time] of [
      ['a', '01 16:00'],
      ['b', '02 12:00'],
      ['d', '02 12:00'],
      ['e', '03 12:00'],
      ['f', '03 12:00'],
    ] as const) {
      const { change: of } = merged(sha);
      expect(deploymentsOf(all)(of)).toEqual({ kind: 'deployed', at: secondsOf(at(time)) });
      expect(doubtOf(of, all)).toBeNull();
    }
    expect(deploymentsOf(all)(merged('g').change)).toEqual({ kind: 'pending' });
    expect(rangesWanted(all)).toEqual([]);
  });

  it('a change that was rolled back keeps the time when it first came', async () => {
    const all = await ranged([
      deployed('01 16:00', 'a'),
      deployed('02 12:00', 'd'),
      deployed('02 13:00', 'a'),
      deployed('03 12:00', 'f'),
    ]);
    expect(all.map(({ range }) => range)).toEqual([undefined, 'ahead', 'behind', 'ahead']);
    expect(deploymentsOf(all)(merged('c').change)).toMatchObject({ at: secondsOf(at('02 12:00')) });
    expect(deploymentsOf(all)(merged('e').change)).toMatchObject({ at: secondsOf(at('03 12:00')) });
  });

  it('say where they are in doubt', async () => {
    const all = await ranged([
      deployed('01 16:00', 'a'),
      deployed('02 12:00', 'gone'),
      deployed('03 12:00', 'd'),
      deployed('04 12:00', 'x'),
    ]);
    expect(all.map(({ range }) => range)).toEqual([undefined, 'lost', 'gap', 'diverged']);
    expect(doubtOf(merged('c').change, all)).toBe('range_gap');
    expect(doubtOf(merged('d').change, all)).toBeNull();
    expect(doubtOf(merged('q').change, all)).toBe('range_lost');
    expect(doubtOf(change('01 10:00', null), all)).toBeNull();
  });

  it('are no one’s business where nothing was brought to production', () => {
    expect(
      rangesWanted([
        deployed('01 16:00', 'a', { environment: 'staging' }),
        deployed('02 16:00', 'b', { environment: 'staging' }),
        deployed('03 16:00', 'c', { result: 'failure' }),
        deployed('04 16:00', 'd'),
        deployed('05 16:00', 'e', { service: 'api' }),
        deployed('06 16:00', 'f', { commits: ['e'] }),
      ]),
    ).toEqual([]);
  });
});
