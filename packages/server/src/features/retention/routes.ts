import { schemaOf } from '@fairlead/core/outputs';
import { z } from 'zod';
import { type ControlApp, granted } from '../../platform/http/index.ts';
import type { ControlCaller } from '../identity/api.ts';
import type { Hold } from '../ledger/api.ts';
import type { Retention, RetentionStatus } from './api.ts';
import { cutFor, type RetentionDeps } from './service.ts';

const tags = ['retention'];
const line = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}\p{Cf}]*$/u, 'must be one line');
const holdId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._/-]{0,127}$/, 'must be an id: a-z, 0-9, dot, slash and dash');
const instant = z
  .union([z.iso.date(), z.iso.datetime({ offset: true })])
  .describe('A day (its beginning, UTC) or an instant');
const count = z.int().nonnegative();

const holdView = z
  .object({
    id: z.string(),
    reason: z.string(),
    since: z.string(),
    from: z.string().nullable().describe('It covers what was recorded from then on; null: everything'),
    by: z.string(),
  })
  .meta({ id: 'LegalHold' });
const ids = z.array(z.string()).describe('Of the legal holds that stood');
const run = schemaOf('retention-run');
const status = schemaOf('retention-status').meta({ id: 'RetentionStatus' });

export interface RetentionRouteDeps extends RetentionDeps {
  readonly retention: Pick<Retention, 'run' | 'lastRun'>;
}

const byOf = (caller: unknown) => (caller as ControlCaller).by;

/** Legal holds, and what goes after its time. */
export function retentionRoutes(app: ControlApp, deps: RetentionRouteDeps): void {
  holdRoutes(app, deps);
  statusRoutes(app, deps);
  pruneRoute(app, deps);
}

function holdRoutes(app: ControlApp, { ledger }: RetentionRouteDeps): void {
  const viewOf = (hold: Hold) => ({ ...hold });
  app.get(
    '/api/holds',
    {
      config: { access: granted('ReadRetention', 'audit'), privacy: 'operational' },
      schema: {
        tags,
        operationId: 'listHolds',
        summary: 'Legal holds that stand, oldest first',
        response: { 200: z.array(holdView) },
      },
    },
    async () => (await ledger.keeping.holds()).map(viewOf),
  );
  app.post(
    '/api/holds',
    {
      config: { access: granted('PlaceHold'), privacy: 'operational' },
      schema: {
        tags,
        operationId: 'placeHold',
        summary:
          'Put a legal hold on the record: what it covers is not pruned, does not expire and is not erased',
        body: z.strictObject({ id: holdId, reason: line, from: instant.nullable().default(null) }),
        response: { 201: holdView },
      },
    },
    async ({ body, caller }, reply) => {
      const from = body.from === null ? null : new Date(body.from).toISOString();
      const placed = await ledger.keeping.place({ ...body, from }, byOf(caller));
      reply.code(201);
      return viewOf(placed);
    },
  );
  app.post(
    '/api/holds/:id/release',
    {
      config: { access: granted('ReleaseHold'), privacy: 'operational' },
      schema: {
        tags,
        operationId: 'releaseHold',
        summary: 'Lift a legal hold; what is over by then goes with the next run',
        params: z.object({ id: z.string().max(128) }),
        body: z.strictObject({ reason: line }),
        response: { 200: z.object({ ok: z.literal(true) }) },
      },
    },
    async ({ params, body, caller }) => {
      await ledger.keeping.release(params.id, body.reason, byOf(caller));
      return { ok: true as const };
    },
  );
}

function statusRoutes(app: ControlApp, { ledger, program, retention }: RetentionRouteDeps): void {
  app.get(
    '/api/retention',
    {
      config: { access: granted('ReadRetention', 'audit'), privacy: 'operational' },
      schema: {
        tags,
        operationId: 'retentionStatus',
        summary: 'How long what is recorded is kept, and what the last run did',
        response: { 200: status },
      },
    },
    async () => {
      const {
        enforce = false,
        ledgerDays = null,
        contentDays = null,
        classes = {},
      } = program().retention ?? {};
      const last = await retention.lastRun();
      return {
        ...{ enforce, ledgerDays, contentDays },
        classes: Object.entries(classes).map(([dataClass, own]) => ({
          dataClass,
          ledgerDays: own.ledgerDays ?? null,
          contentDays: own.contentDays ?? null,
        })),
        minimum: await ledger.keeping.minimum(),
        holds: (await ledger.keeping.holds()).length,
        lastRun: last && { ...last, holds: [...last.holds], failed: [...last.failed] },
      } satisfies RetentionStatus;
    },
  );
  app.post(
    '/api/retention/run',
    {
      config: { access: granted('PruneLedger'), privacy: 'operational' },
      schema: {
        tags,
        operationId: 'runRetention',
        summary: 'Delete now what is over by the program’s retention; it is done every day by itself',
        body: z.strictObject({}),
        response: { 200: run },
      },
    },
    async ({ caller }) => {
      const done = await retention.run(byOf(caller));
      return { ...done, holds: [...done.holds], failed: [...done.failed] };
    },
  );
}

function pruneRoute(app: ControlApp, deps: RetentionRouteDeps): void {
  app.post(
    '/api/ledger/prune',
    {
      config: { access: granted('PruneLedger'), privacy: 'system' },
      schema: {
        tags,
        operationId: 'pruneLedger',
        summary:
          'Remove the bytes of old calls, or say what would go; never what the program’s retention still needs',
        body: z.strictObject({
          before: instant.nullable().default(null).describe('Null: what is over by the program’s retention'),
          dryRun: z.boolean(),
        }),
        response: {
          200: z.object({
            dryRun: z.boolean(),
            minimum: count,
            entries: count,
            inputs: count.nullable().describe('Not known beforehand'),
            holds: ids,
            stopped: z.boolean().describe('A hold was placed meanwhile'),
          }),
        },
      },
    },
    async ({ body: { before, dryRun }, caller }) => {
      const { keeping } = deps.ledger;
      const cut = cutFor(deps, caller as ControlCaller, before === null ? null : Date.parse(before));
      const pruning = dryRun ? await keeping.plan(cut) : await keeping.prune(cut, byOf(caller));
      if (!dryRun) await deps.audit.forget(pruning.minimum);
      return { ...pruning, dryRun, holds: [...pruning.holds] };
    },
  );
}
