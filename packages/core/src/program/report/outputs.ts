import { z } from 'zod';
import type { Entry } from '../../ledger/entry.ts';
import { findingSchema } from './json.ts';

const moment = z.string().describe('RFC 3339, UTC, with milliseconds.');
const hex = z.string().regex(/^[0-9a-f]{64}$/);
const uuid = z.string();
const count = z.int().min(0);
const strings = z.array(z.string()).readonly();
const envelope = {
  v: z.literal(1),
  id: uuid,
  ts: moment,
  op: uuid.nullable(),
  origin: z.enum(['live', 'demo']),
  instance: z.object({ id: z.string(), incarnation: z.string() }),
};
const actor = z.object({
  pseudonym: z.string().describe('Random; who it stands for is kept apart and can be erased.'),
  kind: z.enum(['human', 'agent', 'service']),
  onBehalfOf: z.string().nullable(),
});
const details = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), strings]));

const decision = z.object({
  ...envelope,
  kind: z.literal('decision'),
  session: z.string().nullable(),
  actor,
  keyId: z.string(),
  tokenId: z.string().optional(),
  assistant: z.object({ name: z.string(), version: z.string().nullable() }),
  point: z.enum(['gateway', 'hook', 'editor', 'ci', 'api']),
  endpoint: z.string(),
  repository: z.string().nullable().describe('Null when the call was refused before it was known.'),
  repositoryEvidence: z.enum(['key', 'token', 'header', 'codex', 'claim']).nullable(),
  dataClasses: strings,
  vendor: z.string().nullable(),
  model: z.string().nullable(),
  decision: z.enum(['allow', 'deny', 'redact']),
  policyIds: strings.describe('For a deny the deciding policies, for an allow the permits; sorted.'),
  notices: strings,
  bundle: z.string(),
  engine: z.string(),
  configEpoch: z.number(),
  input: z.string().nullable(),
  findings: z.array(z.object({ detector: z.string(), class: z.string(), count })).readonly(),
  truncated: z.boolean(),
  coverage: z.object({
    inspected: strings,
    skipped: z.array(z.object({ what: z.string(), why: z.string() })).readonly(),
    ruleset: z.string(),
  }),
  received: hex.nullable(),
  forwarded: hex.nullable().describe('Null when nothing was forwarded.'),
  reserved: count
    .nullable()
    .optional()
    .describe('The most the call may cost, micro-dollars; null where nothing was set aside.'),
  reservedOutputTokens: count.nullable().optional(),
  budgets: strings.optional().describe('Accounts that hold it, as scope|period|start|id.'),
  prices: z.string().nullable().optional().describe('Version of the price book.'),
  serviceTier: z.string().nullable().optional(),
});

/** One line of `fairlead ledger list --format json`. */
export const entrySchema = z.discriminatedUnion('kind', [
  decision,
  z.object({
    ...envelope,
    kind: z.literal('outcome'),
    outcome: z.enum(['completed', 'client-aborted', 'vendor-error', 'vendor-unreachable', 'cut']),
    status: z.number().nullable(),
    usage: z.object({ inputTokens: count, outputTokens: count }).nullable(),
    latencyMs: z.number(),
    firstByteMs: z.number().nullable(),
    response: hex.nullable(),
    responseBytes: count,
    cost: z
      .union([count, z.literal('unpriced')])
      .optional()
      .describe('Micro-dollars.'),
    costBasis: z
      .enum(['usage', 'partial', 'reservation', 'refused'])
      .optional()
      .describe('What the cost rests on; anything but usage is an upper bound, or nothing.'),
    prices: z.string().nullable().optional(),
  }),
  z.object({ ...envelope, kind: z.literal('recovery'), outcome: z.literal('unknown') }),
  z.object({ ...envelope, kind: z.literal('repeat'), of: uuid, count }),
  z.object({
    ...envelope,
    kind: z.literal('config'),
    what: z.string(),
    bundle: z.string().nullable(),
    details,
  }),
  z.object({
    ...envelope,
    kind: z.literal('admin'),
    what: z.string(),
    actor: actor.nullable(),
    details,
  }),
]);

/** The compiler holds the schema to the entries that are written. */
export const entryFits = (entry: Entry): z.input<typeof entrySchema> => entry;

const place = { file: z.string(), line: z.int().min(1), column: z.int().min(1) };

/** What `fairlead policy test --format json` says. */
export const policyTestSchema = z.object({
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
        verdict: z
          .looseObject({ decision: z.enum(['allow', 'deny']), reasons: strings })
          .nullable()
          .describe('Null when the case could not be asked.'),
      }),
    )
    .readonly(),
});

/** What `fairlead ledger verify --format json` says. */
export const ledgerVerifySchema = z.object({
  ok: z.boolean(),
  size: count.describe('Entries stored.'),
  signedSize: count.describe('Entries that the last signed checkpoint covers.'),
  root: z.string().nullable().describe('Root of the tree.'),
  problems: z
    .array(z.object({ problem: z.string(), index: count.nullable(), message: z.string() }))
    .readonly(),
});

/** What `fairlead budget status --format json` says. Amounts in micro-dollars. */
export const budgetStatusSchema = z.array(
  z.object({
    scope: z.enum(['organisation', 'stage', 'team', 'repository', 'key', 'session']),
    id: z.string(),
    period: z.enum(['day', 'week', 'month', 'total']),
    start: z.string().nullable().describe('First day of the period, UTC; null for `total`.'),
    end: z.string().nullable().describe('First day of the next one.'),
    limit: count,
    reserved: count.describe('Held by calls that are not settled.'),
    settled: count.describe('Charged; never more than was reserved.'),
    overrun: count.describe('What calls cost beyond their reservations.'),
  }),
);

/** What `fairlead key issue --format json` says. */
export const keySchema = z.object({
  id: z.string(),
  key: z.string().describe('Shown once; Fairlead keeps only its hash.'),
  expiresAt: moment,
});

/** The one line that `fairlead up --json` and `npm start -- --json` write when ready. */
export const readySchema = z.object({
  ready: z.literal(true),
  gateway: z.string(),
  console: z.string(),
  signIn: z.string().optional().describe('Demo only; empty until the console is there.'),
  keys: z
    .object({ allowed: z.string(), unlisted: z.string(), outsideStage: z.string() })
    .optional()
    .describe('Demo only.'),
  adminToken: z.string().optional().describe('Demo only.'),
});
