/* What the commands about keeping write as JSON. */
import { z } from 'zod';
import { count, moment, output, strings } from './define.ts';

const retentionRunSchema = z.object({
  by: z.string(),
  periods: count.describe('Periods of kept content whose keys were destroyed.'),
  items: count,
  minimum: count.nullable().describe('The minimum index of the ledger; null where it is not pruned.'),
  entries: count.describe('Entries that lost their bytes.'),
  inputs: count,
  rows: count.describe('Rows that the read model lost.'),
  holds: strings.describe('Ids of the legal holds that stood.'),
  stopped: z.boolean(),
  failed: strings.describe('Codes of errors.'),
});

const retentionStatusSchema = z.object({
  enforce: z.boolean(),
  ledgerDays: count.nullable().describe('Null where the program says nothing.'),
  contentDays: count.nullable(),
  classes: z.array(
    z.object({ dataClass: z.string(), ledgerDays: count.nullable(), contentDays: count.nullable() }),
  ),
  minimum: count.describe('Below this index calls have no bytes any more.'),
  holds: count.describe('Legal holds that stand.'),
  lastRun: retentionRunSchema.extend({ at: moment }).nullable(),
});

const contentStatusSchema = z.object({
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

const contentGetSchema = z.object({ request: part, response: part });

const run = {
  ...{ by: 'schedule', periods: 1, items: 12, minimum: 768, entries: 256, inputs: 250, rows: 256 },
  ...{ holds: [], stopped: false, failed: [] },
};

export const keepingOutputs = {
  'retention-status': output(
    ['retention status --format json'],
    'How long what is recorded is kept.',
    retentionStatusSchema,
    {
      ...{ enforce: true, ledgerDays: 730, contentDays: 30, minimum: 768, holds: 0 },
      classes: [{ dataClass: 'personal-data', ledgerDays: 1095, contentDays: 7 }],
      lastRun: { ...run, at: '2026-11-01T00:10:00.000Z' },
    },
  ),
  'retention-run': output(['retention run --format json'], 'What was deleted.', retentionRunSchema, run),
  'content-status': output(
    ['content status --format json'],
    'Whether content is kept.',
    contentStatusSchema,
    { state: 'on', failure: null, waitingBytes: 0, notKept: 0, items: 12 },
  ),
  'content-get': output(
    ['content get --format json'],
    'What was sent and received in a call.',
    contentGetSchema,
    { request: { salt: 'c2FsdA==', content: 'SGVsbG8=' }, response: null },
  ),
};
