import { describe, expect, it } from 'vitest';
import { atomsOf } from './atoms.ts';
import { blamesOf, shareUnits } from './defects.ts';
import { broughtBy } from './deployments.ts';
import type { ChangeHistory, Deployment, Incident } from './facts.ts';
import { kpiRows } from './kpi-rows.ts';
import { type DeliveryFacts, measureChanges } from './measures.ts';
import { randomFacts } from './random-facts.ts';
import { at, change, commit, history } from './testing/histories.ts';
import { weekOf } from './weeks.ts';

const day = 86_400;
const later = (days: number) => new Date(Date.parse(at('01 10:00')) + days * day * 1000).toISOString();
const merged = (number: number, mergedAt: string, changes: object = {}): ChangeHistory => {
  const id = `c${number}`;
  const author = { login: `p-${number % 6}`, kind: 'human' } as const;
  const common = { id, number, author, mergedAt, mergeCommit: `merge-${number}` };
  return history(
    change('01 08:00', '01 10:00', { ...common, ...changes }),
    [],
    [commit('01 07:00', 'ann', { change: id, sha: `${1_000_000 + number}` })],
  );
};
const incident = (id: string, startedAt: string, changes: Partial<Incident> = {}): Incident => ({
  ...{ type: 'incident', id, service: 'web', startedAt, reportedAt: startedAt, severity: 3, links: [] },
  ...changes,
});
const causedBy = (...numbers: readonly number[]) => ({
  links: numbers.map((number) => ({ rel: 'caused_by', change: `c${number}` }) as const),
});
const deployed = (id: string, finishedAt: string, numbers: readonly number[]): Deployment => ({
  ...{ type: 'deployment', id, repository: 'git.example.com/shop/web', service: 'web' },
  ...{ environment: 'production', result: 'success', startedAt: finishedAt, finishedAt },
  ...{ commit: `merge-${numbers[0]}`, commits: numbers.map((number) => `merge-${number}`) },
});
const facts = (histories: readonly ChangeHistory[], more: Partial<DeliveryFacts> = {}): DeliveryFacts => ({
  ...{ histories, deployments: [], incidents: [], ...more },
});
const now = Date.parse(at('01 10:00')) / 1000 + 200 * day;
const measured = (of: DeliveryFacts, id = 'c1') =>
  measureChanges(of, { now, teamOf: () => 'shop' }).find((one) => one.id === id)!;

const first = merged(1, later(0));
const revert = (number: number, of: number, days: number) =>
  merged(number, later(days), { title: `Reverts shop/web#${of}` });

describe('what names a change as the cause of a defect', () => {
  it('counts within 28 days, whatever becomes known of later ones', () => {
    const reverted = facts([first, revert(2, 1, 3)]);
    const expected = { evidence: 'revert', age: 3 * day, weight: 1 };
    expect(measured(reverted).defect).toEqual(expected);
    const late = incident('i1', later(60), causedBy(1));
    expect(measured({ ...reverted, incidents: [late] }).defect).toEqual(expected);
    expect(measured(facts([first], { incidents: [late] })).defect).toBeNull();
  });

  it('is the earliest of the strongest class, in any order of incidents', () => {
    const incidents = [
      incident('i1', later(60), causedBy(1)),
      incident('i2', later(9), causedBy(1)),
      incident('i3', later(5), causedBy(1)),
    ];
    const expected = { evidence: 'explicit_link', age: 5 * day, weight: 1 };
    const of = [first, revert(2, 1, 3)];
    expect(measured(facts(of, { incidents })).defect).toEqual(expected);
    expect(measured(facts(of, { incidents: incidents.toReversed() })).defect).toEqual(expected);
  });

  it('ends with the last second of the 28th day', () => {
    const start = Date.parse(later(28));
    const on = (ms: number) =>
      facts([first], { incidents: [incident('i1', new Date(ms).toISOString(), causedBy(1))] });
    expect(measured(on(start)).defect?.age).toBe(28 * day);
    expect(measured(on(start + 1000)).defect).toBeNull();
  });

  it('adds up over incidents, to at most 1', () => {
    const incidents = [
      incident('i1', later(2), causedBy(1, 2)),
      incident('i2', later(3), causedBy(1, 2, 3, 4)),
    ];
    const of = facts(
      [1, 2, 3, 4].map((number) => merged(number, later(0))),
      { incidents },
    );
    expect([1, 3].map((number) => measured(of, `c${number}`).defect?.weight)).toEqual([3 / 4, 1 / 4]);
    const again = [...incidents, incident('i3', later(4), causedBy(1, 2))];
    expect(measured({ ...of, incidents: again }).defect?.weight).toBe(1);
  });

  it('is shared by the deployments before an incident that names nothing, and by their changes', () => {
    // Two deployments (k = 2) of two and of three changes (j): 1/2·1/2 each, and 1/2·1/3 each.
    const of = facts(
      [1, 2, 3, 4, 5].map((number) => merged(number, later(0))),
      {
        deployments: [deployed('d1', later(1), [1, 2]), deployed('d2', later(2), [3, 4, 5])],
        incidents: [incident('i1', later(3))],
      },
    );
    const weights = [1, 2, 3, 4, 5].map((number) => measured(of, `c${number}`).defect!.weight);
    expect(weights).toEqual([1 / 4, 1 / 4, 1 / 6, 1 / 6, 1 / 6]);
    expect(shareUnits % (2 * 3)).toBe(0);
  });
});

