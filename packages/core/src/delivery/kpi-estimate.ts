import {
  clusterInterval,
  clusterQuantileInterval,
  type Interval,
  sortClusters,
  sortedQuantile,
} from '../statistics/index.ts';
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

/** A figure of changes, whose blocks are teams or weeks. */
export type BlockFormula = Exclude<ChangeFormula, { kind: 'pace' }>;

/** Weeks of one team that an interval needs. */
const leastBlocks = 12;

/**
 * The figure over known changes, at least one, and its interval: over teams, or over the weeks of the only team, which
 * says nothing of other teams.
 */
export function estimateKpi(
  formula: BlockFormula,
  known: readonly FigureInputs[],
  window: KpiWindow,
): KpiEstimate {
  // In the order of their names, so that nothing depends on the order in which changes became known.
  const ofTeams = [...Map.groupBy(known, ({ team }) => team)].sort(([a], [b]) => (a < b ? -1 : 1));
  const byTeam = ofTeams.map(([, changes]) => changes);
  const teams = ofTeams.map(([team]) => team);
  const kind = blocksOf(teams.length);
  const groups = kind === 'teams' ? byTeam : inWeeks(known);
  const { value, interval } = valueAndInterval(formula, groups, window.seed);
  return { value, ...intervalOver(kind, teams, groups.length, interval, window) };
}

function inWeeks(known: readonly FigureInputs[]): Groups {
  return [...Map.groupBy(known, ({ week }) => week)].sort(([a], [b]) => a - b).map(([, changes]) => changes);
}

/** What an interval is found over. */
export function blocksOf(teams: number): 'teams' | 'weeks' {
  return teams === 1 ? 'weeks' : 'teams';
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
  formula: BlockFormula,
  groups: Groups,
  seed: string,
): { readonly value: number | null; readonly interval: () => Interval } {
  switch (formula.kind) {
    case 'quantile': {
      const spans = groups.map((items) => items.flatMap((item) => spansIn(item, formula.column)));
      const clusterOf = Uint32Array.from(spans.flatMap((values, cluster) => values.map(() => cluster)));
      const sorted = sortClusters(Uint32Array.from(spans.flat()), clusterOf, spans.length);
      return {
        value: sorted.values.length === 0 ? null : sortedQuantile(sorted.values, formula.p),
        interval: () => clusterQuantileInterval(sorted, formula.p, seed),
      };
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
  }
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
