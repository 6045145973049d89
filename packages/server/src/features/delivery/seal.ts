import { baselineStatus, sealedFault, weekOf, weekStart } from '@fairlead/core/delivery';
import { FairleadError } from '@fairlead/core/errors';
import { normaliseRepository } from '@fairlead/core/wire';
import { z } from 'zod';
import { baselineDefinitions } from './baseline.ts';
import { startOfDay } from './kpis.ts';

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const amount = z.number().nullable();
const figure = z.strictObject({
  kpi: z.string().max(100),
  version: z.string().max(20),
  n: z.int().min(0).nullable(),
  value: amount,
  lo: amount,
  hi: amount,
  coverage: amount,
  method: z.string().regex(/^.{1,200}$/),
});

export const sealBody = z.strictObject({
  subject: z.string().min(1).max(300).describe('host/owner/name'),
  digest: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/)
    .describe('Of the baseline as it was printed, unsealed'),
  definitions: z.enum(baselineDefinitions),
  window: z
    .strictObject({ from: day, to: day })
    .describe('Whole weeks from Monday on; `to` isn’t part of it'),
  status: z.enum(['full', 'partial']).describe('As its figures say; another one is refused'),
  changes: z.int().min(0),
  figures: z.array(figure).max(100),
});

export type SealBody = z.output<typeof sealBody>;

/**
 * Refuses what can't have been measured: a window that isn't of whole weeks up to now, figures that aren't, a status
 * that they don't bear out. `now` in milliseconds.
 * @throws FairleadError `delivery.repository-invalid`, `delivery.window-invalid`, `delivery.baseline-invalid`.
 */
export function requireSealable({ subject, window, status, changes, figures }: SealBody, now: number): void {
  // A name without a host would be read as one of some host.
  if (normaliseRepository(subject, { defaultHost: '' }) !== subject)
    throw new FairleadError('delivery.repository-invalid');
  const [from, to] = [startOfDay(window.from), startOfDay(window.to)];
  const isWhole = [from, to].every((at) => weekStart(weekOf(at)) === at);
  // The week that isn't over may be in it.
  const isPast = weekOf(to) <= weekOf(now / 1000) + 1;
  if (!isWhole || !isPast || !(from < to))
    throw new FairleadError('delivery.window-invalid', {
      message: 'A baseline is of whole weeks, from Monday on, that have begun.',
      fix: 'Seal with `fairlead baseline --seal`, which rounds its window.',
    });
  const fault = sealedFault(figures, changes);
  if (fault !== null) throw new FairleadError('delivery.baseline-invalid', { message: fault });
  if (baselineStatus(figures) !== status)
    throw new FairleadError('delivery.baseline-invalid', {
      message: `Its figures make it ${baselineStatus(figures)}, and no other.`,
    });
}
