/* What the commands about a program write as JSON, and the line that a start writes. */
import { z } from 'zod';
import { findingSchema } from '../program/report/json.ts';
import { count, output, strings } from './define.ts';

const digest = `sha256:${'5f'.repeat(32)}`;

const finding = {
  code: 'program.dangling',
  severity: 'error' as const,
  file: 'repositories.yaml',
  line: 5,
  column: 83,
  message: 'There is no team "paymnets" in teams.yaml. Did you mean "payments"?',
  fix: 'Correct the name, or add what it refers to.',
};

const place = { file: z.string(), line: z.int().min(1), column: z.int().min(1) };

const verdictSchema = z.object({
  decision: z.enum(['allow', 'deny']),
  reasons: strings.describe('Ids of the policies that decided.'),
  errors: z
    .array(z.object({ policyId: z.string(), message: z.string() }))
    .describe('Policies that could not be evaluated.'),
  nearest: z
    .array(z.object({ policyId: z.string(), failing: z.string() }))
    .describe('For a default deny: the permits that came closest, and what each lacks.'),
});
const policyTestSchema = z.object({
  ok: z.boolean(),
  digest: z.string(),
  counts: z.object({ total: count, passed: count, failed: count }),
  findings: findingSchema.shape.findings,
  results: z
    .array(
      z.object({
        ...place,
        suite: z.string(),
        name: z.string(),
        ok: z.boolean(),
        problems: strings.describe('What is not as expected, one sentence each.'),
        verdict: verdictSchema.nullable().describe('Null when the case could not be asked.'),
      }),
    )
    .readonly(),
});

const explainedPolicies = z.array(
  z.object({
    id: z.string(),
    effect: z.enum(['permit', 'forbid']),
    title: z.string(),
    advice: z.string(),
    owner: z.string(),
    ...place,
    clauses: z.array(
      z.object({
        text: z.string().describe('As Cedar text.'),
        outcome: z.enum(['holds', 'fails', 'error']),
        values: z.array(z.object({ expression: z.string(), value: z.string() })),
        change: z.string().describe('What would have to be otherwise; empty where this is not in the way.'),
      }),
    ),
  }),
);
const explanationSchema = z.object({
  verdict: verdictSchema,
  deciding: explainedPolicies.describe('The policies that decided.'),
  failed: explainedPolicies.describe('Policies that had an error.'),
  nearest: explainedPolicies.describe('For a default deny: the permits that came closest.'),
  summary: z.string(),
});
const explainedDecisionSchema = z.object({
  op: z.string(),
  decision: z.string().describe('As recorded.'),
  policyIds: strings,
  bundle: z.string().describe('Digest of the program that decided.'),
  sameProgram: z.boolean().describe('False: this is what the program at hand would say.'),
  explanations: z
    .array(explanationSchema)
    .describe('One a repository; empty when the call was refused before any policy was asked.'),
});

const readySchema = z.object({
  ready: z.literal(true),
  gateway: z.string().nullable().describe('Null with --role control.'),
  console: z.string().nullable().describe('Null with --role gateway.'),
  status: z.string().optional().describe('With --role gateway: where /healthz, /readyz and /metrics are.'),
  signIn: z.string().optional().describe('Demo only; empty until the console is there.'),
  keys: z
    .object({ allowed: z.string(), unlisted: z.string(), outsideStage: z.string() })
    .optional()
    .describe('Demo only.'),
  adminToken: z.string().optional().describe('Demo only.'),
  enrolmentCode: z.string().optional().describe('Demo only.'),
});

const explanation = {
  verdict: {
    ...{ decision: 'deny' as const, reasons: ['repository.allowlist'] },
    ...{ errors: [], nearest: [] },
  },
  deciding: [
    {
      ...{ id: 'repository.allowlist', effect: 'forbid' as const },
      title: 'Only listed repositories',
      advice: 'Ask for the repository to be listed.',
      owner: 'security',
      ...{ file: 'policies/repositories.cedar', line: 1, column: 1 },
      clauses: [
        {
          text: '!resource.listed',
          outcome: 'holds' as const,
          values: [{ expression: 'resource.listed', value: 'false' }],
          change: 'resource.listed would have to be true',
        },
      ],
    },
  ],
  failed: [],
  nearest: [],
  summary: 'Any one of these changes is enough.',
};

export const programOutputs = {
  validate: output(
    ['validate --format json', 'policy check --format json'],
    'What a validation says.',
    findingSchema,
    {
      ...{ ok: false, at: '2026-11-01', digest },
      counts: { error: 1, warning: 0, note: 0 },
      findings: [finding],
    },
  ),
  'policy-test': output(['policy test --format json'], 'What the policy tests say.', policyTestSchema, {
    ...{ ok: true, digest },
    counts: { total: 1, passed: 1, failed: 0 },
    findings: [],
    results: [
      {
        ...{ file: 'tests/repositories.test.yaml', line: 5, column: 5, suite: 'Repositories' },
        ...{ name: 'a listed repository is allowed', ok: true, problems: [] },
        verdict: { decision: 'allow', reasons: ['call.permit'], errors: [], nearest: [] },
      },
    ],
  }),
  'policy-explain': output(
    ['policy explain OP --format json'],
    'Why a recorded call was decided as it was.',
    explainedDecisionSchema,
    {
      op: '019e1f6a-3c00-7a41-9d52-0c6f2b9d7e10',
      ...{ decision: 'deny', policyIds: ['repository.allowlist'], bundle: digest, sameProgram: true },
      explanations: [explanation],
    },
  ),
  'policy-explain-request': output(
    ['policy explain --request FILE --format json'],
    'How a request that was written down would be decided, and why.',
    explanationSchema,
    explanation,
  ),
  ready: output(['up --json', 'demo --json'], 'The line written when Fairlead is ready.', readySchema, {
    ...{ ready: true, gateway: 'http://127.0.0.1:7420', console: 'http://127.0.0.1:7421' },
  }),
};
