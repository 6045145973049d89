/* Rows of the audit as the control API shows them. */
import { refusalReasons } from '@fairlead/core/decision';
import { catalogue, isErrorCode } from '@fairlead/core/errors';
import { z } from 'zod';
import type { ActiveBundle } from '../../gateway/api.ts';
import type { AuditRow } from '../api.ts';

const text = z.string().nullable();
const count = z.int().min(0);

export const entryRow = z
  .object({
    id: z.string(),
    index: count.describe('Position in the log, from 0'),
    ts: z.string().describe('RFC 3339 UTC'),
    kind: z.string().describe('decision, outcome, recovery, repeat, config, admin'),
    op: text.describe('Operation: joins a decision and its outcome'),
    decision: z.enum(['allow', 'deny', 'redact']).nullable(),
    policyIds: z.array(z.string()),
    repository: text,
    actor: text.describe('Pseudonym'),
    assistant: text,
    vendor: text,
    model: text,
    session: text,
    dataClasses: z.array(z.string()),
    status: z.int().nullable().describe("Vendor's HTTP status"),
    outcome: text,
    costMicroUsd: z.int().nullable(),
    origin: z.string(),
    title: z.string().describe('One sentence'),
  })
  .meta({ id: 'EntryRow' });

export const reasonView = z
  .object({ policyId: z.string(), title: z.string(), advice: z.string(), severity: z.string() })
  .meta({ id: 'Reason' });

export function isoOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

export function viewOfRow({ ts, policyIds, dataClasses, ...rest }: AuditRow): z.output<typeof entryRow> {
  return { ...rest, ts: isoOf(ts), policyIds: [...policyIds], dataClasses: [...dataClasses] };
}

/**
 * The words for reason ids by the program in force, most severe first. A call that was refused before policy was asked
 * has an error's code for its reason.
 */
export function reasonsOf(
  { index, engine }: Pick<ActiveBundle, 'index' | 'engine'>,
  ids: readonly string[],
): z.output<typeof reasonView>[] {
  const ofPolicies = ids.filter(
    (id) => !isErrorCode(id) || engine.policies.some((policy) => policy.id === id),
  );
  const ofErrors = ids.filter((id) => !ofPolicies.includes(id)).filter(isErrorCode);
  return [
    ...refusalReasons(index, engine, { principal: '' }, ofPolicies),
    ...ofErrors.map((code) => {
      const { safeMessage, fix } = catalogue[code];
      return { policyId: code, title: safeMessage, advice: fix, severity: 'medium' };
    }),
  ];
}
