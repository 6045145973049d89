import { clusterInterval, type Interval, quantileInPlace } from '../statistics/index.ts';
import { unmappedTeam } from './atoms.ts';
import { shareUnits, unitsOf } from './defects.ts';
import { type ChangeFormula, spansIn } from './kpis.ts';
import type { FigureInputs } from './measures.ts';
import type { WeekNumber } from './weeks.ts';

/** A figure with its interval. */
export interface KpiEstimate extends Interval {
  readonly value: number | null;
  /** What a reader must know of the interval; empty: nothing. */
  readonly remark: string;
}

export interface KpiWindow {
  readonly from: WeekNumber;
  /** Length. */
  readonly weeks: number;
  /** Names figure, group and window, so that resampling repeats. */
  readonly seed: string;
  /** False: the value only, which is much quicker to find. */
  readonly intervals?: boolean | undefined;
  /** False: nothing says which team owns a repository. */
  readonly teamsKnown?: boolean | undefined;
}

/** Weeks of one team that an interval needs. */
const leastBlocks = 12;

/**
 * The figure over known changes, at least one, and its interval: over teams, or over the weeks of the only team, which
 * says nothing of other teams.
 */
export function estimateKpi(
  formula: ChangeFormula,
  known: readonly FigureInputs[],
  window: KpiWindow,
): KpiEstimate {
  // In the order of their names, so that nothing depends on the order in which changes became known.
  const ofTeams = [...Map.groupBy(known, ({ team }) => team)].sort(([a], [b]) => (a < b ? -1 : 1));
  const byTeam = ofTeams.map(([, changes]) => changes);
  const teams = ofTeams.map(([team]) => team);
  const ofWeek = Map.groupBy(known, ({ week }) => week);
  const inWeeks = Array.from({ length: window.weeks }, (_, i) => ofWeek.get(window.from + i) ?? []);
  const kind = blocksOf(formula, byTeam.length);
  const byWeek = formula.kind === 'pace' ? inWeeks : inWeeks.filter(({ length }) => length > 0);
  const groups = kind === 'teams' ? byTeam : byWeek;
  const { value, interval } = valueAndInterval(formula, groups, window.seed);
  return { value, ...intervalOver(kind, teams, groups.length, interval, window) };
}

/** What an interval is found over. */
export function blocksOf({ kind }: Pick<ChangeFormula, 'kind'>, teams: number): 'teams' | 'weeks' {
  // A pace is a property of weeks, not of changes: there each week is a block, however many teams there are.
  return teams === 1 || kind === 'pace' ? 'weeks' : 'teams';
}

/** What a reader must know where the only team of what is counted is that one, null: there are several; empty: nothing. */
export function teamsRemark(onlyTeam: string | null, teamsKnown = true): string {
  if (!teamsKnown) return 'teams unknown: give --program';
  return onlyTeam === unmappedTeam ? 'teams unknown: the program names no team of these' : '';
}

/** An interval over teams or weeks with what a reader must know of it. */
export function intervalOver(
  kind: 'teams' | 'weeks',
  teams: readonly string[],
  blocks: number,
  interval: () => Interval,
  { intervals = true, teamsKnown }: Pick<KpiWindow, 'intervals' | 'teamsKnown'>,
): Omit<KpiEstimate, 'value'> {
  const unknown = teamsRemark(teams.length === 1 ? teams[0]! : null, teamsKnown);
  const none = { lo: null, hi: null, remark: unknown };
  if (!intervals) return { ...none, method: 'none (not asked for)' };
  if (kind === 'teams') return { ...interval(), remark: unknown };
  if (blocks < leastBlocks) return { ...none, method: `none (${blocks} clusters)` };
  const found = interval();
  return {
    ...found,
    method: `weeks: ${found.method}`,
    remark: unknown === '' && teams.length === 1 ? 'this team only' : unknown,
  };
}

type Groups = readonly (readonly FigureInputs[])[];

function valueAndInterval(
  formula: ChangeFormula,
  groups: Groups,
  seed: string,
): { readonly value: number | null; readonly interval: () => Interval } {
  switch (formula.kind) {
    case 'quantile': {
      const clusters = groups.map((items) =>
        Float64Array.from(items.flatMap((item) => spansIn(item, formula.column))),
      );
      const estimate = pooledQuantile(formula.p);
      return { value: estimate(clusters), interval: () => clusterInterval({ clusters, estimate, seed }) };
    }
    case 'rate': {
      const clusters = groups.map((items) => ({
        hits: items.reduce((sum, item) => sum + unitsOf(formula.hit(item)), 0),
        n: items.length,
      }));
      const sizeOf = ({ n }: { n: number }) => n;
      return {
        value: pooledRate(clusters),
        interval: () => clusterInterval({ clusters, estimate: pooledRate, sizeOf, seed }),
      };
    }
    case 'pace': {
      const clusters = groups.map(({ length }) => length);
      return { value: mean(clusters), interval: () => clusterInterval({ clusters, estimate: mean, seed }) };
    }
  }
}

/** Over the values of all clusters together; one buffer serves every resample. */
function pooledQuantile(p: number): (clusters: readonly Float64Array[]) => number | null {
  let buffer = new Float64Array(0);
  return (clusters) => {
    const size = clusters.reduce((sum, { length }) => sum + length, 0);
    if (size === 0) return null;
    if (buffer.length < size) buffer = new Float64Array(size * 2);
    let at = 0;
    for (const values of clusters) {
      buffer.set(values, at);
      at += values.length;
    }
    return quantileInPlace(buffer.subarray(0, size), p);
  };
}

/** `hits` in `shareUnits`. */
export function pooledRate(
  clusters: readonly { readonly hits: number; readonly n: number }[],
): number | null {
  let [hits, n] = [0, 0];
  for (const cluster of clusters) {
    hits += cluster.hits;
    n += cluster.n;
  }
  return n === 0 ? null : rateOf(hits, n);
}

/** Hits in `shareUnits` among `n`, at least one; exactly the share of whole ones where all are whole. */
export function rateOf(hits: number, n: number): number {
  return hits / shareUnits / n;
}

export function mean(counts: readonly number[]): number | null {
  return counts.length === 0 ? null : counts.reduce((a, b) => a + b, 0) / counts.length;
}
