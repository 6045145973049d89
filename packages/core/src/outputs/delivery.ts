/* What the commands about delivery write as JSON. */
import { z } from 'zod';
import { baselineExample, healthExample, kpisExample, timelineExample } from '../delivery/output-examples.ts';
import {
  aheadSchema,
  baselineSchema,
  healthSchema,
  kpiRowsSchema,
  szzSchema,
  timelineSchema,
} from '../delivery/output-schemas.ts';
import { count, moment, output, strings } from './define.ts';

const minutes = z.number().nullable().describe('Whole minutes, rounded up; null where it is not known.');
const id = z.string().nullable();
const devlakeSchema = z.object({
  id: z.string().describe('host/owner/name#number.'),
  first_commit_sha: id,
  pr_coding_time: minutes,
  first_review_id: id,
  pr_pickup_time: minutes,
  pr_review_time: minutes,
  deployment_commit_id: id,
  pr_deploy_time: minutes,
  pr_cycle_time: minutes,
});

const provenanceSchema = z.object({
  change: z.string().describe('host/owner/name#number.'),
  class: z
    .enum(['A', 'B', 'C', 'N', 'U', 'automation'])
    .describe(
      'A: an assistant made it; B: one was at it; C: its author used one in those weeks; N: none; U: unknown.',
    ),
  strength: z.enum(['strong', 'weak']).nullable(),
  evidence: strings.describe('Ids of what says so.'),
  coverage: z
    .number()
    .nullable()
    .describe('Share of the repository’s machines that were seen in its weeks; null where nobody says.'),
  tasks: strings.describe('Ids of the tasks that it absorbed.'),
});

const importSchema = z.object({
  added: count.describe('Facts.'),
  changed: count,
  unchanged: count,
  ahead: aheadSchema.optional().describe('Where facts are dated more than a day ahead.'),
  ranges: count.optional().describe('With --clone: deployments of which it was found out what they brought.'),
  passedOver: count
    .optional()
    .describe('Of what assistants did: notes and records that are not as their standard says.'),
});

const collectSchema = z.object({
  from: moment,
  to: moment,
  repositories: z.array(
    z.object({
      repository: z.string(),
      renamedFrom: z.string().optional(),
      changes: count,
      deployments: count,
      ranges: count.describe('Deployments of which it was found out what they brought.'),
      incidents: count,
      rechecked: z
        .object({ read: count, differed: count })
        .nullable()
        .describe('Closed changes that were read again at random.'),
      upTo: moment.nullable().describe('Time stamp of the newest change that was read.'),
      added: count,
      changed: count,
      forgotten: count,
      failure: z.string().nullable().describe('Code of the error that ended it; null when all was read.'),
    }),
  ),
  complete: z.boolean().describe('Whether everything was read.'),
});

const personSchema = z.object({
  accounts: z.array(
    z.object({
      account: z.string(),
      pseudonym: z.string().nullable().describe('Null: nothing is known of it.'),
      forgotten: z.boolean(),
    }),
  ),
  facts: z
    .array(z.looseObject({ type: z.string() }))
    .describe('As they are kept; of everybody else nothing is shown.'),
  isCut: z.boolean().describe('There are more.'),
});
const forgottenSchema = z.object({
  known: count.describe('Accounts of which facts were known.'),
  before: count.describe('Accounts that had been forgotten before.'),
  renamed: count.describe('Changes whose branch was named after the person.'),
});

export const deliveryOutputs = {
  'delivery-kpis': output(
    ['delivery kpis --format json'],
    'Figures of a window, each with its definition, n, interval and coverage.',
    kpiRowsSchema,
    kpisExample,
  ),
  'delivery-devlake': output(
    ['delivery kpis --definitions devlake'],
    'A merged change as Apache DevLake measures it, one a line.',
    devlakeSchema,
    {
      ...{ id: timelineExample.change, first_commit_sha: '1f0c', pr_coding_time: 1000 },
      ...{ first_review_id: 'r1', pr_pickup_time: 150, pr_review_time: 90 },
      ...{ deployment_commit_id: 'd1', pr_deploy_time: 70, pr_cycle_time: 1310 },
    },
  ),
  'delivery-timeline': output(
    ['delivery timeline --format json'],
    'The life of one change, in parts that add up.',
    timelineSchema,
    timelineExample,
  ),
  'delivery-provenance': output(
    ['delivery provenance --format json'],
    'Whether an assistant made a change, and what says so.',
    provenanceSchema,
    {
      ...{ change: timelineExample.change, class: 'B', strength: 'weak', coverage: null },
      ...{ evidence: ['commit-trailer'], tasks: [] },
    },
  ),
  'delivery-health': output(
    ['delivery health --format json'],
    'How complete the facts are, and what incidents name that isn’t known.',
    healthSchema,
    healthExample,
  ),
  'delivery-imported': output(['delivery import'], 'What an import changed.', importSchema, {
    ...{ added: 5, changed: 0, unchanged: 0 },
  }),
  'delivery-collected': output(
    ['delivery collect'],
    'What a round of reading a git host came to, one a line.',
    collectSchema,
    {
      ...{ from: '2026-11-01T09:30:00.000Z', to: '2026-11-01T09:31:12.000Z', complete: true },
      repositories: [
        {
          ...{ repository: 'github.com/acme/payments-api', changes: 12, deployments: 3, ranges: 3 },
          ...{ incidents: 0, rechecked: null, upTo: '2026-11-01T09:12:40.000Z' },
          ...{ added: 61, changed: 0, forgotten: 0, failure: null },
        },
      ],
    },
  ),
  'delivery-person': output(
    ['delivery export-person'],
    'What delivery facts hold of one person.',
    personSchema,
    {
      accounts: [{ account: 'dana', pseudonym: 'p-4c1d', forgotten: false }],
      facts: [{ type: 'change', id: timelineExample.change }],
      isCut: false,
    },
  ),
  'delivery-forgotten': output(
    ['delivery forget-person'],
    'What forgetting a person changed.',
    forgottenSchema,
    { known: 1, before: 0, renamed: 2 },
  ),
  baseline: output(
    ['baseline --format json'],
    'How a repository delivered in a window.',
    baselineSchema,
    baselineExample,
  ),
  szz: output(
    ['delivery szz --format json'],
    'The commit that a fix’s lines came from, an estimate.',
    szzSchema,
    { inducing: ['5fd1c0a7b3e94d2f8a6b1c3d5e7f90123456789a'], shallow: false, ms: 84 },
  ),
};
