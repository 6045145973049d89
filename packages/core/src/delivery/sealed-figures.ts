import { kpiDefinitions } from './kpis.ts';

/** What a sealed baseline says of a figure. */
export interface SealedFigure {
  readonly kpi: string;
  readonly version: string;
  /** Changes it was computed from. */
  readonly n: number | null;
  /** Null: unknown when it was sealed. */
  readonly value: number | null;
  readonly lo: number | null;
  readonly hi: number | null;
  /** Null: nobody knows how much of it is known, so that it is a lower bound. */
  readonly coverage: number | null;
  readonly method: string;
}

/** `full` only with all of these, each known at its smallest n. */
const needed = ['cycle_time.p50', 'review_latency.p50', 'defect_rate'] as const;

/** Whether figures are enough for the gates of a rollout. A lower bound is nothing to compare with later. */
export function baselineStatus(
  figures: readonly Pick<SealedFigure, 'kpi' | 'n' | 'value' | 'coverage'>[],
): 'full' | 'partial' {
  const isEnough = (id: string) => {
    const figure = figures.find(({ kpi }) => kpi === id);
    const minimum = kpiDefinitions.find((one) => one.id === id)?.minimumN ?? Number.POSITIVE_INFINITY;
    return (
      figure !== undefined && figure.value !== null && figure.coverage !== null && (figure.n ?? 0) >= minimum
    );
  };
  return needed.every(isEnough) ? 'full' : 'partial';
}

/** Why figures of so many merged changes can't be what was measured, in words; null: nothing says so. */
export function sealedFault(figures: readonly SealedFigure[], changes: number): string | null {
  if (new Set(figures.map(({ kpi }) => kpi)).size < figures.length) return 'A figure is there twice.';
  for (const figure of figures) {
    const fault = faultOf(figure, changes);
    if (fault !== null) return fault;
  }
  return null;
}

function faultOf({ kpi, version, n, value, lo, hi, coverage }: SealedFigure, changes: number): string | null {
  const definition = kpiDefinitions.find((one) => one.id === kpi && one.version === version);
  if (definition === undefined) return 'A figure isn’t one of delivery, in the version that is in force.';
  const most = definition.unit === 'share' ? 1 : Number.POSITIVE_INFINITY;
  const isAmount = (number: number | null) => number === null || (number >= 0 && number <= most);
  if (![value, lo, hi].every(isAmount)) return `${kpi} is no amount of its unit.`;
  if (value !== null && (n ?? 0) === 0) return `${kpi} has a value of no change.`;
  // Of changes that were opened, and may not have been merged, there can be more.
  if (definition.of.kind !== 'incidence' && (n ?? 0) > changes)
    return `${kpi} counts more changes than there are.`;
  if (coverage !== null && !(coverage >= 0 && coverage <= 1))
    return `${kpi} has a coverage that is no share.`;
  if ((lo === null) !== (hi === null)) return `${kpi} has half an interval.`;
  if (lo === null || hi === null) return null;
  return value !== null && lo <= value && value <= hi ? null : `${kpi} lies outside of its interval.`;
}
