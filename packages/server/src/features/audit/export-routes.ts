import { type CsvValue, csvRow } from '@fairlead/core/text';
import { z } from 'zod';
import { type ControlApp, granted } from '../../platform/http/index.ts';
import type { ControlCaller } from '../identity/api.ts';
import { adminEntry } from '../ledger/api.ts';
import { readingOf } from './access-log.ts';
import type { AuditFilter, AuditIndex, AuditRow } from './api.ts';
import { filterOf, listFilter } from './filter.ts';
import type { AuditDeps } from './service.ts';
import { viewOfRow } from './views/api.ts';

/** Rows of one file; the rest is asked for with the cursor that comes with it. */
export const exportedAtMost = 10_000;
const rowsPerPage = 1_000;

const columns = [
  'index',
  'ts',
  'kind',
  'decision',
  'title',
  'policyIds',
  'repository',
  'actor',
  'assistant',
  'vendor',
  'model',
  'session',
  'dataClasses',
  'status',
  'outcome',
  'costMicroUsd',
  'origin',
  'op',
  'id',
] as const satisfies readonly (keyof AuditRow)[];

const formats = {
  jsonl: { type: 'application/jsonl; charset=utf-8', file: 'jsonl' },
  csv: { type: 'text/csv; charset=utf-8; header=present', file: 'csv' },
} as const;

/** What a list shows, as a file; by whom, by which filters and how much is an entry before it is sent. */
export function exportRoutes(app: ControlApp, deps: AuditDeps): void {
  app.get(
    '/api/audit/export',
    {
      config: { access: granted('ReadAudit', 'audit'), privacy: 'audit' },
      schema: {
        tags: ['audit'],
        operationId: 'exportEntries',
        summary:
          'The newest 10,000 entries of a list as JSON lines or CSV; `x-fairlead-next` is the cursor of the rest',
        querystring: listFilter.omit({ limit: true }).extend({ format: z.enum(['jsonl', 'csv']) }),
        response: {
          200: {
            description: 'The file',
            content: {
              'application/jsonl': { schema: z.string() },
              'text/csv': { schema: z.string() },
            },
          },
        },
      },
    },
    async (request, reply) => {
      const { format, ...query } = request.query;
      const { rows, next } = await rowsOf(deps.index, filterOf({ ...query, limit: 1 }));
      const { by } = request.caller as ControlCaller;
      const details = { by, format, filters: readingOf(query), rows: rows.length };
      // Before anything leaves: what cannot be recorded is not exported.
      await deps.ledger.append([{ entry: adminEntry(deps, 'audit.exported', details) }]);
      const { type, file } = formats[format];
      reply.header('content-disposition', `attachment; filename="fairlead-audit.${file}"`);
      reply.header('x-fairlead-rows', String(rows.length));
      if (next !== null) reply.header('x-fairlead-next', String(next));
      return reply
        .type(type)
        .serializer((body) => body as string)
        .send(
          format === 'csv' ? csvOf(rows) : rows.map((row) => `${JSON.stringify(viewOfRow(row))}\n`).join(''),
        );
    },
  );
}

async function rowsOf(
  index: Pick<AuditIndex, 'entries'>,
  filter: AuditFilter,
): Promise<{ readonly rows: readonly AuditRow[]; readonly next: number | null }> {
  const rows: AuditRow[] = [];
  let next: number | null = filter.before ?? null;
  do {
    const page = await index.entries({ ...filter, ...(next !== null && { before: next }) }, rowsPerPage);
    rows.push(...page.rows);
    next = page.next;
  } while (next !== null && rows.length < exportedAtMost);
  return { rows, next };
}

function csvOf(rows: readonly AuditRow[]): string {
  const lines = rows.map((row) => {
    const view = viewOfRow(row) as unknown as { readonly [column: string]: CsvValue };
    return csvRow(columns.map((column) => view[column] ?? null));
  });
  return csvRow(columns) + lines.join('');
}
