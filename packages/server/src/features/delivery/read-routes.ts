import { grantedRepositories, type ProgramIndex, repositoryIdOf } from '@fairlead/core/decision';
import { kpiRowSchema, partsRowSchema, timelineSchema } from '@fairlead/core/delivery';
import { FairleadError } from '@fairlead/core/errors';
import type { Clock } from '@fairlead/core/ports';
import { allKpiDefinitions, taskKpiDefinitions } from '@fairlead/core/tasks';
import { z } from 'zod';
import { type ControlApp, createRateLimit, granted, identifiedAnd } from '../../platform/http/index.ts';
import type { AuditIndex } from '../audit/api.ts';
import type { ControlCaller } from '../identity/api.ts';
import { sealedBaselines } from './baselines.ts';
import { viewOfHealth } from './health-view.ts';
import { requireWindow, startOfDay } from './kpis.ts';
import type { DeliveryReader } from './reader.ts';
import { baselinesView, definitionView, healthView } from './views.ts';

export interface DeliveryReadDeps {
  readonly reader: Omit<DeliveryReader, 'close'>;
  /** Figures that are computed elsewhere, of the same windows. */
  readonly tasks: Pick<DeliveryReader, 'rows'> & {
    sources(): Promise<readonly { readonly source: string; readonly connected: boolean }[]>;
  };
  readonly audit: Pick<AuditIndex, 'entries' | 'entry'>;
  readonly index: () => ProgramIndex;
  readonly mayDo: (principal: string, action: string) => boolean;
  readonly clock: Clock;
  readonly origin: 'live' | 'demo';
}

const tags = ['delivery'];
const figures = granted('ReadOverview', 'audit');
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a day, YYYY-MM-DD');
const windowQuery = z.object({
  from: day.describe('First day, UTC'),
  to: day.describe('The day after the window'),
  by: z.enum(['team', 'repository', 'week', 'month', 'stage']).optional(),
});
const origin = z.enum(['live', 'demo']).describe('`demo`: made up, by a simulation');
const name = z.string().min(1).max(200);
const changeParams = z.object({ host: name, owner: name, name, number: z.coerce.number().int().min(1) });
const timelinesAMinute = 60;

/** What the console shows of delivery. Figures name nobody; one change is for those who can read its repository. */
export function deliveryReadRoutes(app: ControlApp, deps: DeliveryReadDeps): void {
  figureRoutes(app, deps);
  definitionRoute(app, deps);
  timelineRoute(app, deps);
  healthRoute(app, deps);
  baselineRoute(app, deps);
}

function figureRoutes(app: ControlApp, { reader, tasks, clock, origin: from }: DeliveryReadDeps): void {
  const asOf = () => ({ asOf: new Date(clock.now()).toISOString(), origin: from });
  const config = { access: figures, privacy: 'aggregate' } as const;
  app.get(
    '/api/delivery/kpis',
    {
      config,
      schema: {
        tags,
        operationId: 'deliveryKpis',
        summary: 'Figures of a window, each with definition, n, interval and coverage',
        querystring: windowQuery,
        response: { 200: z.object({ asOf: z.string(), origin, rows: z.array(kpiRowSchema) }) },
      },
    },
    async ({ query }) => {
      const window = windowOf(query);
      const rows = await Promise.all([reader.rows(window), tasks.rows(window)]);
      return { ...asOf(), rows: rows.flat() };
    },
  );
  app.get(
    '/api/delivery/parts',
    {
      config,
      schema: {
        tags,
        operationId: 'deliveryParts',
        summary: 'How the time of a window’s merged changes was spent: sums of parts',
        querystring: windowQuery,
        response: { 200: z.object({ asOf: z.string(), origin, rows: z.array(partsRowSchema) }) },
      },
    },
    async ({ query }) => ({ ...asOf(), rows: [...(await reader.parts(windowOf(query)))] }),
  );
}

/** @throws FairleadError `delivery.window-invalid`. */
function windowOf({ from, to, by }: z.output<typeof windowQuery>) {
  const window = { from: startOfDay(from), to: startOfDay(to) };
  requireWindow(window);
  return { ...window, by };
}

