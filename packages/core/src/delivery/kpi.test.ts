import { describe, expect, it } from 'vitest';
import { atomsOf, leastContributors, unmappedTeam } from './atoms.ts';
import type { ChangeHistory } from './facts.ts';
import { groupAtoms } from './kpi-groups.ts';
import { type KpiRow, kpiRows } from './kpi-rows.ts';
import { kpiDefinitions } from './kpis.ts';
import { type ChangeMeasures, measureChanges } from './measures.ts';
import { reversalsOf } from './reversals.ts';
import { defaultSimulation, type Simulation, simulateDelivery } from './simulate.ts';
import { change, commit, history } from './testing/histories.ts';
import { weekName, weekOf, weekStart } from './weeks.ts';

const end = defaultSimulation.start + 60 * 7 * 86_400;
const teamOf = (repository: string) => repository.split('/')[1]!;

function measures(description: Partial<Simulation> = {}): readonly ChangeMeasures[] {
  return measureChanges(simulateDelivery(description), { now: end, teamOf });
}

function rows(
  of: readonly ChangeMeasures[],
  query: Partial<Parameters<typeof kpiRows>[1]> = {},
): readonly KpiRow[] {
  return kpiRows(atomsOf(of, weekOf(end)), { from: defaultSimulation.start, to: end, ...query });
}

const row = (found: readonly KpiRow[], kpi: string) => found.find((one) => one.kpi === kpi)!;

describe('weeks', () => {
  it.each([
    ['2026-01-01', '2026-W01'],
    ['2027-01-01', '2026-W53'],
    ['2024-12-30', '2025-W01'],
    ['2026-03-02', '2026-W10'],
  ])('%s is in %s', (day, name) => {
    const number = weekOf(Date.parse(day) / 1000);
    expect(weekName(number)).toBe(name);
    expect(new Date(weekStart(number) * 1000).getUTCDay()).toBe(1);
  });
});

describe('figures of a made-up organisation', () => {
  const of = measures();
  const all = rows(of);

  it('come near to what is true by construction', () => {
    const hours = (kpi: string) => row(all, kpi).value! / 3600;
    expect(hours('review_latency.p50')).toBeGreaterThan(4);
    expect(hours('review_latency.p50')).toBeLessThan(6);
    expect(hours('cycle_time.p50')).toBeGreaterThan(24);
    expect(hours('cycle_time.p50')).toBeLessThan(36);
    expect(row(all, 'unreviewed_rate').value).toBeGreaterThan(0.06);
    expect(row(all, 'reversal_rate').value).toBeGreaterThan(0.03);
    expect(row(all, 'throughput').value).toBeCloseTo(4 * 7 * 2 * 1.05, -1);
  });

  it('carry their definition, window, n, coverage and unit', () => {
    expect(row(all, 'review_latency.p50')).toMatchObject({
      version: 'v1',
      group: 'all',
      unit: 'seconds',
      suppressed: false,
      method: 'none (4 clusters)',
    });
    expect(row(all, 'review_latency.p50').coverage).toBeLessThan(1);
    expect(row(all, 'defect_rate')).toMatchObject({ unit: 'share', coverage: 1 });
  });

  it('have a reason where they have no value, and none where they have one', () => {
    const few = measures({ teams: 1, weeks: 3 });
    for (const found of [...all, ...rows(few), ...rows([])]) {
      expect([found.kpi, found.reason === null]).toEqual([found.kpi, found.value !== null]);
      if (found.suppressed) expect(['few_people', 'few_known', 'small_rate']).toContain(found.reason);
    }
    expect(row(rows([]), 'cycle_time.p50').reason).toBe('nothing');
    const unheard = rows(of, { missing: new Set(['deployments'] as const) });
    expect(row(unheard, 'lead_time.p50')).toMatchObject({
      reason: 'not_connected',
      missing: ['deployments'],
    });
  });

  it('have an interval over many teams, the same every time', () => {
    const many = measures({ teams: 22, weeks: 8, peoplePerTeam: 6 });
    const found = row(rows(many), 'cycle_time.p50');
    expect(found.method).toBe('cluster bootstrap (22 clusters, B=2000)');
    expect(found.lo).toBeLessThan(found.value!);
    expect(found.hi).toBeGreaterThan(found.value!);
    expect(row(rows(many), 'cycle_time.p50')).toEqual(found);
  });

  it('of one team are of this team only', () => {
    const found = row(rows(measures({ teams: 1 })), 'cycle_time.p50');
    expect(found.method).toMatch(/^weeks: cluster bootstrap/);
    expect(found.note).toContain('this team only');
  });

  it('of no team are of none, where the program lists none of the repositories', () => {
    const facts = simulateDelivery({ teams: 1 });
    const found = row(
      rows(measureChanges(facts, { now: end, teamOf: () => unmappedTeam })),
      'cycle_time.p50',
    );
    expect(found.method).toMatch(/^weeks: cluster bootstrap/);
    expect(found.note).toBe('teams unknown: the program names no team of these');
    const partly = (repository: string) =>
      repository === 'git.example.com/team-0/repo-0' ? 'a' : unmappedTeam;
    const two = row(rows(measureChanges(facts, { now: end, teamOf: partly })), 'cycle_time.p50');
    expect(two).toMatchObject({ method: 'none (2 clusters)', note: '' });
  });

  it('snap their window to whole atoms, and say so', () => {
    const from = defaultSimulation.start + 2 * 86_400;
    const found = row(rows(of, { from, to: from + 70 * 86_400 }), 'cycle_time.p50');
    expect(found.from).toBe('2026-01-12');
    expect(Date.parse(found.to)).toBeLessThanOrEqual((from + 70 * 86_400) * 1000);
  });

  it('do not depend on the order of facts', () => {
    const facts = simulateDelivery();
    const shuffled = { ...facts, histories: [...facts.histories].reverse() };
    const again = measureChanges(shuffled, { now: end, teamOf });
    expect(rows(again).map(({ value }) => value)).toEqual(all.map(({ value }) => value));
  });
});

