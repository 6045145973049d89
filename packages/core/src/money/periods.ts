/** How long a limit counts before it begins anew, by the UTC calendar; weeks begin on Monday. */
export const periods = ['day', 'week', 'month', 'total'] as const;
export type Period = (typeof periods)[number];

const dayMs = 86_400_000;

/** What was asked last of one day: every call of it asks again. */
let lastStarts: { readonly day: number; readonly starts: Map<Period, string> } = {
  day: Number.NaN,
  starts: new Map(),
};

/** The first day (`YYYY-MM-DD`) of the period that holds `now` (milliseconds); empty for `total`. */
export function periodStart(period: Period, now: number): string {
  if (period === 'total') return '';
  const day = Math.floor(now / dayMs);
  if (day !== lastStarts.day) lastStarts = { day, starts: new Map() };
  const known = lastStarts.starts.get(period);
  if (known !== undefined) return known;
  // 1970-01-01 was a Thursday: three days after a Monday.
  const first = period === 'week' ? day - ((((day + 3) % 7) + 7) % 7) : day;
  const text = new Date(first * dayMs).toISOString().slice(0, 10);
  const start = period === 'month' ? `${text.slice(0, 8)}01` : text;
  lastStarts.starts.set(period, start);
  return start;
}

/** The day on which the next period begins; null for `total`. */
export function periodEnd(period: Period, start: string): string | null {
  const from = new Date(`${start}T00:00:00Z`);
  if (period === 'total' || Number.isNaN(from.getTime())) return null;
  if (period === 'month') from.setUTCMonth(from.getUTCMonth() + 1);
  else from.setUTCDate(from.getUTCDate() + (period === 'week' ? 7 : 1));
  return from.toISOString().slice(0, 10);
}
