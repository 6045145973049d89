import { describe, expect, it } from 'vitest';
import { groupAtoms, type KpiRow, unmappedTeam } from '../delivery/index.ts';
import { measureTasks } from './measures.ts';
import { isEnough, type Parcel, type Publishable } from './partition.ts';
import { taskKpiRows } from './rows.ts';
import { defaultTaskSimulation, simulateTasks, type TaskSimulation } from './simulate.ts';
import { taskAtoms } from './task-atoms.ts';

const { start } = defaultTaskSimulation;
const week = 7 * 86_400;
const now = start + 60 * week;
const teamOf = (repository: string) => repository.split('/').slice(0, 2).join('/');
const rowsOf = (simulation: Partial<TaskSimulation>, kpis?: readonly string[]) =>
  taskKpiRows(simulateTasks(simulation), { now, teamOf }, { from: start, to: now, kpis });

describe('figures of a made-up organisation', () => {
  const found = rowsOf({});
  const row = (kpi: string, rows: readonly KpiRow[] = found) => rows.find((one) => one.kpi === kpi)!;
  const of = defaultTaskSimulation;
  const kept = 1 - of.reversed - of.closed - of.lateMerge - of.stillOpen;
  const merged = kept + of.reversed + of.lateMerge;
  // A log-normal's mean is exp(σ²/2) times its median; a sum of three independent thirds has a higher median.
  const meanCost = of.costMedian * Math.exp(0.7 ** 2 / 2) * 0.98;

  it.each([
    ['success_rate', kept * (1 - of.overridden), 0.02],
    ['kept_rate', kept, 0.02],
    ['first_pass_rate', merged * of.firstPass, 0.02],
    ['escalation_rate.e1', of.exceptions, 0.012],
    ['escalation_rate.e4', merged * of.overridden, 0.008],
    ['friction', of.denials * 100, 3],
    ['time_to_unblock.p50', of.unblockHours * 3600, 4000],
    ['cost_per_success', meanCost / (kept * (1 - of.overridden)), 0.12],
    ['adoption', of.adoption, 0.02],
    ['incident_frequency.delivery', of.incidents * 100, 0.6],
    ['escalation_rate.e2', 0, 0],
    ['incident_frequency.governance', 0, 0],
  ])('recover %s', (kpi, truth, tolerance) => {
    const { value, lo, hi } = row(kpi);
    expect(Math.abs(value! - truth)).toBeLessThanOrEqual(tolerance);
    expect(lo).toBeLessThanOrEqual(truth);
    expect(hi).toBeGreaterThanOrEqual(truth * 0.95);
  });

  it('show an effect that was put in, and none where there is none', () => {
    const kpis = ['success_rate', 'friction', 'cost_per_kept'];
    const better = rowsOf({ seed: 'other', reversed: 0.01, closed: 0.02 }, kpis);
    expect(row('success_rate', better).lo).toBeGreaterThan(row('success_rate').hi!);
    const same = rowsOf({ seed: 'another' }, kpis);
    for (const kpi of kpis) {
      expect(row(kpi, same).lo).toBeLessThan(row(kpi).hi!);
      expect(row(kpi, same).hi).toBeGreaterThan(row(kpi).lo!);
    }
  });

  it('repeat byte for byte, and after none at all have a one-sided bound', () => {
    const again = rowsOf({}, ['success_rate', 'incident_frequency.governance']);
    expect(again).toEqual([row('success_rate'), row('incident_frequency.governance')]);
    const { method, hi, n } = row('incident_frequency.governance');
    expect(method).toBe('≤ 3.0/exposure (95 % one-sided)');
    expect(hi! * n!).toBeCloseTo(2995.7, 0);
  });

  it('are of this team only, over its weeks, where there is one', () => {
    const [one] = rowsOf({ teams: 1, peoplePerTeam: 9 }, ['success_rate']);
    expect(one).toMatchObject({ note: 'this team only', method: expect.stringMatching(/^weeks: /) });
  });

  it('have a reason where they have no value, and none where they have one', () => {
    const few = rowsOf({ teams: 1, peoplePerTeam: 3 });
    const byRepository = taskKpiRows(
      simulateTasks({ teams: 2 }),
      { now, teamOf },
      { from: start, to: now, by: 'repository' },
    );
    for (const { kpi, value, reason } of [...found, ...few, ...byRepository])
      expect([kpi, reason === null]).toEqual([kpi, value !== null]);
    expect(row('cost.tasks', few)).toMatchObject({ reason: 'few_people', suppressed: true });
    expect(row('cost.seats', byRepository).reason).toBe('not_by_group');
  });

  it('are of no team where the program lists none of the repositories and people', () => {
    const listed = simulateTasks({ teams: 1, peoplePerTeam: 9 });
    const input = { ...listed, enrolments: listed.enrolments.map((one) => ({ ...one, team: unmappedTeam })) };
    const query = { from: start, to: now, kpis: ['success_rate', 'adoption', 'incident_frequency.delivery'] };
    const notes = (more: object = {}, team: typeof teamOf = () => unmappedTeam) =>
      new Set(taskKpiRows(input, { now, teamOf: team }, { ...query, ...more }).map(({ note }) => note));
    const none = 'teams unknown: the program names no team of these';
    expect(notes()).toEqual(new Set([none]));
    expect(notes({ intervals: false })).toEqual(new Set([none]));
    expect(notes({ teamsKnown: false }, teamOf)).toEqual(new Set(['teams unknown: give --program']));
    const [row] = taskKpiRows(input, { now, teamOf: () => unmappedTeam }, query);
    expect(row).toMatchObject({ method: expect.stringMatching(/^weeks: /), value: expect.any(Number) });
    const two = simulateTasks({ teams: 2, peoplePerTeam: 9 });
    const isFirst = (repository: string) =>
      teamOf(repository) === teamOf(two.delivery.histories[0]!.change.repository);
    const partly = (repository: string) => (isFirst(repository) ? 'a' : unmappedTeam);
    const [both] = taskKpiRows(two, { now, teamOf: partly }, query);
    expect(both).toMatchObject({ method: 'none (2 clusters)', note: '' });
  });

  it('are suppressed for a team too small', () => {
    for (const { value, suppressed } of rowsOf({ teams: 1, peoplePerTeam: 3 }, [
      'success_rate',
      'adoption',
      'cost.tasks',
    ]))
      expect([value, suppressed]).toEqual([null, true]);
  });

  it('take no person as their group', () => {
    const people = new Set(simulateTasks({ teams: 2 }).enrolments.map(({ person }) => person));
    for (const by of ['team', 'repository', 'week', 'month', 'stage', undefined] as const) {
      const rows = taskKpiRows(simulateTasks({ teams: 2 }), { now, teamOf }, { from: start, to: now, by });
      for (const { group, note } of rows)
        expect([...people].some((one) => group.includes(one) || note.includes(one))).toBe(false);
    }
  });
});

