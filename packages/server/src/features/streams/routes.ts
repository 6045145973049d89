import { z } from 'zod';
import { type ControlApp, granted } from '../../platform/http/index.ts';
import type { Streams } from './api.ts';

const instant = z.string().nullable().describe('RFC 3339 UTC');
const streamView = z
  .object({
    name: z.string(),
    format: z.enum(['jsonl', 'ocsf']),
    to: z.enum(['file', 'webhook']),
    state: z.enum(['current', 'behind', 'failing', 'elsewhere', 'off']),
    next: z.int().describe('Index of the entry to send next'),
    lagEntries: z.int().describe('Signed entries that were not confirmed yet'),
    lagSeconds: z.int().describe('Age of the oldest of them'),
    deliveredAt: instant,
    failingSince: instant,
    failure: z.string().nullable(),
  })
  .meta({ id: 'Stream' });

const isoOf = (at: number | null) => (at === null ? null : new Date(at).toISOString());

/** How the streams of entries stand. */
export function streamRoutes(app: ControlApp, streams: Pick<Streams, 'status'>): void {
  app.get(
    '/api/streams',
    {
      config: { access: granted('ReadOverview', 'audit'), privacy: 'system' },
      schema: {
        tags: ['controls'],
        operationId: 'listStreams',
        summary: 'Where entries are sent, and how far each stream has come',
        response: { 200: z.array(streamView) },
      },
    },
    async () =>
      streams.status().map(({ deliveredAt, failingSince, ...rest }) => ({
        ...rest,
        deliveredAt: isoOf(deliveredAt),
        failingSince: isoOf(failingSince),
      })),
  );
}
