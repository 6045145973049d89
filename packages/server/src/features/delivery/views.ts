import { z } from 'zod';

/* What the control API says of delivery beside its figures, whose shapes are published ones of core. */

const count = z.int().min(0);
const share = z.number().nullable();

export const definitionView = z
  .object({
    id: z.string(),
    version: z.string(),
    formula: z.string(),
    unit: z.string(),
    window: z.string(),
    minimumN: count,
    owner: z.string(),
    source: z.string(),
    connected: z.boolean().describe('False: it reads `unknown: source not connected`'),
  })
  .meta({ id: 'KpiDefinition' });

export const healthView = z.object({
  asOf: z.string(),
  origin: z.enum(['live', 'demo']),
  sources: z.array(
    z.object({
      source: z.string(),
      connected: z.boolean(),
      facts: count.nullable(),
      repositories: count.nullable().describe('With any of its facts'),
      coverage: share.describe('Share of the changes, or repositories, of which it is known'),
      newest: z.string().nullable(),
      lagSeconds: count.nullable().describe('Age of the newest fact'),
    }),
  ),
  repositories: z.object({
    listed: count.describe('In the program'),
    withFacts: count,
    without: z.array(z.string()),
    unlisted: z.array(z.string()).describe('With facts, and not in the program'),
  }),
  people: z.object({
    known: count,
    unmapped: count.describe('Whose login is no member’s id in teams.yaml'),
  }),
  bots: z.array(z.string()).describe('Accounts of machines'),
});

export const baselinesView = z.array(
  z
    .object({
      id: z.string().describe('Of its entry'),
      at: z.string(),
      subject: z.string().describe('host/owner/name'),
      digest: z.string(),
      definitions: z.string().nullable().describe('Null where its entry is older than this'),
      from: z.string(),
      to: z.string(),
      status: z.string(),
      changes: count,
      earlier: count.describe('How often it was sealed before'),
      replaced: z.boolean().describe('Sealed again since'),
      figures: z
        .array(
          z.object({
            kpi: z.string(),
            version: z.string(),
            n: count.nullable(),
            value: z.number().nullable(),
            lo: z.number().nullable(),
            hi: z.number().nullable(),
            coverage: share,
            method: z.string().nullable().describe('Null where its entry is older than intervals in it'),
          }),
        )
        .nullable()
        .describe('Null for who can read neither the repository nor the ledger'),
    })
    .meta({ id: 'SealedBaseline' }),
);
