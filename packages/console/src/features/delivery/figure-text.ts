import type { KpiRow } from '../../api/types.ts';
import { formatShare } from '../../format/numbers.ts';
import { formatSpan } from '../../format/time.ts';
import { messages } from '../../messages/en.ts';

/* How figures read. Rows come as the API gives them; what is unknown or not shown says why. */

const words = messages.delivery;
const names: { readonly [id: string]: string } = words.kpis;
const levels: { readonly [id: string]: string } = words.levels;

/** "Cycle time, median"; an id that the catalogue doesn't know stays readable. */
export function figureName(kpi: string): string {
  if (names[kpi] !== undefined) return names[kpi];
  const cut = kpi.lastIndexOf('.');
  const [base, level] = cut === -1 ? [kpi, undefined] : [kpi.slice(0, cut), levels[kpi.slice(cut + 1)]];
  if (level === undefined) return plain(kpi);
  return `${names[base] ?? plain(base)}, ${level}`;
}

/** The same of several, those of one figure together: "Cycle time (median, 90th percentile)". */
export function figureNames(kpis: readonly string[]): readonly string[] {
  const levelOf = (kpi: string) => levels[kpi.slice(kpi.lastIndexOf('.') + 1)];
  const groups = Map.groupBy(kpis, (kpi) =>
    levelOf(kpi) === undefined ? kpi : kpi.slice(0, kpi.lastIndexOf('.')),
  );
  return [...groups].map(([base, ids]) => {
    const of = ids.flatMap((id) => levelOf(id) ?? []);
    return of.length === 0 ? figureName(base) : `${names[base] ?? plain(base)} (${of.join(', ')})`;
  });
}

function plain(id: string): string {
  const text = id.replaceAll(/[._]/g, ' ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

const month = new Intl.DateTimeFormat('en-GB', { month: 'short', year: 'numeric', timeZone: 'UTC' });

/** A group's own name. */
export function groupName(group: string): string {
  const cut = group.indexOf(':');
  const [kind, name] = cut === -1 ? [group, ''] : [group.slice(0, cut), group.slice(cut + 1)];
  if (kind === 'all') return words.all;
  if (kind === 'month') return month.format(new Date(`${name}-01T00:00:00Z`));
  if (kind === 'week') return name.replace('..', ' – ');
  if (name === 'unmapped') return words.unmapped;
  if (group === 'stage:unknown') return words.noStage;
  return name;
}

const number = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 1 });
const money = new Intl.NumberFormat('en-GB', { style: 'currency', currency: 'USD' });

/** A value in the words of its unit. */
export function amountText(value: number, unit: string): string {
  if (unit === 'seconds') return formatSpan(value);
  if (unit === 'share') return formatShare(value, 1);
  if (unit === 'changes per week') return words.perWeek(number.format(value));
  if (unit === 'per 100 changes') return words.per100(number.format(value));
  if (unit === 'per 100 tasks') return words.per100Tasks(number.format(value));
  if (unit === 'per 1,000 developer-weeks') return words.perDeveloperWeeks(number.format(value));
  if (unit === 'seat-days') return words.seatDays(number.format(value));
  if (unit === 'USD') return money.format(value);
  return number.format(value);
}

/** The ends of the 95 % interval, or why there is none. */
export function intervalText({
  lo,
  hi,
  unit,
  method,
  value,
}: Pick<KpiRow, 'lo' | 'hi' | 'unit' | 'method' | 'value'>): string | null {
  if (value === null) return null;
  if (lo === null || hi === null) return words.noInterval(reasonIn(method));
  return words.interval(amountText(lo, unit), amountText(hi, unit));
}

/** A method without an interval, as `none (4 clusters)` or `Aalen–Johansen; interval: none`. */
function reasonIn(method: string): string {
  return method.replace(/^none \((.*)\)$/, '$1').replace(/; interval: none$/, '');
}

const hour = 3600;
const steps = [1, 2, 3, 6, 12, 24, 48, 168].map((hours) => hours * hour);

/** Seconds between the lines of an axis: whole hours, days or weeks; undefined below an hour. */
export function axisStep(most: number): number | undefined {
  return most < hour ? undefined : (steps.find((step) => most / step <= 5) ?? steps.at(-1));
}

const sources: { readonly [source: string]: string } = words.health.names;

/** "Legal and security reviews"; an id that the catalogue doesn't know stays readable. */
export function sourceName(id: string): string {
  return sources[id] ?? plain(id);
}

const remedies: { readonly [source: string]: string } = words.health.connect;

/** Why there is no value; null where there is one. */
export function absence({ value, suppressed, note, missing }: KpiRow): { word: string; why: string } | null {
  if (value !== null) return null;
  const names = missing.map((id) => sourceName(id).toLowerCase()).join(', ');
  const remedy = [...new Set(missing.flatMap((id) => remedies[id] ?? []))].join('; ');
  const why =
    missing.length === 0
      ? note.replace(/^unknown: /, '')
      : `source not connected (${names})${remedy === '' ? '' : `: ${remedy}`}`;
  return { word: suppressed ? words.hidden : words.unknown, why };
}

export function coverageText({ coverage }: Pick<KpiRow, 'coverage'>): string | null {
  return coverage === null ? null : formatShare(coverage, 1);
}

/** Where values of one unit are drawn: from zero to a little beyond the largest end. */
export function scaleOf(rows: readonly Pick<KpiRow, 'value' | 'hi'>[]): number {
  const most = Math.max(0, ...rows.map(({ value, hi }) => Math.max(value ?? 0, hi ?? 0)));
  return most === 0 ? 1 : most * 1.05;
}
