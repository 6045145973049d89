import type { Clock } from '@fairlead/core/ports';
import type { AuditIndex, AuditRow, CountedValue, HourFigures, WindowFigures } from '../audit/api.ts';
import type { ActiveBundle } from '../gateway/api.ts';
import type { Ledger, LedgerState } from '../ledger/api.ts';

export interface OverviewDeps {
  readonly audit: AuditIndex;
  readonly ledger: Pick<Ledger, 'state'>;
  readonly bundle: () => Pick<ActiveBundle, 'index' | 'engine'>;
  readonly clock: Clock;
}

export type OverviewWindow = '24h' | '7d' | '30d';

/** A span of whole hours or days up to now, in buckets. Times are milliseconds since the epoch, days are UTC. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly bucketMs: number;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** The window's span: the present hour or day and those before it. */
export function spanOf(window: OverviewWindow, now: number): Span {
  const [bucketMs, buckets] = window === '24h' ? [hourMs, 24] : [dayMs, window === '7d' ? 7 : 30];
  const last = Math.floor(now / bucketMs) * bucketMs;
  return { from: last - (buckets - 1) * bucketMs, to: now, bucketMs };
}

export interface Overview {
  readonly span: Span;
  readonly calls: {
    readonly total: number;
    readonly allowed: number;
    readonly refused: number;
    readonly failed: number;
  };
  readonly spend: { readonly microUsd: number; readonly unpricedCalls: number };
  readonly series: readonly { readonly at: number; readonly allowed: number; readonly refused: number }[];
  /** With the row of the newest entry counted. */
  readonly refusals: readonly {
    readonly policyId: string;
    readonly count: number;
    readonly last: AuditRow | null;
  }[];
  readonly recent: readonly AuditRow[];
  readonly assistants: readonly CountedValue[];
  readonly repositories: readonly CountedValue[];
  readonly findings: readonly CountedValue[];
  readonly ledger: LedgerState;
  readonly coverageNotes: readonly string[];
}

const mostOf = 20;
const recentRefusals = 10;

/** Figures of a window, from the hourly sums of the read model. */
export async function overviewOf(deps: OverviewDeps, window: OverviewWindow): Promise<Overview> {
  const span = spanOf(window, deps.clock.now());
  const figures = await deps.audit.window(Math.floor(span.from / hourMs));
  const recent = await deps.audit.entries({ decision: 'deny', from: span.from }, recentRefusals);
  const progress = await deps.audit.progress();
  const sum = (field: keyof HourFigures) => figures.hours.reduce((total, hour) => total + hour[field], 0);
  const [allowed, refused] = [sum('allowed'), sum('refused')];
  return {
    span,
    calls: { total: allowed + refused, allowed, refused, failed: sum('failed') },
    spend: { microUsd: sum('costMicroUsd'), unpricedCalls: sum('unpriced') },
    series: seriesOf(figures.hours, span),
    refusals: await refusalsOf(deps.audit, figures),
    recent: recent.rows,
    assistants: figures.assistants.slice(0, mostOf),
    repositories: figures.repositories.slice(0, mostOf),
    findings: figures.findings.slice(0, mostOf),
    ledger: deps.ledger.state(),
    coverageNotes: notes({ unknown: sum('unknown'), unpriced: sum('unpriced'), ...progress }),
  };
}

/** Every bucket of the span, those without calls too. */
function seriesOf(hours: readonly HourFigures[], { from, to, bucketMs }: Span): Overview['series'] {
  const buckets = new Map<number, { at: number; allowed: number; refused: number }>();
  for (let at = from; at <= to; at += bucketMs) buckets.set(at, { at, allowed: 0, refused: 0 });
  for (const { hour, allowed, refused } of hours) {
    const bucket = buckets.get(Math.floor((hour * hourMs) / bucketMs) * bucketMs);
    if (bucket === undefined) continue;
    bucket.allowed += allowed;
    bucket.refused += refused;
  }
  return [...buckets.values()];
}

async function refusalsOf(audit: AuditIndex, { policies }: WindowFigures): Promise<Overview['refusals']> {
  const most = policies.slice(0, mostOf);
  const rows = new Map(
    (await audit.rowsAt(most.map((policy) => policy.lastIndex))).map((row) => [row.index, row]),
  );
  return most.map(({ value, refused, lastIndex }) => ({
    policyId: value,
    count: refused,
    last: rows.get(lastIndex) ?? null,
  }));
}

/** What the figures do not cover, so that nobody reads more into them. */
function notes(seen: {
  readonly unknown: number;
  readonly unpriced: number;
  readonly indexed: number;
  readonly size: number;
}): string[] {
  const list = ['Counts calls through the gateway only; hooks, editors and CI do not report yet.'];
  if (seen.unknown > 0) list.push(`What became of ${seen.unknown} allowed calls is not known.`);
  if (seen.unpriced > 0) list.push(`${seen.unpriced} calls have no price and are not in the spend.`);
  if (seen.indexed < seen.size) {
    list.push(`Still reading the ledger: ${seen.indexed} of ${seen.size} entries are counted.`);
  }
  return list;
}
