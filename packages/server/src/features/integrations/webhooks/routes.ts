import { FairleadError } from '@fairlead/core/errors';
import { z } from 'zod';
import { type ControlApp, headerOf, signedAccess } from '../../../platform/http/index.ts';
import type { Webhooks } from './api.ts';
import type { HookRequest } from './types.ts';

/** A pull request's text has up to 65,536 characters, and a comment's payload holds two of them. */
const maxBodyBytes = 1024 * 1024;
/** So many bodies are read at once; hosts send again what they get no answer to, and polls miss nothing. */
const mostAtOnce = 32;

/** `POST /api/hooks/github`. The body is read as bytes: the signature is over them. */
export function webhookRoutes(app: ControlApp, webhooks: Webhooks): void {
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      'application/json',
      { parseAs: 'buffer' },
      async (_request: unknown, body: Buffer) => body,
    );
    let reading = 0;
    scope.post(
      '/api/hooks/github',
      {
        bodyLimit: maxBodyBytes,
        config: { access: signedAccess, privacy: 'system' },
        schema: {
          tags: ['delivery'],
          operationId: 'receiveGithubWebhook',
          summary: 'Take a delivery of a GitHub webhook, signed with the secret they share',
          response: { 202: z.object({ outcome: z.enum(['taken', 'repeated', 'ignored']) }) },
        },
        onRequest: async (request, reply) => {
          webhooks.expect(headersOf(request));
          if (reading >= mostAtOnce) throw new FairleadError('hooks.too-many');
          reading += 1;
          reply.raw.once('close', () => {
            reading -= 1;
          });
        },
      },
      async (request, reply) => {
        const outcome = await webhooks.take(headersOf(request), bytesOf(request.body));
        reply.code(202);
        return { outcome };
      },
    );
  });
}

function headersOf(request: Parameters<typeof headerOf>[0]): HookRequest {
  const header = headerOf(request);
  return {
    signature: header('x-hub-signature-256') ?? undefined,
    delivery: header('x-github-delivery') ?? undefined,
    event: header('x-github-event') ?? undefined,
  };
}

function bytesOf(body: unknown): Uint8Array {
  return body instanceof Uint8Array ? body : new Uint8Array();
}
