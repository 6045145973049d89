import { kept, one, overTasks } from './kpi-definition.ts';

/** What tasks came to. */
export const outcomeKpis = [
  overTasks(
    {
      id: 'success_rate',
      version: 'v4',
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
      version: 'v4',
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

/** Decisions outside normal review, and what was denied. */
export const escalationKpis = [
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
      sources: ['usage', 'sessions'],
    },
    {
      kind: 'ratio',
      counts: true,
      known: ({ denials }) => denials !== null,
      numerator: ({ denials }) => denials ?? 0,
      denominator: () => 1,
      scale: 100,
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
        id: `time_to_unblock.${name}`,
        formula: `${words} of: a denial until the exception it led to was answered`,
        unit: 'seconds',
        sources: ['exceptions'],
        owner: 'security',
      },
      {
        kind: 'quantile',
        p,
        per: 1,
        eligible: ({ causes: of }) => of.has('E1'),
        known: ({ unblocked }) => unblocked.length > 0,
        values: ({ unblocked }) => unblocked,
      },
    ),
  ),
];
