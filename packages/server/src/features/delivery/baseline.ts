import {
  baselineStatus,
  type ChangeMeasures,
  type DeliveryFacts,
  dayOf,
  type KpiRow,
  type KpiSource,
  measureAll,
  measureChanges,
  mergedSpan,
  openingsOf,
  suffices,
  timelineDefinition,
  weekOf,
  weekStart,
  wholeRows,
} from '@fairlead/core/delivery';
import { FairleadError } from '@fairlead/core/errors';
import { type DeliveryClocks, elapsedClocks } from './clocks.ts';
import { ownerOf } from './kpis.ts';

/** Of elapsed time, and of working time. */
export const baselineDefinitions = [timelineDefinition, `${timelineDefinition}, working time`] as const;

/** What is known of how a repository delivers before anything is rolled out. */
export interface Baseline {
  readonly subject: string;
  readonly source: string;
  readonly definitions: (typeof baselineDefinitions)[number];
  /** Days, UTC; `to` exclusive. */
  readonly window: { readonly from: string; readonly to: string };
  readonly changes: number;
  readonly kpis: readonly KpiRow[];
  /** What can't be told from this source, in words. */
  readonly missing: readonly string[];
  /** Of those, what isn't about figures without a value. */
  readonly remarks: readonly string[];
  /** `full` only with all three of cycle time, review latency and defect rate at their smallest n. */
  readonly status: 'full' | 'partial';
  readonly sealed: { readonly id: string; readonly at: string; readonly digest: string } | null;
}

export interface BaselineOptions {
  readonly subject: string;
  readonly source: string;
  /** Seconds; 26 whole weeks up to the last week with a merge, or else with anything known, unless told. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly now: number;
  /** When something last happened, in seconds; now unless told. */
  readonly newest?: number | undefined;
  /** When the repository began, in seconds; when its first change was opened unless told. */
  readonly began?: number | undefined;
  /** Up to when, in seconds, nothing can be known: the usual window begins in the week after it. */
  readonly cut?: number | null | undefined;
  readonly remarks?: readonly string[];
  /** Elapsed time unless told. */
  readonly clocks?: DeliveryClocks | undefined;
}

const usualWeeks = 26;

/**
 * The baseline of one repository, for people who can read it; without a merged change one in which nothing is known.
 * @throws FairleadError `delivery.window-invalid`.
 */
export function baselineOf(facts: DeliveryFacts, options: BaselineOptions): Baseline {
  const { subject, source, now, remarks = [], clocks = elapsedClocks } = options;
  const { window, isShortened, isAhead, began } = windowOf(facts, options);
  const measures = measureChanges(facts, { now, teamOf: ownerOf, clockOf: clocks.clockOf });
  const isElapsed = clocks === elapsedClocks;
  const within = measures.filter(({ week }) => week >= weekOf(window.from) && week < weekOf(window.to));
  const weeks = { from: weekOf(window.from), to: weekOf(window.to) };
  // How long open changes have been open is told in elapsed time only.
  const opened = isElapsed
    ? openingsOf(measureAll(facts), { now, teamOf: ownerOf }).filter(
        ({ week }) => week >= weeks.from && week < weeks.to,
      )
    : undefined;
  const unheard = missingSources(facts);
  const kpis = wholeRows(within, {
    ...{ group: subject, ...weeks, missing: unheard },
    ...(opened && { openings: opened }),
  });
  const before = [
    ...(within.length === 0 ? ['no change was merged in this window'] : []),
    ...remarks,
    ...(isShortened ? [unknownBefore(began)] : []),
    ...(isAhead ? ['the window was asked for beyond the current week: it ends with it'] : []),
    ...unfinished(window.to, now),
  ];
  const after = [...(unheard.has('incidents') ? [noIncidents] : []), ...fewPeople(within)];
  return {
    subject,
    source,
    definitions: isElapsed ? baselineDefinitions[0] : baselineDefinitions[1],
    window: { from: dayOf(window.from), to: dayOf(window.to) },
    changes: within.length,
    kpis,
    missing: [...before, ...missingOf(kpis), ...after],
    remarks: [...before, ...after],
    status: baselineStatus(kpis),
    sealed: null,
  };
}

interface KnownWindow {
  /** Seconds, whole weeks. */
  readonly window: { readonly from: number; readonly to: number };
  readonly began: number;
  /** It would begin earlier, in weeks of which nothing is known: in those nobody failed to merge anything. */
  readonly isShortened: boolean;
  /** It would end later, in weeks that haven't begun: in those nobody can have merged anything yet. */
  readonly isAhead: boolean;
}

function windowOf(facts: DeliveryFacts, options: BaselineOptions): KnownWindow {
  const { from, to, now, newest = now, cut = null } = options;
  const span = mergedSpan(facts.histories);
  // A clock that was wrong when something was merged doesn't move the window into the future.
  const last = Math.min(span?.to ?? newest, now);
  const wanted = weekStart(weekOf(to ?? weekStart(weekOf(last) + 1)));
  const end = Math.min(wanted, weekStart(weekOf(now) + 1));
  const asked = from === undefined ? usualStart(end, cut) : weekStart(weekOf(from + 7 * 86_400 - 1));
  if (!(asked < end)) throw new FairleadError('delivery.window-invalid');
  const began = options.began ?? firstOpened(facts);
  const first = weekStart(weekOf(began));
  // Of a window that is over by then nothing would be left; without a change in it nothing is told anyway.
  const isShortened = asked < first && first < end;
  const window = { from: isShortened ? first : asked, to: end };
  return { window, began, isShortened, isAhead: end < wanted };
}

function firstOpened({ histories }: DeliveryFacts): number {
  const times = histories.map(({ change }) => Date.parse(change.openedAt) / 1000);
  return times.reduce((a, b) => (b < a ? b : a), Number.POSITIVE_INFINITY);
}

function unknownBefore(began: number): string {
  return `nothing is known of the time before ${dayOf(began)}: the window begins in its week`;
}

/** A week that is cut off counts only where there is no other. */
function usualStart(end: number, cut: number | null): number {
  const start = end - usualWeeks * 7 * 86_400;
  if (cut === null) return start;
  const whole = weekStart(weekOf(cut) + 1);
  return Math.max(start, whole < end ? whole : end - 7 * 86_400);
}

const noIncidents =
  'defect_rate, reversal_rate: no incident is known, only reverts and fixes, so that they are lower bounds';

function missingSources({ deployments, incidents }: DeliveryFacts): ReadonlySet<KpiSource> {
  const missing = new Set<KpiSource>();
  if (deployments.length === 0) missing.add('deployments');
  if (incidents.length === 0) missing.add('incidents');
  return missing;
}

/** One line a figure: its median and its other quantiles are missing together. */
function missingOf(kpis: readonly KpiRow[]): readonly string[] {
  const unknown = kpis.filter(({ value }) => value === null);
  return [...new Set(unknown.map(({ kpi, note }) => `${kpi.replace(/\.p\d+$/, '')}: ${note}`))];
}

function unfinished(to: number, now: number): readonly string[] {
  return to > now ? ['the last week of the window is not over'] : [];
}

function fewPeople(changes: readonly ChangeMeasures[]): readonly string[] {
  return changes.length === 0 || suffices(changes)
    ? []
    : [
        'fewer than 5 people, or one with more than half of the changes: not for publication outside the repository',
      ];
}
