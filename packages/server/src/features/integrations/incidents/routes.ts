import { z } from 'zod';
import { type ControlApp, granted } from '../../../platform/http/index.ts';
import type { IncidentReports } from './api.ts';

const time = z.iso.datetime({ offset: true });
/** Ids of hosts hold a space, so that no report takes the place of an issue. */
const id = z.string().regex(/^[\w.:@/#-]{1,200}$/);
const link = z.strictObject({
  rel: z.enum(['caused_by', 'fixed_by']),
  change: z.string().max(300).optional().describe('`owner/name#12`, `host/owner/name#12` or its address'),
  deployment: z.string().max(300).optional().describe('Id of a deployment'),
});
const report = z.strictObject({
  id: id.describe('As the reporting system names it; the same id again replaces the report'),
  service: z
    .string()
    .max(200)
    .optional()
    .describe('As deployments name it; `host/owner/name` for a host’s own'),
  startedAt: time,
  reportedAt: time.optional().describe('startedAt when absent'),
  resolvedAt: time.optional(),
  severity: z.int().min(1).max(5).optional().describe('1 is the worst; 3 when absent'),
  links: z.array(link).max(100).optional(),
  updatedAt: time.optional().describe('An older one than the known changes nothing'),
  retracted: z.boolean().optional().describe('It turned out to be no incident'),
});

/** `POST /api/incidents`: what monitoring and paging systems report. */
export function incidentRoutes(app: ControlApp, incidents: IncidentReports): void {
  app.post(
    '/api/incidents',
    {
      config: { access: granted('ReportIncident', 'incidents'), privacy: 'system' },
      schema: {
        tags: ['delivery'],
        operationId: 'reportIncident',
        summary: 'Report an incident of production, or what has become of it',
        body: report,
        response: { 200: z.object({ id: z.string(), outcome: z.enum(['added', 'changed', 'unchanged']) }) },
      },
    },
    async ({ body }) => ({ id: body.id, outcome: await incidents.report(body) }),
  );
}
