import { entryVersion } from '@fairlead/core/ledger';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { type ControlApp, grantedToTokens } from '../../platform/http/index.ts';
import type { ControlCaller } from '../identity/api.ts';
import type { EntrySource, Ledger } from '../ledger/api.ts';

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const figure = z.strictObject({
  kpi: z.string().max(100),
  version: z.string().max(20),
  n: z.int().min(0).nullable(),
  value: z.number().nullable(),
});
const sealBody = z.strictObject({
  subject: z.string().min(1).max(300).describe('host/owner/name'),
  digest: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/)
    .describe('Of the baseline as it was printed, unsealed'),
  window: z.strictObject({ from: day, to: day }),
  status: z.enum(['full', 'partial']),
  changes: z.int().min(0),
  figures: z.array(figure).max(100),
});

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
      const { subject, digest, window, status, changes, figures } = body;
      const id = uuidv7();
      const ts = new Date(clock.now()).toISOString();
      const details = {
        subject,
        digest,
        from: window.from,
        to: window.to,
        status,
        changes,
        figures: figures.map(
          ({ kpi, version, n, value }) => `${kpi}/${version} ${value ?? 'unknown'} n=${n ?? 'unknown'}`,
        ),
        by: (caller as ControlCaller).by,
      };
      const what = 'baseline.sealed';
      const envelope = { v: entryVersion, id, ts, op: null, origin, instance } as const;
      await ledger.append([{ entry: { ...envelope, kind: 'config', what, bundle: null, details } }]);
      reply.code(201);
      return { id, at: ts, digest };
    },
  );
}
