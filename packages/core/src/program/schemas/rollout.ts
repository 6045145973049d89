import { z } from 'zod';
import { capability, day, id, line, positive, usd, wireName } from './common.ts';

/** What no program may leave out before its last stage. */
export const scalePreconditions = [
  'repository-allowlist-enforced',
  'scanning-mandatory',
  'ledger-verifying',
  'data-handling-signed-by-legal',
  'baseline-sealed',
  'no-risk-above-appetite',
] as const;

/** Who signs before the first stage that lets anyone use an assistant. */
export const pilotSignOffs = ['executive', 'platform', 'security', 'legal', 'product'] as const;

const guardrail = z.strictObject({
  kpi: id,
  margin: z.number().positive(),
  scale: z.enum(['difference', 'ratio']),
});
const goal = z.strictObject({ kpi: id, target: z.number(), scale: z.enum(['difference', 'ratio']) });

const stage = z.strictObject({
  id,
  rank: z.int().nonnegative(),
  teams: z.array(id).default([]).describe('The cohort. Empty: nobody.'),
  repositories: z
    .array(id)
    .default([])
    .describe("Empty: every allowlisted repository of the cohort's teams."),
  capabilities: z.array(capability).default([]),
  models: z.array(wireName).default([]),
  spendLimitUsd: usd.optional(),
  minimumWeeks: positive.optional(),
  evidence: z.enum(['none', 'preconditions', 'before-after', 'between-arms']).default('none'),
  preconditions: z.array(id).default([]),
  signOffs: z.array(id).default([]),
  guardrails: z.array(guardrail).default([]),
  acceptance: z.array(goal).default([]).describe("Product's criteria, decided as goals."),
  approver: id.optional(),
  rollback: id.optional().describe('The stage to go back to. Every stage but the first has one.'),
});

/** rollout.yaml: stages, cohorts and what must be true before the next. */
export const rolloutFile = z.strictObject({
  currentStage: id,
  stages: z.array(stage).min(1),
  assignment: z
    .strictObject({
      method: z.enum(['randomised', 'stepped-wedge', 'matched']),
      seed: line,
      drawnOn: day,
      arms: z.strictObject({ treated: z.array(id), control: z.array(id) }),
    })
    .optional(),
  holdout: z.strictObject({ teams: z.array(id), until: day, reason: line }).optional(),
});
