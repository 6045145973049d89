import { z } from 'zod';
import { type ControlApp, granted } from '../../platform/http/index.ts';
import type { AuditRow } from '../audit/api.ts';
import { entryRow, isoOf, reasonsOf, viewOfRow } from '../audit/views/api.ts';
import type { ControlCaller } from '../identity/api.ts';
import { type Overview, type OverviewDeps, overviewOf } from './service.ts';

const count = z.int().min(0);
const counted = z.object({ id: z.string(), calls: count, refused: count });
const overviewView = z.object({
  asOf: z.string(),
  from: z.string(),
  to: z.string(),
  stage: z.object({ id: z.string(), rank: z.number() }),
  calls: z.object({ total: count, allowed: count, refused: count, failed: count }),
  spend: z.object({ microUsd: count, unpricedCalls: count }),
  series: z.array(z.object({ at: z.string(), allowed: count, refused: count })),
  refusals: z.array(
    z.object({
      policyId: z.string(),
      title: z.string(),
      advice: z.string(),
      count,
      lastAt: z.string().nullable(),
      lastId: z.string().nullable(),
    }),
  ),
  recent: z.array(entryRow),
  assistants: z.array(counted),
  repositories: z.array(counted),
  findings: z.array(z.object({ class: z.string(), count })),
  ledger: z.object({
    size: count,
    signedSize: count,
    healthy: z.boolean(),
    checkpointAt: z.string().nullable(),
  }),
  coverageNotes: z.array(z.string()),
});

export interface OverviewRouteDeps extends OverviewDeps {
  /** What policy permits a person who signed in. */
  readonly mayDo: (principal: string, action: string) => boolean;
}

/** Figures of the last day, week or month. */
export function overviewRoutes(app: ControlApp, deps: OverviewRouteDeps): void {
  app.get(
    '/api/overview',
    {
      config: { access: granted('ReadOverview', 'audit'), privacy: 'operational' },
      schema: {
        tags: ['overview'],
        operationId: 'overview',
        summary: 'Calls, refusals, spend and the state of the ledger',
        querystring: z.object({ window: z.enum(['24h', '7d', '30d']).default('24h') }),
        response: { 200: overviewView },
      },
    },
    async ({ query, caller }) => {
      const overview = await overviewOf(deps, query.window);
      return viewOf(deps, overview, mayReadAudit(deps, caller as ControlCaller));
    },
  );
}

function mayReadAudit({ mayDo }: OverviewRouteDeps, caller: ControlCaller): boolean {
  return caller.kind !== 'session' || mayDo(caller.principal, 'ReadAudit');
}

/** Who sees figures only sees neither pseudonyms nor sessions. */
function withoutPeople(row: AuditRow): AuditRow {
  return { ...row, actor: null, session: null };
}

const countedView = ({ value, calls, refused }: { value: string; calls: number; refused: number }) => ({
  id: value,
  calls,
  refused,
});

function viewOf(
  { bundle }: OverviewRouteDeps,
  { span, ledger, ...overview }: Overview,
  withPeople: boolean,
): z.output<typeof overviewView> {
  const { stage } = bundle().index;
  const reasons = new Map(
    reasonsOf(
      bundle(),
      overview.refusals.map(({ policyId }) => policyId),
    ).map((reason) => [reason.policyId, reason]),
  );
  return {
    asOf: isoOf(span.to),
    from: isoOf(span.from),
    to: isoOf(span.to),
    stage: { id: stage.id, rank: stage.rank },
    calls: overview.calls,
    spend: overview.spend,
    series: overview.series.map(({ at, ...rest }) => ({ ...rest, at: isoOf(at) })),
    refusals: overview.refusals.map(({ policyId, count: times, last }) => ({
      policyId,
      title: reasons.get(policyId)?.title ?? policyId,
      advice: reasons.get(policyId)?.advice ?? '',
      count: times,
      lastAt: last && isoOf(last.ts),
      lastId: last?.id ?? null,
    })),
    recent: overview.recent.map((row) => viewOfRow(withPeople ? row : withoutPeople(row))),
    assistants: overview.assistants.map(countedView),
    repositories: overview.repositories.map(countedView),
    findings: overview.findings.map(({ value, calls }) => ({ class: value, count: calls })),
    ledger: {
      size: ledger.size,
      signedSize: ledger.signedSize,
      healthy: ledger.healthy,
      checkpointAt: ledger.signedAt ? isoOf(ledger.signedAt) : null,
    },
    coverageNotes: [...overview.coverageNotes],
  };
}
