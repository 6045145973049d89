import { z } from 'zod';
import { type ControlApp, granted } from '../../platform/http/index.ts';
import { type ControlCaller, tokenIdOf } from '../identity/api.ts';
import type { Ledger } from '../ledger/api.ts';
import { createLiveUpdates, liveDefaults } from './live-updates.ts';

export interface LiveDeps {
  readonly ledger: Pick<Ledger, 'state'>;
  /** Whether a session still goes on. */
  readonly isLive: (sessionId: string) => Promise<boolean>;
  /** Whether a token is still good. */
  readonly isTokenLive: (id: string) => boolean;
  readonly mayDo: (principal: string, action: string) => boolean;
}

/** `GET /api/events`: the ledger's growth as it happens. */
export function liveRoutes(app: ControlApp, { ledger, isLive, isTokenLive, mayDo }: LiveDeps): void {
  const updates = createLiveUpdates({ ledger, ...liveDefaults });
  // A server that stops waits for answers that are under way; these would never end.
  app.addHook('preClose', async () => updates.close());
  app.get(
    '/api/events',
    {
      config: { access: granted('ReadOverview', 'audit'), privacy: 'system' },
      schema: {
        tags: ['overview'],
        operationId: 'liveUpdates',
        summary: 'Server-sent events: `head` with size and signedSize; a comment every 15 seconds',
        response: { 200: { description: 'Events', content: { 'text/event-stream': { schema: z.any() } } } },
      },
    },
    async (request, reply) => {
      const caller = request.caller as ControlCaller;
      const goesOn = async () => {
        if (caller.kind === 'operator') return true;
        if (caller.kind === 'token') return isTokenLive(tokenIdOf(caller));
        return mayDo(caller.principal, 'ReadOverview') && (await isLive(caller.sessionId));
      };
      const stream = updates.open(goesOn);
      reply.type('text/event-stream; charset=utf-8').header('x-accel-buffering', 'no');
      return reply.send(stream);
    },
  );
}
