import {
  clusterQuantileInterval,
  type Interval,
  type SortedClusters,
  shareInterval,
  sortClusters,
  sortedQuantile,
  wholeQuantiles,
} from '../../statistics/index.ts';
import {
  type BlockFormula,
  blocksOf,
  intervalOver,
  type KpiEstimate,
  type KpiWindow,
  rateOf,
} from '../kpi-estimate.ts';
import type { Figure } from '../kpi-rows.ts';
import type { ChangeFormula, KpiFormula } from '../kpis.ts';
import { type CountedAtom, estimatePace } from '../pace.ts';
import type { AtomTally, ColumnAtom } from './atoms.ts';
import type { Tally } from './cells.ts';
import type { ReaderOptions } from './columns.ts';
import type { Shelf } from './shelf.ts';
import { countingOf, eligibleIn, hitsIn, knownIn, type Tallies } from './tally.ts';

/** The figures of the changes in some atoms, the same that objects give. */
export function columnFigures(
  tallies: Tallies,
  atoms: readonly ColumnAtom[],
  options: ReaderOptions,
): (formula: KpiFormula) => Figure | null {
  const tallied = atoms.map(tallies.tallier(options));
  // The quantiles of one span are asked for one after the other; to keep all spans of a million changes takes room.
  let last: Added | null = null;
  const sumsOf = (counting: number): Added => {
    if (last?.counting !== counting) last = addUp(atoms, tallied, counting, tallies.spans(counting));
    return last;
  };
  return (formula) => {
    if (formula.kind === 'incidence') return null;
    const sums = sumsOf(countingOf(formula));
    const { eligible, known, isKnown } = sums;
    return { eligible, known, isKnown, estimate: (window) => estimateOf(formula, sums, window) };
  };
}

/** The tallies of a group, added up in one counting. */
interface Added {
  readonly eligible: number;
  readonly known: number;
  readonly isKnown: boolean;
  /** Of the cells that count and of which something is known. */
  readonly counted: readonly Tally[];
  /** In `shareUnits`. */
  readonly hits: number;
  readonly weeks: () => readonly CountedAtom[];
  /** What is found when it's first asked for. */
  readonly teams: () => readonly string[];
  readonly quantiles: () => (p: number) => number | null;
  readonly sorted: (block: Block) => Clusters & { readonly clusters: SortedClusters };
  readonly counting: number;
}

type Block = 'teams' | 'weeks';

function addUp(
  atoms: readonly ColumnAtom[],
  tallied: readonly AtomTally[],
  counting: number,
  spans: Shelf,
): Added {
  let [eligible, known, hits] = [0, 0, 0];
  let isKnown = false;
  const counted: Tally[] = [];
  for (const { tallies, counts } of tallied) {
    for (const tally of tallies) {
      eligible += eligibleIn(tally, counting);
      const own = knownIn(tally, counting);
      isKnown ||= own > 0;
      if (own === 0 || !counts[counting]!) continue;
      known += own;
      hits += hitsIn(tally, counting);
      counted.push(tally);
    }
  }
  const values = once(() => spans.gather(Uint32Array.from(counted.map(({ place }) => place))));
  const sorted = { teams: once(() => sortBy('teams')), weeks: once(() => sortBy('weeks')) };
  const sortBy = (block: Block) => {
    const clusters = clustersOf(counted, block);
    const numbers = new Uint32Array(values().length);
    let at = 0;
    counted.forEach((tally, i) => {
      const end = at + spans.sizeOf(tally.place);
      numbers.fill(clusters.numberOf[i]!, at, end);
      at = end;
    });
    return { ...clusters, clusters: sortClusters(values(), numbers, clusters.count) };
  };
  const quantiles = once(() => wholeQuantiles(values()));
  const teams = once(() => [...new Set(counted.map(({ team }) => team))]);
  const weeks = () => tallied.map((one, i) => weeksIn(atoms[i]!, one, counting));
  const found = { teams, weeks, quantiles, sorted: (block: Block) => sorted[block]() };
  return { eligible, known, isKnown, counted, hits, counting, ...found };
}

