import { describe, expect, it } from 'vitest';
import { deploymentsOf } from './deployments.ts';
import {
  type ChangeHistory,
  type Deployment,
  isProduction,
  markProduction,
  productionEnvironments,
  secondsOf,
} from './facts.ts';
import { type Compare, doubtOf, rangesWanted, withRange } from './ranges.ts';
import { at, bob, change, commit, history, review } from './testing/histories.ts';

const { repository } = change('01 10:00', null);

let next = 0;
function deployed(time: string, sha: string, more: Partial<Deployment> = {}): Deployment {
  const common = { type: 'deployment', id: `d-${++next}`, repository, service: 'web' } as const;
  const times = { startedAt: at(time), finishedAt: at(time) };
  return { ...common, ...times, environment: 'production', result: 'success', commit: sha, ...more };
}

/** Coded for two hours, reviewed after one, approved and merged as `sha` at 15:00. */
function merged(sha: string, more: object = {}): ChangeHistory {
  return history(
    { ...change('01 10:00', '01 15:00', more), mergeCommit: sha },
    [review('01 11:00', bob, 'approved')],
    [commit('01 08:00', 'ann')],
  );
}
describe('production', () => {
  it('is what an organisation says, in any case, and else the usual names', () => {
    const [usual, own] = [deployed('01 10:00', 'a'), deployed('01 10:00', 'a', { environment: 'Live-EU' })];
    expect([usual, own].map(isProduction)).toEqual([true, false]);
    expect([usual, own].map(markProduction(['live-eu'])).map(isProduction)).toEqual([false, true]);
    expect(markProduction(productionEnvironments)(usual)).toBe(usual);
  });

  it('is what a pattern says, in any case', () => {
    const names = ['Live-EU', 'live-us/2', 'staging-live-eu', 'production', 'live*'];
    const all = names.map((environment) => deployed('01 10:00', 'a', { environment }));
    const production = (patterns: readonly string[]) =>
      all.map(markProduction(patterns)).flatMap((one) => (isProduction(one) ? one.environment : []));
    expect(production(['live-*'])).toEqual(['Live-EU', 'live-us/2']);
    expect(production(['LIVE-*', 'prod*'])).toEqual(['Live-EU', 'live-us/2', 'production']);
    expect(production(['*-eu'])).toEqual(['Live-EU', 'staging-live-eu']);
    expect(production(['live\\*'])).toEqual(['live*']);
    expect(production(['*'])).toEqual(names);
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