describe('a deployment without a known change', () => {
  const config = { ...deployed('d2', later(2), []), commit: 'of-no-change', commits: [] };

  it('has its share of an incident too, which falls to nobody', () => {
    const of = facts(
      [1, 2].map((number) => merged(number, later(0))),
      {
        deployments: [deployed('d1', later(1), [1, 2]), config],
        incidents: [incident('i1', later(3))],
      },
    );
    expect([1, 2].map((number) => measured(of, `c${number}`).defect?.weight)).toEqual([1 / 4, 1 / 4]);
    const alone = { ...of, deployments: [config] };
    expect([1, 2].map((number) => measured(alone, `c${number}`).defect)).toEqual([null, null]);
    const named = incident('i1', later(3), {
      links: ['d1', 'd2'].map((deployment) => ({ rel: 'caused_by', deployment }) as const),
    });
    expect(measured({ ...of, incidents: [named] }).defect?.weight).toBe(1 / 4);
  });

  it('leaves the shares of an incident below one, and nothing else does', () => {
    let [whole, less] = [0, 0];
    for (const seed of ['a', 'b', 'c', 'd', 'e', 'f']) {
      const { histories, incidents, deployments } = randomFacts(seed, 120);
      const commits = new Set(histories.map(({ change }) => change.mergeCommit));
      const bringers = deployments.flatMap((deployment, i) => {
        const reached = broughtBy(deployment);
        if (reached === null) return [];
        const changes = reached.shas.filter((sha) => i % 3 > 0 && commits.has(sha));
        return [{ ...deployment, finished: reached.finished, changes }];
      });
      for (const one of incidents) {
        const blames = blamesOf(one, bringers);
        const sum = blames.reduce((total, { weight }) => total + weight, 0);
        const isWhole = Math.abs(sum - 1) < 1e-9;
        expect(isWhole || sum < 1).toBe(true);
        if (blames.length === 0) continue;
        const named = new Set(one.links.map(({ deployment }) => deployment));
        const at = Date.parse(one.startedAt) / 1000;
        const suspects = bringers.some(({ id }) => named.has(id))
          ? bringers.filter(({ id }) => named.has(id))
          : bringers.filter(
              ({ service, finished }) =>
                service === one.service && finished <= at && at - finished <= 7 * day,
            );
        const isLinked = one.links.some(({ rel, change }) => rel === 'caused_by' && change !== undefined);
        expect(isWhole).toBe(isLinked || suspects.every(({ changes }) => changes.length > 0));
        if (isWhole) whole++;
        else less++;
      }
    }
    expect(Math.min(whole, less)).toBeGreaterThan(5);
  });
});

describe('the defect rate', () => {
  it('weighs: with k = 2 deployments, one of them of j = 3 changes', () => {
    // Of 24 changes one was reverted (1). An incident falls to two deployments: 1/2 to the only change of one, 1/6 to each
    // of the three of the other, of which one was reverted too (at most 1). 1 + 1/2 + 1/6 + 1/6 + 1 of 24.
    const numbers = Array.from({ length: 24 }, (_, i) => i + 1);
    const of = facts(
      [
        ...numbers.map((number) => merged(number, later(0))),
        ...[1, 5].map((target, i) => revert(101 + i, target, 30)),
        ...[1, 5].map((target, i) => revert(201 + i, target, 4)),
      ],
      {
        deployments: [deployed('d1', later(1), [2]), deployed('d2', later(2), [3, 4, 5])],
        incidents: [incident('i1', later(3))],
      },
    );
    const changes = measureChanges(of, { now, teamOf: () => 'shop' }).filter(({ id }) =>
      numbers.some((number) => id === `c${number}`),
    );
    const window = { from: now - 400 * day, to: now };
    const rows = kpiRows(atomsOf(changes, weekOf(now)), window);
    const rate = rows.find(({ kpi }) => kpi === 'defect_rate')!;
    expect(rate).toMatchObject({ version: 'v4', n: 24, coverage: 1 });
    expect(rate.value).toBeCloseTo((1 + 1 / 2 + 1 / 6 + 1 / 6 + 1) / 24, 12);
    expect(rows.find(({ kpi }) => kpi === 'reversal_rate')!.value).toBe(2 / 24);
  });
});

