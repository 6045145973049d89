import { type KpiDefinition, kpiDefinitions } from '../delivery/index.ts';
import { microUsdPerUsd } from '../money/index.ts';
import type { Figure } from './estimate.ts';
import type { TaskSource } from './facts.ts';
import type { ChangeWork, DeploymentWork, TaskMeasures } from './measures.ts';
import type { PersonWeek } from './people.ts';

export type TaskKpiUnit =
  | 'seconds'
  | 'share'
  | 'USD'
  | 'per 100 changes'
  | 'per 100 tasks'
  | 'per 1,000 developer-weeks'
  | 'seat-days';

/** What every definition of a figure says of itself, whatever it's computed from. A change of meaning is a new version. */
export type KpiDescription = Omit<KpiDefinition, 'of' | 'unit' | 'source'> & {
  readonly unit: string;
  readonly source: string;
};

interface Described extends KpiDescription {
  readonly unit: TaskKpiUnit;
  /** The first of `sources`. */
  readonly source: TaskSource;
  /** All of them must be connected, else the figure reads unknown. */
  readonly sources: readonly TaskSource[];
}

/** Lines of the cost report of a window: they add up to its total, to the cent. */
export type CostLine =
  | 'tasks'
  | 'unattributed'
  | 'unpricedEstimate'
  | 'seats'
  | 'total'
  | 'idleSeatDays'
  | 'seatsPerSuccess';

export type TaskKpiDefinition = Described &
  (
    | { readonly over: 'tasks'; readonly of: Figure<TaskMeasures> }
    | { readonly over: 'changes'; readonly of: Figure<ChangeWork> }
    | { readonly over: 'deployments'; readonly of: Figure<DeploymentWork> }
    | { readonly over: 'people'; readonly of: Figure<PersonWeek> }
    | { readonly over: 'costs'; readonly of: CostLine }
  );

const windows = {
  tasks: 'tasks begun in the window, by week (UTC), once all of the week are 42 days old',
  changes: 'changes merged in the window, by merge week (UTC)',
  deployments: 'production deployments finished in the window, by week (UTC)',
  people: 'whole weeks (UTC) of people within the window',
  costs: 'whole weeks (UTC) within the window',
} as const;

type Draft = Pick<Described, 'id' | 'formula' | 'unit' | 'sources'> & {
  readonly owner?: string;
  readonly minimumN?: number;
};

function described(
  over: keyof typeof windows,
  { id, formula, unit, sources, owner, minimumN }: Draft,
): Described {
  return {
    ...{ id, version: 'v1', formula, unit, window: windows[over], minimumN: minimumN ?? 20 },
    ...{ owner: owner ?? 'platform', source: sources[0]!, sources },
  };
}

const overTasks = (draft: Draft, of: Figure<TaskMeasures>): TaskKpiDefinition => ({
  ...described('tasks', draft),
  over: 'tasks',
  of,
});
const overChanges = (draft: Draft, of: Figure<ChangeWork>): TaskKpiDefinition => ({
  ...described('changes', draft),
  over: 'changes',
  of,
});
const overDeployments = (draft: Draft, of: Figure<DeploymentWork>): TaskKpiDefinition => ({
  ...described('deployments', draft),
  over: 'deployments',
  of,
});
const overPeople = (draft: Draft, of: Figure<PersonWeek>): TaskKpiDefinition => ({
  ...described('people', draft),
  over: 'people',
  of,
});
const ofCosts = (
  id: string,
  formula: string,
  of: CostLine,
  sources: readonly TaskSource[],
): TaskKpiDefinition => ({
  ...described('costs', {
    id,
    formula,
    unit: of === 'idleSeatDays' ? 'seat-days' : 'USD',
    sources,
    minimumN: 1,
  }),
  over: 'costs',
  of,
});

const one = (is: boolean) => (is ? 1 : 0);
const usd = (amount: number | null) => (amount ?? 0) / microUsdPerUsd;
const kept = ({ judgement }: TaskMeasures) =>
  judgement === 'success' || judgement === 'unproved' || judgement === 'overridden';

