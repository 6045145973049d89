import { microUsdPerUsd } from '../money/index.ts';
import { kept, ofCosts, one, overTasks } from './kpi-definition.ts';
import type { TaskMeasures } from './measures.ts';

/** A task that no meter saw cost something, and nobody knows what. */
const isPriced = ({ cost }: TaskMeasures) => cost !== null;

/** What tasks cost, and the lines of a window's report. */
export const costKpis = [
  overTasks(
    {
      id: 'cost_per_success',
      version: 'v5',
      formula:
        'metered cost of the tasks of a cohort whose cost is known ÷ the successes among these; seats have their own line',
      unit: 'USD',
      sources: ['gates', 'usage', 'sessions'],
      owner: 'product',
    },
    {
      kind: 'ratio',
      known: isPriced,
      // Whole micro-dollars add up exactly.
      numerator: ({ cost }) => cost ?? 0,
      denominator: ({ judgement }) => one(judgement === 'success'),
      scale: 1 / microUsdPerUsd,
    },
  ),
  overTasks(
    {
      id: 'cost_per_kept',
      version: 'v5',
      formula:
        'metered cost of the tasks of a cohort whose cost is known ÷ those of them merged by day 14 and not taken back within 28 days, whatever a gate said',
      unit: 'USD',
      sources: ['usage', 'sessions'],
      owner: 'product',
    },
    {
      kind: 'ratio',
      known: isPriced,
      // Whole micro-dollars add up exactly.
      numerator: ({ cost }) => cost ?? 0,
      denominator: (task) => one(kept(task)),
      scale: 1 / microUsdPerUsd,
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
        sources: ['usage', 'sessions'],
        owner: 'product',
      },
      {
        kind: 'quantile',
        p,
        // Hundredths of a cent: as micro-dollars a task of 4,295 dollars would not fit.
        per: 10_000,
        known: isPriced,
        values: ({ cost }) => [Math.round((cost ?? 0) / 100)],
      },
    ),
  ),
  ofCosts(
    'cost_per_success.seats',
    'seat-days × price of a seat-day ÷ successes of the window’s cohorts',
    'seatsPerSuccess',
    ['seats', 'gates'],
    'v4',
  ),
  ofCosts('cost.tasks', 'metered cost of calls in sessions at tasks', 'tasks', ['usage', 'sessions']),
  ofCosts('cost.unattributed', 'metered cost of calls that belong to no task', 'unattributed', [
    'usage',
    'sessions',
  ]),
  ofCosts(
    'cost.unpriced_estimate',
    'calls without a price, at what was set aside for them, else at the week’s mean price of a token',
    'unpricedEstimate',
    ['usage'],
  ),
  ofCosts('cost.seats', 'seat-days × price of a month ÷ 30', 'seats', ['seats']),
  ofCosts('cost.idle_seats', 'seat-days of seats that nobody used', 'idleSeatDays', ['seats']),
  ofCosts('cost.total', 'tasks + unattributed + unpriced estimate + seats', 'total', ['usage']),
];
