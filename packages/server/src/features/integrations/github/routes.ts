import { z } from 'zod';
import { type ControlApp, granted } from '../../../platform/http/index.ts';
import type { Collection } from './api.ts';

const instant = z.string().nullable().describe('RFC 3339 UTC');
const count = z.int().min(0);
const repositoryView = z.object({
  repository: z.string(),
  renamedFrom: z.string().optional().describe('The name that the program gives'),
  changes: count.describe('Read in the last round, as all that follow'),
  deployments: count,
  ranges: count.describe('Deployments of which it was found out what they brought'),
  incidents: count,
  rechecked: z
    .object({ read: count, differed: count })
    .nullable()
    .describe('Closed changes read again at random, once a day'),
  upTo: instant,
  added: count.describe('Facts'),
  changed: count,
  forgotten: count,
  failure: z.string().nullable().describe('Code of the error that ended its turn'),
});
const statusView = z
  .object({
    state: z.enum(['off', 'reading', 'waiting', 'elsewhere']),
    host: z.string().nullable(),
    doing: z.string().nullable(),
    completeAt: instant.describe('End of the last round that read everything'),
    nextAt: instant,
    budget: z
      .object({ limit: count, remaining: count, resetAt: z.string() })
      .nullable()
      .describe('Points of the host’s limit'),
    repositories: z.array(repositoryView),
  })
  .meta({ id: 'CollectionStatus' });

/** How the collection from the git host stands. */
export function collectionRoutes(app: ControlApp, collection: Pick<Collection, 'status'>): void {
  app.get(
    '/api/collection',
    {
      config: { access: granted('ReadOverview', 'audit'), privacy: 'system' },
      schema: {
        tags: ['delivery'],
        operationId: 'collectionStatus',
        summary: 'What is read from the git host, and how far that has come',
        response: { 200: statusView },
      },
    },
    async () => {
      const { budget, ...status } = collection.status();
      const told = budget && { ...budget, resetAt: new Date(budget.resetAt).toISOString() };
      return { ...status, budget: told, repositories: [...status.repositories] };
    },
  );
}
