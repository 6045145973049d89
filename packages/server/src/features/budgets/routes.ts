import { z } from 'zod';
import { type ControlApp, filledLine, granted } from '../../platform/http/index.ts';
import type { ControlCaller } from '../identity/api.ts';
import type { Budgets } from './api.ts';
import { type BudgetViewDeps, budgetOverview } from './overview.ts';

const amount = z.int().describe('Micro-dollars');
const budgetView = z
  .object({
    scope: z.string(),
    id: z.string(),
    name: z.string(),
    period: z.string(),
    limit: amount,
    reserved: amount,
    settled: amount,
    overrun: amount,
    periodStart: z.string().nullable(),
    periodEnd: z.string().nullable(),
  })
  .meta({ id: 'Budget' });

export interface BudgetRouteDeps extends BudgetViewDeps {
  readonly budgets: Pick<Budgets, 'resumeKey'>;
}

/** Budgets and what they stopped. */
export function budgetRoutes(app: ControlApp, deps: BudgetRouteDeps): void {
  app.get(
    '/api/budgets',
    {
      config: { access: granted('ReadBudgets', 'audit'), privacy: 'operational' },
      schema: {
        tags: ['budgets'],
        operationId: 'listBudgets',
        summary: 'Budgets of the present period, and keys that are paused',
        response: {
          200: z.object({
            rows: z.array(budgetView),
            pausedKeys: z.array(
              z.object({ keyId: z.string(), since: z.string().nullable(), reason: z.string() }),
            ),
            priceVersion: z.string().nullable(),
          }),
        },
      },
    },
    async () => {
      const { rows, pausedKeys, priceVersion } = await budgetOverview(deps);
      return {
        rows: [...rows],
        pausedKeys: pausedKeys.map(({ since, ...rest }) => ({
          ...rest,
          since: since === null ? null : new Date(since).toISOString(),
        })),
        priceVersion,
      };
    },
  );
  app.post(
    '/api/keys/:id/resume',
    {
      config: { access: granted('ResumeKey', 'keys'), privacy: 'operational' },
      schema: {
        tags: ['keys'],
        operationId: 'resumeKey',
        summary: 'Let a paused key go on',
        params: z.object({ id: z.string().max(64) }),
        body: z.strictObject({ reason: filledLine }),
        response: { 200: z.object({ ok: z.literal(true) }) },
      },
    },
    async ({ params, body, caller }) => {
      await deps.budgets.resumeKey(params.id, (caller as ControlCaller).by, body.reason);
      return { ok: true as const };
    },
  );
}
