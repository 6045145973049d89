import type { Registry } from 'prom-client';
import { z } from 'zod';
import { granted, openAccess } from './access.ts';
import type { ControlApp } from './control-server.ts';

const health = z.object({ ok: z.boolean() });

/** `/healthz`, `/readyz`, `/metrics` and `/api/openapi.json`. */
export function systemRoutes(app: ControlApp, registry: Registry, isReady: () => boolean): void {
  const tags = ['system'];
  app.get(
    '/healthz',
    {
      config: { access: openAccess, privacy: 'system' },
      schema: { tags, operationId: 'health', summary: 'The process answers', response: { 200: health } },
    },
    async () => ({ ok: true }),
  );
  app.get(
    '/readyz',
    {
      config: { access: openAccess, privacy: 'system' },
      schema: {
        tags,
        operationId: 'readiness',
        summary: 'Calls are admitted: the ledger is healthy and no drain runs',
        response: { 200: health, 503: health },
      },
    },
    async (_request, reply) => {
      const ok = isReady();
      if (!ok) reply.code(503);
      return { ok };
    },
  );
  app.get(
    '/metrics',
    {
      config: { access: granted('ReadConfiguration', 'metrics'), privacy: 'system' },
      schema: {
        tags,
        operationId: 'metrics',
        summary: 'Prometheus metrics',
        response: { 200: { description: 'Metrics', content: { 'text/plain': { schema: z.string() } } } },
      },
    },
    async (_request, reply) => {
      reply.type(registry.contentType);
      return reply.serializer((text) => text as string).send(await registry.metrics());
    },
  );
  app.get(
    '/api/openapi.json',
    {
      config: { access: openAccess, privacy: 'system' },
      schema: {
        tags,
        operationId: 'openapi',
        summary: 'This document',
        response: { 200: z.looseObject({}) },
      },
    },
    async () => (app as unknown as { swagger(): Record<string, unknown> }).swagger(),
  );
}
