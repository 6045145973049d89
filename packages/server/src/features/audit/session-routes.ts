import { FairleadError } from '@fairlead/core/errors';
import { z } from 'zod';
import { type ControlApp, granted } from '../../platform/http/index.ts';
import type { CallResult, SessionRow } from './api.ts';
import { noteReading } from './note-reading.ts';
import type { AuditDeps } from './service.ts';
import { entryRow, isoOf, viewOfRow } from './views/api.ts';

const tags = ['audit'];
const config = { access: granted('ReadAudit', 'audit'), privacy: 'audit' } as const;
const count = z.int().min(0);
const itemsAtMost = 1_000;

const sessionView = z
  .object({
    session: z.string(),
    assistant: z.string().nullable(),
    actor: z.string().nullable(),
    repositories: z.array(z.string()),
    startedAt: z.string(),
    lastAt: z.string(),
    calls: count,
    refused: count,
    tokens: z.object({ input: count, output: count }),
    costMicroUsd: z.int().nullable(),
  })
  .meta({ id: 'SessionRow' });

const usage = z.looseObject({
  inputTokens: count,
  outputTokens: count,
  cacheReadTokens: count,
  cacheWriteTokens: count,
});
const resultView = z.object({
  outcome: z.string(),
  status: z.int().nullable(),
  latencyMs: z.number().nullable(),
  firstByteMs: z.number().nullable(),
  usage: usage.nullable(),
  costMicroUsd: z.int().nullable(),
});

function viewOfSession({
  startedAt,
  lastAt,
  repositories,
  ...rest
}: SessionRow): z.output<typeof sessionView> {
  return { ...rest, repositories: [...repositories], startedAt: isoOf(startedAt), lastAt: isoOf(lastAt) };
}

function viewOfResult(result: CallResult | null): z.output<typeof resultView> | null {
  return result === null ? null : { ...result, usage: result.usage === null ? null : { ...result.usage } };
}

/** Sessions of assistants, and one of them as a timeline. */
export function sessionRoutes(app: ControlApp, deps: AuditDeps): void {
  const { index } = deps;
  app.get(
    '/api/audit/sessions',
    {
      config,
      schema: {
        tags,
        operationId: 'listSessions',
        summary: 'Sessions of assistants, the latest active first',
        querystring: z.object({
          cursor: z
            .string()
            .regex(/^\d{1,15}$/)
            .optional(),
          limit: z.coerce.number().int().min(1).max(200).default(50),
        }),
        response: {
          200: z.object({ sessions: z.array(sessionView), next: z.string().nullable() }),
        },
      },
    },
    async (request) => {
      const { query } = request;
      noteReading(deps, request, { what: 'sessions', filter: [] });
      const before = query.cursor === undefined ? null : Number(query.cursor);
      const { rows, next } = await index.sessions(before, query.limit);
      return { sessions: rows.map(viewOfSession), next: next === null ? null : String(next) };
    },
  );
  app.get(
    '/api/audit/sessions/:session',
    {
      config,
      schema: {
        tags,
        operationId: 'getSession',
        summary: `The calls of a session, oldest first; of very long ones the last ${itemsAtMost}`,
        params: z.object({ session: z.string().max(100) }),
        response: {
          200: z.object({
            summary: sessionView,
            items: z.array(z.object({ row: entryRow, outcome: resultView.nullable() })),
          }),
        },
      },
    },
    async (request) => {
      const found = await index.session(request.params.session, itemsAtMost);
      if (found === null) throw new FairleadError('audit.session-unknown');
      noteReading(deps, request, { what: 'session', filter: [], id: found.summary.session });
      return {
        summary: viewOfSession(found.summary),
        items: found.items.map(({ row, result }) => ({ row: viewOfRow(row), outcome: viewOfResult(result) })),
      };
    },
  );
}
