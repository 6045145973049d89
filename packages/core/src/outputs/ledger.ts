/* What the commands about the ledger write as JSON. */
import { z } from 'zod';
import { count, moment, output, strings } from './define.ts';
import { entrySchema } from './entry.ts';

const op = '019e1f6a-3c00-7a41-9d52-0c6f2b9d7e10';
const origin = 'fairlead.local/0f1e2d3c-4b5a-4678-8796-a5b4c3d2e1f0';

const verifySchema = z.object({
  ok: z.boolean(),
  size: count.describe('Entries stored.'),
  signedSize: count.describe('Entries that the last signed checkpoint covers.'),
  root: z.string().nullable().describe('Root of the tree.'),
  problems: z
    .array(z.object({ problem: z.string(), index: count.nullable(), message: z.string() }))
    .readonly(),
});

const fsckSchema = z.object({
  ok: z.boolean(),
  size: count.describe('Entries stored.'),
  root: z.string().describe('Root of the tree, recomputed.'),
  problems: z.array(
    z.object({
      problem: z.string(),
      where: z.string().describe('An entry, or a row by its table.'),
      message: z.string(),
    }),
  ),
  more: count.describe('Problems beyond those listed.'),
  leftovers: z
    .array(z.object({ file: z.string(), bytes: count, message: z.string() }))
    .optional()
    .describe('Files that nothing reads any more, and what to do about them. They are no problem.'),
  checked: z.record(z.string(), count).describe('Rows that were compared, by what they are.'),
  ms: count.describe('How long it took.'),
});

/** `holds`, `stopped` and `dryRun` come from a server only. */
const pruneSchema = z.object({
  minimum: count.describe('Below this index calls have no bytes.'),
  entries: count,
  inputs: count.nullable().describe('Null where it was only counted what would go.'),
  holds: strings.optional().describe('Legal holds that stand.'),
  stopped: z.boolean().optional().describe('A hold was placed meanwhile.'),
  dryRun: z.boolean().optional(),
});

const holdsSchema = z.array(
  z.object({
    id: z.string(),
    reason: z.string(),
    since: moment,
    from: moment.nullable().describe('It covers what was recorded from then on; null: everything.'),
    by: z.string(),
  }),
);

const tree = z.object({ size: count, root: z.string().describe('Base64, as in checkpoints.') });
const growthSchema = z.object({
  origin: z.string().describe('Name of the log.'),
  from: tree,
  to: tree,
  proof: z.array(z.string()).describe('RFC 6962, 2.1.2: hashes in base64.'),
});

const witnessSchema = z.object({
  ready: z.literal(true),
  url: z.string(),
  vkey: z.string().describe('Key that its signatures are verified with.'),
});

const refusal = {
  index: 1041,
  v: 1,
  id: op,
  ts: '2026-11-01T09:30:00.000Z',
  op,
  origin: 'live',
  instance: { id: 'inst-1', incarnation: '019e1f60-0000-7000-8000-000000000001' },
  kind: 'decision',
  session: null,
  actor: { pseudonym: 'p-4c1d', kind: 'human', onBehalfOf: null },
  keyId: 'key-7',
  assistant: { name: 'codex', version: '0.169.0' },
  point: 'gateway',
  endpoint: 'responses',
  repository: 'github.com/acme/skunkworks',
  repositoryEvidence: 'key',
  dataClasses: [],
  vendor: 'openai',
  model: 'gpt-5.5-codex',
  decision: 'deny',
  policyIds: ['repository.allowlist'],
  notices: [],
  bundle: `sha256:${'5f'.repeat(32)}`,
  engine: 'compiled',
  configEpoch: 1,
  input: 'ab'.repeat(32),
  findings: [],
  truncated: false,
  coverage: {
    inspected: ['personal-data', 'secrets'],
    skipped: [{ what: 'response', why: 'output mode observe' }],
    ruleset: `1@${'cd'.repeat(32)}`,
  },
  received: 'ef'.repeat(32),
  forwarded: null,
} as const;

export const ledgerOutputs = {
  'ledger-list': output(
    ['ledger list --format json'],
    'One entry of the ledger, one a line.',
    entrySchema,
    refusal,
  ),
  'ledger-verify': output(['ledger verify --format json'], 'What verifying the ledger says.', verifySchema, {
    ok: true,
    size: 12,
    signedSize: 12,
    root: '0d'.repeat(32),
    problems: [],
  }),
  'ledger-fsck': output(
    ['ledger fsck --format json'],
    'Whether the database fits the bytes of the log.',
    fsckSchema,
    {
      ...{ ok: false, size: 12, root: '0d'.repeat(32), more: 0, ms: 41 },
      problems: [
        { problem: 'budget-differs', where: 'team payments', message: 'It is not what entries say.' },
      ],
      checked: { entries: 12, signed: 12, budgets: 3 },
    },
  ),
  'ledger-prune': output(['ledger prune --format json'], 'What was pruned, or would be.', pruneSchema, {
    minimum: 768,
    entries: 256,
    inputs: 250,
    holds: [],
    stopped: false,
    dryRun: false,
  }),
  'ledger-holds': output(['ledger hold list --format json'], 'Legal holds that stand.', holdsSchema, [
    { id: 'case-7', reason: 'litigation', since: '2026-11-01T09:30:00.000Z', from: null, by: 'operator' },
  ]),
  'ledger-growth': output(
    ['ledger proof --from N'],
    'Shows that one tree begins with another.',
    growthSchema,
    {
      origin,
      from: { size: 1, root: 'JEc8R7Gqcf6zsMnJ4lzyQDyxGpgtd2Z1cBI5Ce1SBro=' },
      to: { size: 2, root: 'HySkKB06YhUcoP4RTPe6tYOaYNrXB0Ck0mZTXpfYKIs=' },
      proof: ['w8wHLqUmLTRs6FBcGoyCC7Z3vLB3ss/Ci6qyvl5uMUE='],
    },
  ),
  witness: output(['ledger witness'], 'The line written when a witness is ready.', witnessSchema, {
    ready: true,
    url: 'http://127.0.0.1:7450',
    vkey: 'witness.example.org+7a3f2c1d+BAAB…',
  }),
};