function definitionRoute(app: ControlApp, { tasks }: DeliveryReadDeps): void {
  app.get(
    '/api/delivery/definitions',
    {
      config: { access: figures, privacy: 'system' },
      schema: {
        tags,
        operationId: 'deliveryDefinitions',
        summary: 'What each figure means: formula, unit, window, smallest n, owner, source',
        response: { 200: z.array(definitionView) },
      },
    },
    async () => {
      const missing = new Set(
        (await tasks.sources()).flatMap(({ source, connected }) => (connected ? [] : source)),
      );
      const isMissing = (id: string) =>
        taskKpiDefinitions.some((one) => one.id === id && one.sources.some((source) => missing.has(source)));
      return allKpiDefinitions.map(({ id, version, formula, unit, window, minimumN, owner, source }) => ({
        ...{ id, version, formula, unit, window, minimumN, owner, source },
        connected: !isMissing(id),
      }));
    },
  );
}

function timelineRoute(app: ControlApp, { reader, index, clock }: DeliveryReadDeps): void {
  const limit = createRateLimit(clock, timelinesAMinute, 60_000);
  app.get(
    '/api/delivery/changes/:host/:owner/:name/:number/timeline',
    {
      config: { access: identifiedAnd('who can read the repository'), privacy: 'operational' },
      schema: {
        tags,
        operationId: 'changeTimeline',
        summary: 'The life of one change, for those who can read its repository',
        params: changeParams,
        response: { 200: timelineSchema },
      },
    },
    async ({ params, caller }) => {
      const who = caller as ControlCaller;
      const repository = repositoryIdOf(index(), `${params.host}/${params.owner}/${params.name}`);
      // The same answer whether or not it exists: nobody learns which repositories there are.
      if (repository === null || !mayReadRepository(index(), who, repository))
        throw new FairleadError('delivery.repository-closed');
      if (!limit.allows(who.by)) throw new FairleadError('delivery.too-often');
      limit.count(who.by);
      const timeline = await reader.timeline(`${repository}#${params.number}`);
      if (timeline === null) throw new FairleadError('delivery.change-unknown');
      return { ...timeline, flags: [...timeline.flags] };
    },
  );
}

/** People whose team owns the repository or is given it; the operator and tokens that may do everything. */
export function mayReadRepository(index: ProgramIndex, caller: ControlCaller, repository: string): boolean {
  if (caller.kind !== 'session') return caller.scope === 'admin';
  return grantedRepositories(index, caller.principal).includes(repository);
}

function healthRoute(app: ControlApp, { reader, tasks, index, clock, origin: from }: DeliveryReadDeps): void {
  app.get(
    '/api/delivery/health',
    {
      config: { access: figures, privacy: 'operational' },
      schema: {
        tags,
        operationId: 'deliveryHealth',
        summary: 'How complete the facts are: sources, repositories, machines, people as counts',
        response: { 200: healthView },
      },
    },
    async () => {
      const at = { listed: index().program.repositories, now: clock.now() };
      return { ...viewOfHealth(await reader.health(), at, await tasks.sources()), origin: from };
    },
  );
}

function baselineRoute(app: ControlApp, { audit, index, mayDo }: DeliveryReadDeps): void {
  app.get(
    '/api/delivery/baselines',
    {
      config: { access: figures, privacy: 'operational' },
      schema: {
        tags,
        operationId: 'listBaselines',
        summary:
          'Sealed baselines, newest first; figures for those who can read the repository or the ledger',
        response: { 200: baselinesView },
      },
    },
    async ({ caller }) => {
      const who = caller as ControlCaller;
      const readsLedger = who.kind !== 'session' || mayDo(who.principal, 'ReadAudit');
      const sealed = await sealedBaselines(audit);
      return sealed.map(({ figures: all, ...rest }) => {
        const repository = repositoryIdOf(index(), rest.subject) ?? rest.subject;
        const open = readsLedger || mayReadRepository(index(), who, repository);
        return { ...rest, figures: open ? [...all] : null };
      });
    },
  );
}
