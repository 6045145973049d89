import { z } from 'zod';
import {
  appetiteCategory,
  classification,
  day,
  id,
  line,
  owner,
  positive,
  riskLevel,
  severity,
  sharingRule,
  text,
  usd,
} from './common.ts';

/** controls.yaml: every control, who owns it and how its state is measured. */
export const controlsFile = z.strictObject({
  controls: z.record(
    id,
    z.strictObject({
      title: line,
      owner,
      measuredBy: z.enum(['policy', 'ledger', 'scanner', 'reconciler', 'hook-report', 'attestation']),
      frameworks: z.array(line).default([]),
    }),
  ),
});

/** budgets.yaml: limits of spending and of calls. */
export const budgetsFile = z.strictObject({
  limits: z.array(
    z.strictObject({
      scope: z.enum(['organisation', 'stage', 'team', 'repository', 'key', 'session']),
      subject: z.union([z.literal('*'), id], 'must be an id or "*"').default('*'),
      period: z.enum(['day', 'week', 'month', 'total']),
      usd,
      owner,
    }),
  ),
  calls: z
    .array(
      z
        .strictObject({
          subject: z
            .union([z.literal('*'), id], 'must be the id of a key or "*"')
            .default('*')
            .describe('A key; "*" is every key without a limit of its own.'),
          concurrent: positive.max(1024).optional().describe('Calls at the same time.'),
          perMinute: positive.max(100_000).optional().describe('Calls in a minute.'),
          owner,
        })
        .refine(({ concurrent, perMinute }) => concurrent !== undefined || perMinute !== undefined, {
          error: 'must have concurrent or perMinute',
        }),
    )
    .default([])
    .describe('How many calls one key may make.'),
});

const kpiDefinition = /^[a-z0-9-]+@\d+$/;

/** kpis.yaml: which figures count, by which version of their definition. */
export const kpisFile = z.strictObject({
  kpis: z.record(
    id,
    z.strictObject({
      definition: z
        .string()
        .regex(kpiDefinition, 'must be a definition with its version, such as cycle-time@1'),
      owner,
      windowWeeks: positive.max(104),
      direction: z.enum(['lower-is-better', 'higher-is-better']),
      target: z.number().optional(),
    }),
  ),
});

const scanners = z.array(
  z.strictObject({
    id,
    kind: z.enum(['secrets', 'dependencies', 'static-analysis', 'licences', 'containers']),
    freshnessHours: positive,
    blockAt: severity,
  }),
);

/** scanning.yaml: which scanners a repository needs, by its classification. */
export const scanningFile = z.strictObject({
  required: z.record(classification, scanners),
  baseline: z
    .strictObject({ ignoreFindingsBefore: day.optional(), ratchet: z.boolean() })
    .prefault({ ratchet: true }),
});

/** legal.yaml: what may be shared, when legal must look, what has been cleared and until when. */
export const legalFile = z.strictObject({
  owner,
  basis: z.array(z.strictObject({ id, title: line, appliesTo: z.array(id).min(1) })).default([]),
  reviewWhen: z
    .array(z.strictObject({ dataClass: id, vendors: z.array(id).min(1), because: line }))
    .default([])
    .describe('Pairs of data class and vendor that legal decides one by one.'),
  clearances: z
    .array(
      z.strictObject({
        id,
        dataClass: id,
        vendor: id,
        repositories: z.array(id).default([]),
        rule: sharingRule,
        conditions: line,
        grantedBy: owner,
        expires: day,
      }),
    )
    .default([]),
});

const level = z.int().min(1).max(5);

/** risks/ID.yaml: one risk of the register. */
export const riskFile = z.strictObject({
  id,
  title: line,
  category: appetiteCategory,
  cause: text,
  event: text,
  consequence: text,
  owner,
  deputy: owner.optional(),
  inherent: z.strictObject({ likelihood: level, impact: level }),
  current: z
    .strictObject({ likelihood: level, impact: level, because: text, until: day, by: owner })
    .optional()
    .describe('An override of the computed likelihood: by whom, why and until when.'),
  target: z.strictObject({ likelihood: level, impact: level }),
  treatment: z.enum(['avoid', 'reduce', 'share', 'accept']),
  controls: z.array(id).default([]),
  policies: z.array(id).default([]),
  steps: z.array(z.strictObject({ what: line, owner, due: day, done: day.optional() })).default([]),
  acceptance: z
    .strictObject({ by: owner, on: day, expires: day, because: text })
    .optional()
    .describe('A recorded acceptance; it never lasts longer than 12 months.'),
  reviewBy: day,
  references: z.array(line).default([]).describe('Ids in public catalogues.'),
  knowledge: riskLevel.default('medium').describe('How strong the knowledge behind the figures is.'),
});
