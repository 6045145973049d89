import { healthSchema } from '@fairlead/core/delivery';
import { z } from 'zod';

/* What the control API says of delivery beside its figures, whose shapes are published ones of core. */

const count = z.int().min(0);

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

export const healthView = healthSchema.extend({ origin: z.enum(['live', 'demo']) });

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
            coverage: z.number().nullable(),
            method: z.string().nullable().describe('Null where its entry is older than intervals in it'),
          }),
        )
        .nullable()
        .describe('Null for who can read neither the repository nor the ledger'),
    })
    .meta({ id: 'SealedBaseline' }),
);