describe('what is published', () => {
  const queries = (['team', 'repository', 'week', undefined] as const).flatMap((by) =>
    [0, 7, 21].flatMap((skip) =>
      [60, 91, 420].map((days) => {
        const from = defaultSimulation.start + skip * 86_400;
        return { by, from, to: from + days * 86_400 };
      }),
    ),
  );

  it.each([
    ['a team of seven', { peoplePerTeam: 7 }],
    ['teams too small by themselves', { peoplePerTeam: 3, teams: 9 }],
    ['few changes', { peoplePerTeam: 6, changesPerPersonAndWeek: 0.3 }],
  ])('never lets two figures differ by fewer than five people: %s', (_, description) => {
    const { atoms } = atomsOf(measures({ ...description, weeks: 40 }), weekOf(end));
    const outputs = queries.flatMap((query) =>
      groupAtoms(atoms, query).map(([, members]) => new Set(members.flatMap(({ changes }) => changes))),
    );
    expect(outputs.length).toBeGreaterThan(20);
    let pairs = 0;
    for (const a of outputs) {
      for (const b of outputs) {
        if (a === b || !isSubset(b, a)) continue;
        pairs++;
        const difference = [...a].filter((one) => !b.has(one));
        const people = new Set(difference.map(({ contributor }) => contributor));
        expect(people.size === 0 || people.size >= leastContributors).toBe(true);
      }
    }
    expect(pairs).toBeGreaterThan(20);
  });

  it('has atoms of at least five people, none with more than half', () => {
    const { atoms, withheld } = atomsOf(measures({ peoplePerTeam: 4, teams: 6, weeks: 40 }), weekOf(end));
    expect(atoms.some(({ repository }) => repository === 'other')).toBe(true);
    for (const { changes } of atoms) {
      const counts = [...Map.groupBy(changes, ({ contributor }) => contributor).values()].map(
        ({ length }) => length,
      );
      expect(counts.length).toBeGreaterThanOrEqual(5);
      expect(Math.max(...counts)).toBeLessThanOrEqual(changes.length / 2);
    }
    const total = atoms.reduce((sum, { changes }) => sum + changes.length, 0) + withheld.length;
    expect(total).toBe(measures({ peoplePerTeam: 4, teams: 6, weeks: 40 }).length);
  });

  it('keeps the bounds of atoms as later weeks come', () => {
    const of = measures({ peoplePerTeam: 3, teams: 5, weeks: 50 });
    const bounds = (before: number) =>
      atomsOf(
        of.filter(({ week }) => week < before),
        before,
      ).atoms.map(({ team, repository, from, to, changes }) =>
        [team, repository, from, to, changes.length].join(' '),
      );
    const first = weekOf(defaultSimulation.start);
    for (let before = first + 5; before < first + 56; before += 3) {
      const later = new Set(bounds(before + 3));
      for (const atom of bounds(before)) expect(later).toContain(atom);
    }
  });

  it('is suppressed for a group of few people', () => {
    const found = rows(measures({ teams: 1, peoplePerTeam: 3 }));
    expect(row(found, 'cycle_time.p50')).toMatchObject({ suppressed: true, value: null, n: null });
  });

  it('takes no person as a group', () => {
    for (const { id, formula } of kpiDefinitions)
      expect(`${id} ${formula}`).not.toMatch(/per (person|developer|author)\b/);
    const of = measures({ weeks: 10 });
    const names = new Set(of.map(({ contributor }) => contributor));
    const groupings = ['team', 'repository', 'week', undefined] as const;
    const text = JSON.stringify(groupings.flatMap((by) => rows(of, { by })));
    for (const name of names) expect(text).not.toContain(name);
  });
});