function once<Value>(find: () => Value): () => Value {
  let value: Value | undefined;
  return () => {
    value ??= find();
    return value;
  };
}

interface Clusters {
  readonly count: number;
  /** By position in what is counted, from 0 on in the order of names or weeks. */
  readonly numberOf: Uint32Array;
}

function clustersOf(counted: readonly Tally[], block: Block): Clusters {
  const names: readonly (string | number)[] = counted.map(({ team, week }) =>
    block === 'teams' ? team : week,
  );
  const sorted = [...new Set(names)].sort((a, b) => (a < b ? -1 : 1));
  const numbers = new Map(sorted.map((name, i) => [name, i]));
  const numberOf = new Uint32Array(names.length);
  for (let i = 0; i < names.length; i++) numberOf[i] = numbers.get(names[i]!)!;
  return { count: sorted.length, numberOf };
}

function estimateOf(formula: ChangeFormula, sums: Added, window: KpiWindow): KpiEstimate {
  const teams = sums.teams();
  if (formula.kind === 'pace') return estimatePace(sums.weeks(), teams, window);
  if (window.intervals === false) return { value: plainValue(formula, sums), ...notAsked(teams, window) };
  const block = blocksOf(teams.length);
  const { value, blocks, interval } = blockEstimate(formula, sums, window, block);
  return { value, ...intervalOver(block, teams, blocks, interval, window) };
}

function plainValue(formula: BlockFormula, sums: Added): number | null {
  switch (formula.kind) {
    case 'quantile':
      return sums.quantiles()(formula.p);
    case 'rate':
      return rateOf(sums.hits, sums.known);
  }
}

interface BlockEstimate {
  readonly value: number | null;
  readonly blocks: number;
  readonly interval: () => Interval;
}

function blockEstimate(formula: BlockFormula, sums: Added, window: KpiWindow, block: Block): BlockEstimate {
  const { seed } = window;
  switch (formula.kind) {
    case 'quantile': {
      const { clusters, count: blocks } = sums.sorted(block);
      const interval = () => clusterQuantileInterval(clusters, formula.p, seed);
      return { value: sortedQuantile(clusters.values, formula.p), blocks, interval };
    }
    case 'rate':
      return { value: plainValue(formula, sums), ...rateClusters(sums, block, seed) };
  }
}

const notAsked = (teams: readonly string[], window: KpiWindow) =>
  intervalOver('teams', teams, 0, () => ({ lo: null, hi: null, method: '' }), window);

function weeksIn(atom: ColumnAtom, { tallies, counts }: AtomTally, counting: number): CountedAtom {
  const counted = counts[counting] ? tallies : [];
  return {
    ...atom,
    weeks: counted.map((tally) => ({ week: tally.week, changes: knownIn(tally, counting) })),
  };
}

function rateClusters({ counted, counting, known, hits: allHits }: Added, block: Block, seed: string) {
  const { count, numberOf } = clustersOf(counted, block);
  const n = new Float64Array(count);
  const hits = new Float64Array(count);
  counted.forEach((tally, i) => {
    n[numberOf[i]!]! += knownIn(tally, counting);
    hits[numberOf[i]!]! += hitsIn(tally, counting);
  });
  const rate = (some: number, all: number) => (all === 0 ? null : rateOf(some, all));
  const resample = () => (picked: Uint32Array) => {
    let [all, some] = [0, 0];
    for (let i = 0; i < picked.length; i++) {
      all += n[picked[i]!]!;
      some += hits[picked[i]!]!;
    }
    return rate(some, all);
  };
  const interval = (): Interval => {
    const shares = Array.from(n, (size, i) => ({ share: rate(hits[i]!, size) ?? 0, size }));
    return shareInterval({ count, seed, value: rateOf(allHits, known), resample }, shares);
  };
  return { blocks: count, interval };
}