const outcomes = [
  overTasks(
    {
      id: 'success_rate',
      formula:
        'tasks merged by day 14, the gate and its scans passed without override, not taken back within 28 days ÷ tasks of 42 days; one that nothing shows to have passed is no success',
      unit: 'share',
      sources: ['gates', 'changes'],
      owner: 'product',
    },
    {
      kind: 'share',
      hit: ({ judgement }) => one(judgement === 'success'),
      covered: ({ judgement }) => judgement !== 'unproved',
    },
  ),
  overTasks(
    {
      id: 'kept_rate',
      formula:
        'tasks merged by day 14 and not taken back within 28 days, whatever a gate said ÷ tasks of 42 days',
      unit: 'share',
      sources: ['changes'],
      owner: 'product',
    },
    { kind: 'share', hit: (task) => one(kept(task)) },
  ),
  overTasks(
    {
      id: 'first_pass_rate',
      formula:
        'tasks merged without changes requested and without a human’s code commit after a review was asked for ÷ tasks with a change whose reviews are known',
      unit: 'share',
      sources: ['changes'],
      owner: 'product',
    },
    {
      kind: 'share',
      known: ({ firstPass }) => firstPass !== null,
      hit: ({ firstPass }) => one(firstPass === true),
    },
  ),
];

const causes = [
  ['E1', 'exceptions', 'an exception was asked for after a denial'],
  ['E2', 'takeovers', 'a person took over'],
  ['E3', 'legal_reviews', 'a legal or security review was needed'],
  ['E4', 'gates', 'the gate was overridden'],
] as const;

const escalations = [
  overTasks(
    {
      id: 'escalation_rate',
      formula:
        'tasks that needed a decision outside normal review (E1 to E4) ÷ tasks; a denial that the assistant corrected itself is friction',
      unit: 'share',
      sources: causes.map(([, source]) => source),
      owner: 'security',
    },
    { kind: 'share', hit: (task) => one(task.causes.size > 0) },
  ),
  ...causes.map(([cause, source, words]) =>
    overTasks(
      {
        id: `escalation_rate.${cause.toLowerCase()}`,
        formula: `tasks in which ${words} ÷ tasks`,
        unit: 'share',
        sources: [source],
        owner: 'security',
      },
      { kind: 'share', hit: (task) => one(task.causes.has(cause)) },
    ),
  ),
  overTasks(
    {
      id: 'friction',
      formula: 'calls denied in sessions at tasks ÷ tasks × 100',
      unit: 'per 100 tasks',
      sources: ['sessions'],
    },
    { kind: 'ratio', numerator: ({ denials }) => denials, denominator: () => 1, scale: 100 },
  ),
  ...(
    [
      ['p50', 0.5, 'Median'],
      ['p90', 0.9, '90th percentile'],
    ] as const
  ).map(([name, p, words]) =>
    overTasks(
      {
        id: `time_to_unblock.${name}`,
        formula: `${words} of: a denial until the exception it led to was answered`,
        unit: 'seconds',
        sources: ['exceptions'],
        owner: 'security',
      },
      {
        kind: 'quantile',
        p,
        eligible: ({ causes: of }) => of.has('E1'),
        known: ({ unblocked }) => unblocked.length > 0,
        values: ({ unblocked }) => unblocked,
      },
    ),
  ),
];

const costs = [
  overTasks(
    {
      id: 'cost_per_success',
      formula:
        'metered cost of all tasks of a cohort ÷ the successes of the same cohort; seats have their own line',
      unit: 'USD',
      sources: ['gates', 'sessions'],
      owner: 'product',
    },
    {
      kind: 'ratio',
      numerator: ({ cost }) => usd(cost),
      denominator: ({ judgement }) => one(judgement === 'success'),
      scale: 1,
      covered: ({ cost }) => cost !== null,
    },
  ),
  overTasks(
    {
      id: 'cost_per_kept',
      formula:
        'metered cost of all tasks of a cohort ÷ those merged by day 14 and not taken back within 28 days, whatever a gate said',
      unit: 'USD',
      sources: ['sessions'],
      owner: 'product',
    },
    {
      kind: 'ratio',
      numerator: ({ cost }) => usd(cost),
      denominator: (task) => one(kept(task)),
      scale: 1,
      covered: ({ cost }) => cost !== null,
    },
  ),
  ...(
    [
      ['p50', 0.5, 'Median'],
      ['p90', 0.9, '90th percentile'],
    ] as const
  ).map(([name, p, words]) =>
    overTasks(
      {
        id: `cost_per_task.${name}`,
        formula: `${words} of: metered cost of a task, successful or not`,
        unit: 'USD',
        sources: ['sessions'],
        owner: 'product',
      },
      { kind: 'quantile', p, known: ({ cost }) => cost !== null, values: ({ cost }) => [usd(cost)] },
    ),
  ),
  ofCosts(
    'cost_per_success.seats',
    'seat-days × price of a seat-day ÷ successes of the window’s cohorts',
    'seatsPerSuccess',
    ['seats', 'gates'],
  ),
  ofCosts('cost.tasks', 'metered cost of calls in sessions at tasks', 'tasks', ['sessions']),
  ofCosts('cost.unattributed', 'metered cost of calls that belong to no task', 'unattributed', ['sessions']),
  ofCosts(
    'cost.unpriced_estimate',
    'calls without a price, at what was set aside for them, else at the week’s mean price of a token',
    'unpricedEstimate',
    ['sessions'],
  ),
  ofCosts('cost.seats', 'seat-days × price of a month ÷ 30', 'seats', ['seats']),
  ofCosts('cost.idle_seats', 'seat-days of seats that nobody used', 'idleSeatDays', ['seats']),
  ofCosts('cost.total', 'tasks + unattributed + unpriced estimate + seats', 'total', ['sessions']),
];