describe('a fix that comes once more', () => {
  const fixed = (number: number, days: number, title: string) => merged(number, later(days), { title });
  const reversed = (title: string) =>
    measured(facts([fixed(1, 0, 'fix: crash of the cart (#1)'), fixed(2, 3, title)])).reversed;

  it.each([
    'fix: crash of the cart (backport #1) (#2)',
    'fix: crash of the cart (#1) (#2)',
    'fix(web): crash of the cart #1',
    'Fixes crash of the cart - #1 (#2)',
  ])('takes nothing back: %s', (title) => {
    expect(reversed(title)).toBe(false);
  });

  it.each(['fix: crash of #1', 'fix: crash of the cart of #1', 'Fix #1', 'fix: cart (broken by #1) (#2)'])(
    'is another one: %s',
    (title) => {
      expect(reversed(title)).toBe(true);
    },
  );

  it('isn’t known by a title that says no more than that it’s a fix, or no fix', () => {
    const pairs = [
      ['Fix (#1)', 'Fix #1'],
      ['Merge pull request #1 from ann/topic', 'Merge pull request #2 from ann/topic'],
    ] as const;
    for (const [title, later] of pairs) {
      const second = fixed(2, 3, later);
      const message = { commits: [{ ...second.commits[0]!, message: 'Fix #1' }] };
      expect(measured(facts([fixed(1, 0, title), { ...second, ...message }])).reversed).toBe(true);
    }
  });
});

describe('a reversal', () => {
  it('is judged once: what happens after 28 days alters nothing', () => {
    const reverted = [first, revert(2, 1, 3)];
    expect(measured(facts(reverted)).reversed).toBe(true);
    expect(measured(facts([...reverted, revert(3, 2, 10)])).reversed).toBe(false);
    const restoredLate = [...reverted, revert(3, 2, 60)];
    expect(measured(facts(restoredLate))).toMatchObject({ reversed: true, defect: { age: 3 * day } });
    // Restored in time, and that undone late: it stays restored.
    const undoneLate = [...reverted, revert(3, 2, 10), revert(4, 3, 60)];
    expect(measured(facts(undoneLate))).toMatchObject({ reversed: false, defect: null });
  });

  it('is an incident within 28 days that names the change, not one that falls to its deployment', () => {
    const named = (days: number) => facts([first], { incidents: [incident('i1', later(days), causedBy(1))] });
    expect(measured(named(5)).reversed).toBe(true);
    expect(measured(named(29)).reversed).toBe(false);
    const unnamed = { deployments: [deployed('d1', later(1), [1])], incidents: [incident('i1', later(2))] };
    expect(measured(facts([first], unnamed))).toMatchObject({ reversed: false, defect: { weight: 1 } });
    const retracted = [incident('i1', later(5), { ...causedBy(1), retracted: true })];
    expect(measured(facts([first], { incidents: retracted })).reversed).toBe(false);
  });

  it('of a change that wasn’t merged is none', () => {
    const open = merged(1, later(0), { mergedAt: undefined, closedAt: later(1) });
    const of = facts([open, revert(2, 1, 3)], { incidents: [incident('i1', later(5), causedBy(1))] });
    expect(
      measureChanges(of, { now, teamOf: () => 'shop' }).map(({ id, reversed }) => [id, reversed]),
    ).toEqual([['c2', false]]);
  });
});

describe('what isn’t known', () => {
  const numbers = Array.from({ length: 24 }, (_, i) => i + 1);
  const changes = measureChanges(facts(numbers.map((number) => merged(number, later(0)))), {
    now,
    teamOf: () => 'shop',
  });
  const atoms = atomsOf(changes, weekOf(now));
  const window = { from: now - 400 * day, to: now };
  const row = (rows: ReturnType<typeof kpiRows>, kpi: string) => rows.find((one) => one.kpi === kpi)!;

  it('makes a lower bound of what incidents add to, without a coverage', () => {
    const rows = kpiRows(atoms, { ...window, missing: new Set(['incidents'] as const) });
    const note = expect.stringMatching(/^at least so much: no incident is known/);
    expect(row(rows, 'defect_rate')).toMatchObject({ value: 0, coverage: null, n: 24, note });
    expect(row(rows, 'reversal_rate')).toMatchObject({ coverage: null, note });
    expect(row(rows, 'cycle_time.p50')).toMatchObject({ coverage: 1 });
    expect(row(kpiRows(atoms, window), 'defect_rate').coverage).toBe(1);
  });

  it('is said before anything of people', () => {
    const none = atomsOf([], weekOf(now));
    const missing = new Set(['changes', 'deployments', 'incidents'] as const);
    for (const { note, suppressed } of kpiRows(none, { ...window, missing })) {
      expect([note, suppressed]).toEqual(['unknown: source not connected (changes)', false]);
    }
    const rows = kpiRows(atoms, { ...window, missing: new Set(['deployments'] as const) });
    expect(row(rows, 'lead_time.p50').note).toBe('unknown: source not connected (deployments)');
  });

  it('says of a window without anything that nothing is in it, and of few that they are few', () => {
    const empty = { from: now - 20 * day, to: now };
    expect(row(kpiRows(atoms, empty), 'cycle_time.p50')).toMatchObject({
      suppressed: false,
      note: 'unknown: nothing in the window has it',
    });
    const few = atomsOf(changes.slice(0, 3), weekOf(now));
    expect(row(kpiRows(few, window), 'cycle_time.p50')).toMatchObject({ suppressed: true });
  });

  it('names no team where nobody says which team owns what', () => {
    const { note } = row(kpiRows(atoms, { ...window, teamsKnown: false }), 'cycle_time.p50');
    expect(note).toBe('teams unknown: give --program');
  });
});
