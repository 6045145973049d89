import { z } from 'zod';
import type { Entry } from '../ledger/entry.ts';
import { count, hex, moment, strings } from './define.ts';

const uuid = z.string();
const envelope = {
  index: count.describe('Place in the log, from 0.'),
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

const content = z
  .union([z.object({ commitment: hex }), z.object({ notKept: z.string() })])
  .optional()
  .describe('SHA-256 of a salt and the content that is kept, or why it is not; absent where none is to be.');

const usage = z.object({
  inputTokens: count,
  outputTokens: count,
  cacheReadTokens: count,
  cacheWriteTokens: count,
  cacheWriteLongTokens: count.optional().describe('Those that are kept for an hour.'),
  serviceTier: z.string().optional(),
  final: z.literal(false).optional().describe('The answer broke off before the last counts.'),
});

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
  findings: z
    .array(
      z.object({
        detector: z.string(),
        class: z.string().describe('A data class, of data-handling.yaml.'),
        grade: z.string().nullable(),
        kind: z.string().describe('Where it was found.'),
        count,
        digest: hex.nullable().describe('Keyed, of the value; null where that could be guessed.'),
      }),
    )
    .readonly(),
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
  content,
});

/** An entry of the ledger. */
export const entrySchema = z.discriminatedUnion('kind', [
  decision,
  z.object({
    ...envelope,
    kind: z.literal('outcome'),
    outcome: z.enum(['completed', 'client-aborted', 'vendor-error', 'vendor-unreachable', 'cut']),
    status: z.number().nullable(),
    usage: usage.nullable(),
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
    content,
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

type Listed = z.input<typeof entrySchema>;
type Members<Of> = Of extends unknown
  ? `${Extract<Of, { kind: string }>['kind']}.${Extract<keyof Of, string>}`
  : never;

/** The compiler holds the schema to the entries that are written, and to all of their members. */
export const entryFits = (entry: Entry & { readonly index: number }): Listed => entry;
export const membersFit = (member: Members<Entry>): Members<Listed> => member;
