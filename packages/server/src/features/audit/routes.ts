import { z } from 'zod';
import { type ControlApp, filledLine, granted } from '../../platform/http/index.ts';
import type { ControlCaller } from '../identity/api.ts';
import { readingOf } from './access-log.ts';
import { exportRoutes } from './export-routes.ts';
import { filterOf, listFilter } from './filter.ts';
import { noteReading } from './note-reading.ts';
import { type AuditDeps, evidenceOf, missing, proofOf, resolvePerson } from './service.ts';
import { sessionRoutes } from './session-routes.ts';
import { entryRow, reasonsOf, reasonView, viewOfRow } from './views/api.ts';

const tags = ['audit'];
const config = { access: granted('ReadAudit', 'audit'), privacy: 'audit' } as const;
const byId = z.object({ id: z.string().max(64) });

/** The ledger to look through: entries, one entry, its proof, sessions, and whose a pseudonym is. */
export function auditRoutes(app: ControlApp, deps: AuditDeps): void {
  listRoutes(app, deps);
  entryRoutes(app, deps);
  proofRoutes(app, deps);
  peopleRoute(app, deps);
  sessionRoutes(app, deps);
  exportRoutes(app, deps);
}

function listRoutes(app: ControlApp, deps: AuditDeps): void {
  const { index, ledger } = deps;
  app.get(
    '/api/audit/entries',
    {
      config,
      schema: {
        tags,
        operationId: 'listEntries',
        summary: 'Entries of the ledger, newest first',
        querystring: listFilter,
        response: {
          200: z.object({
            entries: z.array(entryRow),
            next: z.string().nullable().describe('Cursor of the next page'),
            size: z.int().describe('Entries in the ledger'),
          }),
        },
      },
    },
    async (request) => {
      const { query } = request;
      noteReading(deps, request, { what: 'entries', filter: readingOf(query) });
      const { rows, next } = await index.entries(filterOf(query), query.limit);
      return {
        entries: rows.map(viewOfRow),
        next: next === null ? null : String(next),
        size: ledger.state().size,
      };
    },
  );
  const facet = z.array(z.object({ value: z.string(), count: z.int() }));
  const facets = z.object({
    kinds: facet,
    decisions: facet,
    policyIds: facet,
    repositories: facet,
    vendors: facet,
    models: facet,
    assistants: facet,
  });
  app.get(
    '/api/audit/facets',
    {
      config,
      schema: {
        tags,
        operationId: 'auditFacets',
        summary: 'Values to filter by, with how many entries have them',
        response: { 200: facets },
      },
    },
    async (request) => {
      noteReading(deps, request, { what: 'facets', filter: [] });
      return (await index.facets()) as z.input<typeof facets>;
    },
  );
}

function entryRoutes(app: ControlApp, deps: AuditDeps): void {
  const { index, bundle } = deps;
  app.get(
    '/api/audit/entries/:id',
    {
      config,
      schema: {
        tags,
        operationId: 'getEntry',
        summary: 'One entry as it is stored, with what belongs to it',
        params: byId,
        response: {
          200: z.object({
            row: entryRow,
            entry: z.looseObject({}),
            related: z.array(entryRow),
            reasons: z.array(reasonView),
          }),
        },
      },
    },
    async (request) => {
      const found = await index.entry(request.params.id);
      if (found === null) throw await missing(index, request.params.id);
      noteReading(deps, request, { what: 'entry', filter: [], id: found.row.id });
      return {
        row: viewOfRow(found.row),
        entry: JSON.parse(found.json) as Record<string, unknown>,
        related: found.related.map(viewOfRow),
        reasons: reasonsOf(bundle(), found.row.policyIds),
      };
    },
  );
}

function proofRoutes(app: ControlApp, deps: AuditDeps): void {
  const base64 = z.string().describe('Base64');
  app.get(
    '/api/audit/entries/:id/proof',
    {
      config,
      schema: {
        tags,
        operationId: 'proveEntry',
        summary: 'Proof that an entry is in the signed log, to be verified by the reader',
        params: byId,
        response: {
          200: z.object({
            index: z.int(),
            size: z.int().describe('Of the tree under the checkpoint'),
            entry: base64,
            path: z.array(base64),
            checkpoint: z.string().describe('Signed note'),
            vkey: z.string(),
          }),
        },
      },
    },
    async (request) => {
      const proof = await proofOf(deps, request.params.id);
      noteReading(deps, request, { what: 'entry', filter: [], id: request.params.id });
      return { ...proof, path: [...proof.path] };
    },
  );
  app.get(
    '/api/audit/entries/:id/evidence',
    {
      config,
      schema: {
        tags,
        operationId: 'entryEvidence',
        summary: 'The evidence file of an entry (`.tlog-proof`)',
        params: byId,
        response: { 200: { description: 'The file', content: { 'text/plain': { schema: z.string() } } } },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const file = await evidenceOf(deps, id);
      noteReading(deps, request, { what: 'entry', filter: [], id });
      reply.header('content-disposition', `attachment; filename="${id}.tlog-proof"`);
      return reply
        .type('text/plain; charset=utf-8')
        .serializer((body) => body as string)
        .send(file);
    },
  );
}

function peopleRoute(app: ControlApp, deps: AuditDeps): void {
  app.post(
    '/api/audit/people',
    {
      config,
      schema: {
        tags,
        operationId: 'resolvePerson',
        summary: 'Say whose a pseudonym is; that it was asked becomes an entry first',
        body: z.strictObject({ pseudonym: filledLine, purpose: filledLine }),
        response: { 200: z.object({ principal: z.string(), name: z.string() }) },
      },
    },
    async ({ body, caller }) => resolvePerson(deps, { ...body, by: (caller as ControlCaller).by }),
  );
}
