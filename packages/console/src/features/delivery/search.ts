import type { Grouping } from '../../api/types.ts';

export const groupings = [
  'team',
  'repository',
  'stage',
  'month',
  'week',
] as const satisfies readonly Grouping[];
export const usualKpi = 'cycle_time.p50';

export interface DeliverySearch {
  /** Days, `YYYY-MM-DD`; `to` isn't part of the window. */
  readonly from?: string;
  readonly to?: string;
  readonly by?: Grouping;
  readonly kpi?: string;
}

const day = /^\d{4}-\d{2}-\d{2}$/;
const kpiId = /^[a-z][a-z0-9_.]{0,60}$/;

/** What the address says; anything unknown is left out. */
export function readDeliverySearch(search: Record<string, unknown>): DeliverySearch {
  const { from, to, kpi } = search;
  const by = groupings.find((known) => known === search.by);
  const isDay = (value: unknown): value is string => typeof value === 'string' && day.test(value);
  return {
    ...(isDay(from) && { from }),
    ...(isDay(to) && { to }),
    ...(by !== undefined && by !== 'team' && { by }),
    ...(typeof kpi === 'string' && kpiId.test(kpi) && kpi !== usualKpi && { kpi }),
  };
}

const aDay = 86_400_000;

/** The day before a day (`-1`) or after it (`1`); `''` for what is none. */
export function besideDay(text: string, days: 1 | -1): string {
  const at = day.test(text) ? Date.parse(text) + days * aDay : Number.NaN;
  return Number.isNaN(at) ? '' : new Date(at).toISOString().slice(0, 10);
}

const weeks = 26;

/** The window of an address: 26 weeks up to today unless it says another one. */
export function windowOf({ from, to }: DeliverySearch, now: number): { from: string; to: string } {
  const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);
  const end = to ?? dayOf(now);
  return { from: from ?? dayOf(Date.parse(end) - weeks * 7 * aDay), to: end };
}

/** A change named as people write it; null when it's none. */
export function readChangeName(
  text: string,
): { host: string; owner: string; name: string; number: string } | null {
  const match =
    /^(?:https?:\/\/)?([\w.-]+(?::\d+)?)\/(.+)\/([\w.-]+?)(?:#|\/(?:pull|-\/merge_requests)\/)(\d{1,9})$/.exec(
      text.trim(),
    );
  if (match === null) return null;
  const [, host = '', owner = '', name = '', number = ''] = match;
  return { host, owner, name, number };
}
