/* What the commands about keeping write with `--format json`, with an example of each. */
import { z } from 'zod';

const moment = z.string().describe('RFC 3339, UTC, with milliseconds.');
const count = z.int().min(0);
const strings = z.array(z.string()).readonly();

/** What `fairlead ledger prune --format json` says. `holds`, `stopped` and `dryRun` come from a server only. */
export const pruneSchema = z.object({
  minimum: count.describe('Below this index calls have no bytes.'),
  entries: count,
  inputs: count.nullable().describe('Null where it was only counted what would go.'),
  holds: strings.optional().describe('Legal holds that stand.'),
  stopped: z.boolean().optional().describe('A hold was placed meanwhile.'),
  dryRun: z.boolean().optional(),
});

/** What `fairlead ledger hold list --format json` says. */
export const holdsSchema = z.array(
  z.object({
    id: z.string(),
    reason: z.string(),
    since: moment,
    from: moment.nullable().describe('It covers what was recorded from then on; null: everything.'),
    by: z.string(),
  }),
);

/** What `fairlead retention run --format json` says. */
export const retentionRunSchema = z.object({
  by: z.string(),
  periods: count.describe('Periods of kept content whose keys were destroyed.'),
  items: count,
  minimum: count.nullable().describe('Null where the ledger is not pruned.'),
  entries: count,
  inputs: count,
  rows: count.describe('Rows that the read model lost.'),
  holds: strings,
  stopped: z.boolean(),
  failed: strings.describe('Codes of errors.'),
});

/** What `fairlead retention status --format json` says. */
export const retentionStatusSchema = z.object({
  enforce: z.boolean(),
  ledgerDays: count.nullable().describe('Null where the program says nothing.'),
  contentDays: count.nullable(),
  classes: z.array(
    z.object({ dataClass: z.string(), ledgerDays: count.nullable(), contentDays: count.nullable() }),
  ),
  minimum: count,
  holds: count,
  lastRun: retentionRunSchema.extend({ at: moment }).nullable(),
});

/** What `fairlead content status --format json` says. */
export const contentStatusSchema = z.object({
  state: z.enum(['off', 'on', 'broken']),
  failure: z.string().nullable(),
  waitingBytes: count,
  notKept: count.describe('Since the start.'),
  items: count.nullable(),
});

const part = z
  .object({ salt: z.string(), content: z.string() })
  .nullable()
  .describe('Base64; SHA-256 of salt and content is the commitment in the entry.');

/** What `fairlead content get --format json` says. */
export const contentGetSchema = z.object({ request: part, response: part });

const run = {
  ...{ by: 'schedule', periods: 1, items: 12, minimum: 768, entries: 256, inputs: 250, rows: 256 },
  ...{ holds: [], stopped: false, failed: [] },
};

/** Name, command, what it is, schema and example. */
export const keepingOutputs: readonly (readonly [string, string, string, z.ZodType, unknown])[] = [
  [
    'ledger-prune',
    'fairlead ledger prune --format json',
    'What was pruned, or would be.',
    pruneSchema,
    { minimum: 768, entries: 256, inputs: 250, holds: [], stopped: false, dryRun: false },
  ],
  [
    'ledger-holds',
    'fairlead ledger hold list --format json',
    'Legal holds that stand.',
    holdsSchema,
    [{ id: 'case-7', reason: 'litigation', since: '2026-11-01T09:30:00.000Z', from: null, by: 'operator' }],
  ],
  [
    'retention-status',
    'fairlead retention status --format json',
    'How long what is recorded is kept.',
    retentionStatusSchema,
    {
      ...{ enforce: true, ledgerDays: 730, contentDays: 30, minimum: 768, holds: 0 },
      classes: [{ dataClass: 'personal-data', ledgerDays: 1095, contentDays: 7 }],
      lastRun: { ...run, at: '2026-11-01T00:10:00.000Z' },
    },
  ],
  ['retention-run', 'fairlead retention run --format json', 'What was deleted.', retentionRunSchema, run],
  [
    'content-status',
    'fairlead content status --format json',
    'Whether content is kept.',
    contentStatusSchema,
    { state: 'on', failure: null, waitingBytes: 0, notKept: 0, items: 12 },
  ],
  [
    'content-get',
    'fairlead content get --format json',
    'What was sent and received in a call.',
    contentGetSchema,
    { request: { salt: 'c2FsdA==', content: 'SGVsbG8=' }, response: null },
  ],
];
