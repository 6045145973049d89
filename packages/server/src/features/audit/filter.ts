import { entryKinds } from '@fairlead/core/ledger';
import { z } from 'zod';
import type { AuditFilter } from './api.ts';

const name = z.string().min(1).max(300);
const instant = z.iso.datetime({ offset: true });
export const cursor = z.string().regex(/^\d{1,15}$/, 'must be the next of a page before');
export const limit = z.coerce.number().int().min(1).max(200).default(50);

/** What a list of entries is filtered by, as a query of its address. */
export const listFilter = z.object({
  cursor: cursor.optional(),
  limit,
  kind: z.enum(entryKinds).optional(),
  decision: z.enum(['allow', 'deny', 'redact']).optional(),
  policyId: name.optional(),
  repository: name.optional(),
  actor: name.optional(),
  vendor: name.optional(),
  model: name.optional(),
  assistant: name.optional(),
  session: name.optional(),
  q: z.string().max(200).optional().describe('Words; the last one may be a beginning'),
  from: instant.optional(),
  to: instant.optional().describe('Exclusive'),
});

export function filterOf(query: z.output<typeof listFilter>): AuditFilter {
  const { cursor: before, limit: _, q, from, to, ...exact } = query;
  return {
    ...exact,
    ...(before !== undefined && { before: Number(before) }),
    // An empty search box narrows nothing.
    ...(q !== undefined && q.trim() !== '' && { text: q }),
    ...(from !== undefined && { from: Date.parse(from) }),
    ...(to !== undefined && { to: Date.parse(to) }),
  };
}
