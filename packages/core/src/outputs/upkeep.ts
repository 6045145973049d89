/* What the commands that look after an installation write as JSON. */
import { z } from 'zod';
import { count, hex, moment, output } from './define.ts';

const budgetsSchema = z
  .array(
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
  )
  .describe('Amounts in micro-dollars.');

const streamsSchema = z.array(
  z.object({
    name: z.string(),
    log: z.string().describe('Name of the log that it sends.'),
    next: count.describe('Index of the entry to send next.'),
    lagEntries: count.describe('Signed entries that were not confirmed yet.'),
    lagSeconds: count.describe('Age of the oldest of them.'),
    deliveredAt: moment.nullable(),
    failingSince: moment.nullable(),
    failure: z.string().nullable().describe('The last condition that kept it from going on.'),
  }),
);

const manifest = {
  format: z.literal('fairlead-backup'),
  version: z.literal(1),
  createdAt: moment,
  fairlead: z.string().describe('Version that wrote it.'),
  origin: z.string().describe('Name of the log.'),
  vkey: z.string(),
  size: count.describe('Entries in the copy, signed or not.'),
  root: z.string().describe('Root of the newest signed tree, hex; empty when nothing was signed.'),
  checkpoint: z.string(),
  parts: z.array(z.object({ name: z.string(), bytes: count, sha256: hex })),
};
const backupSchema = z.object(manifest);
const restoreSchema = z.object({
  ...manifest,
  newOrigin: z.string().nullable().describe('Name of the log that was begun; null when the old one goes on.'),
});

const packSchema = z.array(
  z.object({
    file: z.string().describe('In the data folder.'),
    before: count.describe('Bytes.'),
    after: count,
  }),
);

const migrateSchema = z.object({
  size: count.describe('Entries.'),
  root: z.string().describe('Root of their tree, recomputed from what was copied.'),
  tables: z.record(z.string(), count).describe('Rows by table.'),
  ok: z.boolean().describe('False: nothing was copied.'),
  givenUp: z
    .literal(true)
    .optional()
    .describe('With --give-up: nothing was copied, and the data folder goes on; its entries and their root.'),
  problems: z
    .array(z.object({ problem: z.string(), message: z.string(), index: count.nullable().optional() }))
    .optional()
    .describe('Only where there are any.'),
});

const kept = {
  ...{ format: 'fairlead-backup' as const, version: 1 as const, fairlead: '0.1.0' },
  createdAt: '2026-11-01T09:30:00.000Z',
  origin: 'fairlead.local/0f1e2d3c-4b5a-4678-8796-a5b4c3d2e1f0',
  vkey: 'fairlead.local/0f1e2d3c-4b5a-4678-8796-a5b4c3d2e1f0+7a3f2c1d+AAAB…',
  ...{ size: 12, root: '0d'.repeat(32), checkpoint: 'fairlead.local/…' },
  parts: [{ name: 'ledger.db', bytes: 139_264, sha256: 'ab'.repeat(32) }],
};

export const upkeepOutputs = {
  'budget-status': output(['budget status --format json'], 'Every budget of the period.', budgetsSchema, [
    {
      ...{ scope: 'team', id: 'payments', period: 'month', start: '2026-11-01', end: '2026-12-01' },
      ...{ limit: 6_000_000_000, reserved: 1_802_340, settled: 2_411_907_115, overrun: 0 },
    },
  ]),
  'streams-status': output(
    ['streams status --format json'],
    'How far each stream of entries is.',
    streamsSchema,
    [
      {
        ...{ name: 'siem', log: kept.origin, next: 12, lagEntries: 0, lagSeconds: 0 },
        deliveredAt: '2026-11-01T09:30:00.000Z',
        ...{ failingSince: null, failure: null },
      },
    ],
  ),
  backup: output(['backup --format json'], 'What a backup holds.', backupSchema, kept),
  restore: output(['restore --format json'], 'What was brought back.', restoreSchema, {
    ...kept,
    newOrigin: null,
  }),
  pack: output(['pack --format json'], 'Files of a data folder, before and after.', packSchema, [
    { file: 'ledger.db', before: 425_984, after: 139_264 },
  ]),
  migrate: output(
    ['migrate sqlite-to-postgres --format json'],
    'What is in the database now.',
    migrateSchema,
    { size: 12, root: '0d'.repeat(32), tables: { ledger_entries: 12 }, ok: true },
  ),
};