const failures = [
  overDeployments(
    {
      id: 'change_failure_rate',
      formula:
        'production deployments that incidents fall to ÷ production deployments; an incident without links falls in equal parts to those of its service in the 7 days before',
      unit: 'share',
      sources: ['incidents', 'deployments'],
    },
    { kind: 'share', known: ({ matured }) => matured, hit: ({ failure }) => failure },
  ),
  overDeployments(
    {
      id: 'rework_rate',
      formula: 'production deployments that brought a revert or fixed an incident ÷ production deployments',
      unit: 'share',
      sources: ['deployments'],
    },
    { kind: 'share', hit: ({ isRework }) => one(isRework) },
  ),
  overChanges(
    {
      id: 'incident_frequency.delivery',
      formula:
        'incidents within 28 days of the merge that fall to changes of class A or B ÷ those changes × 100',
      unit: 'per 100 changes',
      sources: ['incidents'],
    },
    {
      kind: 'rare',
      eligible: ({ isAssistants }) => isAssistants,
      known: ({ matured }) => matured,
      weights: ({ incidentShares }) => incidentShares,
      scale: 100,
    },
  ),
  overPeople(
    {
      id: 'incident_frequency.governance',
      formula:
        'confirmed leaks, bypasses, unapproved vendors, models or MCP servers, IP matches and ledger gaps ÷ weeks of people active with an assistant × 1,000',
      unit: 'per 1,000 developer-weeks',
      sources: ['governance_incidents', 'sessions'],
      owner: 'security',
    },
    { kind: 'counted', eligible: ({ active }) => active, scale: 1000 },
  ),
  overChanges(
    {
      id: 'findings_per_100',
      formula: 'security findings in merged changes ÷ merged changes × 100',
      unit: 'per 100 changes',
      sources: ['scanners'],
      owner: 'security',
    },
    { kind: 'ratio', numerator: ({ findings }) => findings, denominator: () => 1, scale: 100 },
  ),
];

const use = [
  overPeople(
    {
      id: 'adoption',
      formula: 'weeks of enrolled people in which they used an assistant ÷ weeks of enrolled people',
      unit: 'share',
      sources: ['sessions'],
      owner: 'product',
    },
    { kind: 'share', eligible: ({ enrolled }) => enrolled, hit: ({ active }) => one(active) },
  ),
  overChanges(
    {
      id: 'assistant_share',
      formula:
        'merged changes of class A or B ÷ merged changes whose class is known, automation aside (descriptive, selected)',
      unit: 'share',
      sources: ['changes'],
      owner: 'product',
    },
    {
      kind: 'share',
      eligible: ({ provenance }) => provenance.class !== 'automation',
      known: ({ provenance }) => provenance.class !== 'U',
      hit: ({ isAssistants }) => one(isAssistants),
    },
  ),
];

/** Every figure of tasks and assistants, in the order in which they are read. */
export const taskKpiDefinitions: readonly TaskKpiDefinition[] = [
  ...outcomes,
  ...escalations,
  ...costs,
  ...failures,
  ...use,
];

/** Every figure there is, those of changes first. */
export const allKpiDefinitions: readonly KpiDescription[] = [...kpiDefinitions, ...taskKpiDefinitions];