describe('what is published of tasks', () => {
  const windows = (['team', 'repository', 'week', 'month', undefined] as const).flatMap((by) =>
    [0, 7, 21].flatMap((skip) =>
      [35, 91, 420].map((days) => ({ by, from: start + skip * 86_400, to: start + (skip + days) * 86_400 })),
    ),
  );

  it.each([
    ['teams of seven', {}],
    ['little use', { adoption: 0.25, tasksPerWeek: 1 }],
    ['teams too small by themselves', { peoplePerTeam: 3, teams: 9 }],
  ])(
    'never lets two figures differ by fewer than five people: %s',
    (_, description) => {
      const measured = measureTasks(simulateTasks({ teams: 5, weeks: 30, ...description }), { now, teamOf });
      const atoms = taskAtoms(measured, now);
      const exceptions = {
        kind: 'share' as const,
        eligible: (task: { causes: ReadonlySet<string> }) => task.causes.has('E1'),
        hit: () => 1,
      };
      const isAssistants = {
        kind: 'share' as const,
        eligible: (item: { isAssistants: boolean }) => item.isAssistants,
        hit: () => 1,
      };
      const counted = atoms
        .tasks('exceptions', exceptions)
        .parcels.map((parcel) => ({ ...parcel, items: parcel.items.filter(exceptions.eligible) }));
      const assistants = atoms
        .changes('assistants', isAssistants)
        .parcels.map((parcel) => ({ ...parcel, items: parcel.items.filter(isAssistants.eligible) }));
      const published = [
        ...[
          atoms.tasks('tasks').parcels,
          counted,
          assistants,
          atoms.changes('changes', isAssistants).parcels,
          atoms.people('people').parcels,
        ].map((parcels) =>
          windows.flatMap((window) =>
            groupAtoms<Parcel<Publishable>>(parcels, window).map(
              ([, members]) => new Set(members.flatMap(({ items }) => items as readonly Publishable[])),
            ),
          ),
        ),
      ];
      let pairs = 0;
      // A part stands beside its whole: both are published.
      for (const outputs of [...published, [...published[2]!, ...published[3]!]]) {
        for (const a of outputs) {
          for (const b of outputs) {
            if (a === b || b.size >= a.size || ![...b].every((item) => a.has(item))) continue;
            pairs++;
            const left = [...a].filter((item) => !b.has(item));
            const people = new Set(left.flatMap((item) => item.people));
            expect(people.size === 0 || people.size >= 5).toBe(true);
          }
        }
      }
      expect(pairs).toBeGreaterThan(20);
    },
    90_000,
  );

  it('asks for five people, none with more than half', () => {
    const by = (...people: readonly string[]) =>
      people.map((person) => ({ week: 1, team: 't', repository: 'r', people: [person] }));
    expect(isEnough(by('a', 'b', 'c', 'd', 'e'))).toBe(true);
    expect(isEnough(by('a', 'b', 'c', 'd'))).toBe(false);
    expect(isEnough(by('a', 'a', 'a', 'a', 'a', 'b', 'c', 'd', 'e'))).toBe(false);
    expect(isEnough([])).toBe(false);
  });
});
