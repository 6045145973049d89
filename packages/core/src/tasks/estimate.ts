import { teamsRemark, type WeekNumber } from '../delivery/index.ts';
import {
  clusterInterval,
  clusterQuantileInterval,
  type Interval,
  poissonInterval,
  sortClusters,
  wholeQuantiles,
} from '../statistics/index.ts';
import type { Figure } from './figure.ts';
import { sumOf } from './items.ts';
import type { Block, Summary, Sums } from './known.ts';
import { note } from './row-parts.ts';

export interface Estimate extends Interval {
  readonly value: number | null;
  readonly remark: string;
}

export interface EstimateWindow {
  readonly from: WeekNumber;
  /** Names figure, group and window, so that resampling repeats. */
  readonly seed: string;
  /** Happenings that belong to no item. */
  readonly counted: number;
  readonly intervals?: boolean | undefined;
  /** False: nothing says which team owns a repository. */
  readonly teamsKnown?: boolean | undefined;
}

/** Weeks of one team that an interval needs. */
const leastBlocks = 12;

/** The figure over what is known, at least one item, and its interval: over teams, or over the weeks of the only team. */
export function estimateFigure<Item>(
  figure: Figure<Item>,
  summary: Summary,
  { seed, counted, intervals, teamsKnown }: EstimateWindow,
): Estimate {
  const onlyTeam = summary.onlyTeam();
  const remark = teamsRemark(onlyTeam, teamsKnown);
  if (figure.kind === 'rare' || figure.kind === 'counted')
    return { ...rareEstimate(figure, summary, counted), remark };
  const isOneTeam = onlyTeam !== null;
  const by: Block = isOneTeam ? 'week' : 'team';
  const { value, interval } = valueAndInterval(figure, summary, by, seed);
  if (value === null) return { value, lo: null, hi: null, method: 'none', remark: note.no_divisor };
  if (intervals === false) return { value, lo: null, hi: null, method: 'not asked for', remark };
  if (!isOneTeam) return { value, ...interval(), remark };
  const weeks = summary.clusters('week');
  if (weeks < leastBlocks) return { value, lo: null, hi: null, method: `none (${weeks} clusters)`, remark };
  const found = interval();
  return { value, ...found, method: `weeks: ${found.method}`, remark: remark || 'this team only' };
}

function rareEstimate<Item>(
  figure: Extract<Figure<Item>, { kind: 'rare' | 'counted' }>,
  summary: Summary,
  counted: number,
): Omit<Estimate, 'remark'> {
  const weights =
    figure.kind === 'counted' ? Array.from({ length: counted }, () => 1) : [...summary.weights()];
  weights.sort((a, b) => a - b);
  const { lo, hi, method } = poissonInterval(weights);
  const per = figure.scale / summary.known;
  return { value: sumOf(weights) * per, lo: lo * per, hi: hi * per, method };
}

function valueAndInterval<Item>(
  figure: Exclude<Figure<Item>, { kind: 'rare' | 'counted' }>,
  summary: Summary,
  by: Block,
  seed: string,
): { readonly value: number | null; readonly interval: () => Interval } {
  if (figure.kind === 'quantile') return quantileEstimate(figure, summary, by, seed);
  const scale = figure.kind === 'share' ? 1 : figure.scale;
  const clusters = summary.sums(by);
  const estimate = (some: readonly Sums[]) => {
    const divisor = total(some, (sums) => sums.below);
    return divisor === 0 ? null : (total(some, (sums) => sums.above) * scale) / divisor;
  };
  const isCount = figure.kind === 'share' || figure.counts === true;
  const none = isCount ? noneOf(clusters, scale) : null;
  if (none !== null) return { value: 0, interval: () => none };
  const sizeOf = figure.kind === 'share' ? { sizeOf: (sums: Sums) => sums.below } : {};
  return {
    value: estimate(clusters),
    interval: () => clusterInterval({ clusters, estimate, ...sizeOf, least: 0, seed }),
  };
}

/** After none at all resampling would say that it's sure of none: the one-sided bound says what is known. */
function noneOf(clusters: readonly Sums[], scale: number): Interval | null {
  const divisor = total(clusters, ({ below }) => below);
  if (divisor === 0 || total(clusters, ({ above }) => above) !== 0) return null;
  const { lo, hi, method } = poissonInterval([]);
  return { lo, hi: (hi * scale) / divisor, method };
}

/** Over the values of all clusters together; for an interval they're sorted once for every resample. */
function quantileEstimate<Item>(
  { p, per }: Extract<Figure<Item>, { kind: 'quantile' }>,
  summary: Summary,
  by: Block,
  seed: string,
): { readonly value: number | null; readonly interval: () => Interval } {
  const inUnits = (value: number | null) => (value === null ? null : value / per);
  return {
    value: inUnits(wholeQuantiles(summary.values())(p)),
    interval: () => {
      const { values, clusterOf } = summary.clusteredValues(by);
      const sorted = sortClusters(values, clusterOf, summary.clusters(by));
      const { lo, hi, method } = clusterQuantileInterval(sorted, p, seed);
      return { lo: inUnits(lo), hi: inUnits(hi), method };
    },
  };
}

function total<Item>(items: readonly Item[], of: (item: Item) => number): number {
  let sum = 0;
  for (const item of items) sum += of(item);
  return sum;
}
