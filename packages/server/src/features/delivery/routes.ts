import { entryVersion } from '@fairlead/core/ledger';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { type ControlApp, grantedToTokens } from '../../platform/http/index.ts';
import type { ControlCaller } from '../identity/api.ts';
import type { EntrySource, Ledger } from '../ledger/api.ts';
import { writeFigure } from './baselines.ts';
import { requireSealable, sealBody } from './seal.ts';

export interface DeliveryRouteDeps extends EntrySource {
  readonly ledger: Pick<Ledger, 'append'>;
}

/** Seals baselines: what was measured before a rollout stands in the ledger, and so does every later sealing. */
export function deliveryRoutes(
  app: ControlApp,
  { ledger, clock, instance, origin }: DeliveryRouteDeps,
): void {
  app.post(
    '/api/baselines',
    {
      config: { access: grantedToTokens('admin'), privacy: 'operational' },
      schema: {
        tags: ['delivery'],
        operationId: 'sealBaseline',
        summary: 'Put a baseline into the ledger, where gates look for it',
        body: sealBody,
        response: { 201: z.object({ id: z.string(), at: z.string(), digest: z.string() }) },
      },
    },
    async ({ body, caller }, reply) => {
      requireSealable(body, clock.now());
      const { window, figures, ...rest } = body;
      const id = uuidv7();
      const ts = new Date(clock.now()).toISOString();
      const details = {
        ...{ ...rest, ...window, figures: figures.map(writeFigure), by: (caller as ControlCaller).by },
      };
      const what = 'baseline.sealed';
      const envelope = { v: entryVersion, id, ts, op: null, origin, instance } as const;
      await ledger.append([{ entry: { ...envelope, kind: 'config', what, bundle: null, details } }]);
      reply.code(201);
      return { id, at: ts, digest: body.digest };
    },
  );
}