function isSubset<Item>(small: ReadonlySet<Item>, large: ReadonlySet<Item>): boolean {
  return small.size <= large.size && [...small].every((one) => large.has(one));
}

describe('reversals', () => {
  const numbered = (number: number, merged: string, changes: object = {}, message = ''): ChangeHistory => {
    const id = `c${number}`;
    const sha = `${number}`.repeat(12);
    return history(
      change('01 08:00', merged, { id, number, mergeCommit: sha, ...changes }),
      [],
      [commit('01 07:00', 'ann', { change: id, sha: `${number}a`.repeat(8), message })],
    );
  };
  const reverted = (...histories: ChangeHistory[]) => [...reversalsOf(histories).keys()].sort();

  it('name a commit, a number, or a branch', () => {
    const first = numbered(1, '01 10:00');
    expect(
      reverted(first, numbered(2, '02 10:00', {}, 'Revert "x"\n\nThis reverts commit 1111111.')),
    ).toEqual(['c1']);
    expect(reverted(first, numbered(2, '02 10:00', {}, 'Reverts shop/web#1'))).toEqual(['c1']);
    expect(reverted(first, numbered(2, '02 10:00', { head: 'revert-1-topic' }))).toEqual(['c1']);
    expect(reverted(first, numbered(2, '02 10:00', { title: 'Fix #1: totals' }))).toEqual(['c1']);
    expect(reverted(first, numbered(2, '02 10:00', { title: 'Prefix #1' }))).toEqual([]);
  });

  it('are restored by a revert of the revert', () => {
    const chain = [
      numbered(1, '01 10:00'),
      numbered(2, '02 10:00', {}, 'This reverts commit 111111111111'),
      numbered(3, '03 10:00', {}, 'This reverts commit 222222222222'),
    ];
    expect(reverted(...chain)).toEqual(['c2']);
    expect(reverted(...chain, numbered(4, '04 10:00', {}, 'This reverts commit 333333333333'))).toEqual([
      'c1',
      'c3',
    ]);
  });

  it('that were never merged take nothing back', () => {
    const open = numbered(2, '02 10:00', { mergedAt: undefined, head: 'revert-1-topic' });
    expect(reverted(numbered(1, '01 10:00'), open)).toEqual([]);
  });
});
