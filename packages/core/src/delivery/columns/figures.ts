import {
  clusterInterval,
  clusterQuantileInterval,
  endings,
  type Interval,
  intervalOfClusters,
  type SortedClusters,
  sortClusters,
  sortedIncidenceQuantile,
  sortedQuantile,
  wholeQuantiles,
} from '../../statistics/index.ts';
import {
  blocksOf,
  intervalOver,
  type KpiEstimate,
  type KpiWindow,
  mean,
  pooledRate,
} from '../kpi-estimate.ts';
import { type Figure, incidenceEstimate } from '../kpi-rows.ts';
import { type ChangeFormula, everything, type KpiFormula, type SpanColumn } from '../kpis.ts';
import { weekOf } from '../weeks.ts';
import { type ColumnAtom, peopleCounter } from './atoms.ts';
import { flag, none } from './chunk.ts';
import { type ChangeColumns, chunkShift, type ReaderOptions, rowReader, slotMask } from './columns.ts';

type Quantile = Extract<ChangeFormula, { kind: 'quantile' }>;

/** The figures of the changes in some atoms, the same that objects give. */
export function columnFigures(
  columns: ChangeColumns,
  atoms: readonly ColumnAtom[],
  options: ReaderOptions,
): (formula: KpiFormula) => Figure | null {
  const group = groupOf(columns, atoms, options);
  const gathered = new Map<string, Gathered>();
  return (formula) => {
    switch (formula.kind) {
      case 'incidence':
        return null;
      case 'quantile': {
        // The quantiles of one span are computed over one gathering of it.
        const key = `${formula.column} ${formula.eligible === everything}`;
        let spans = gathered.get(key);
        if (spans === undefined || spans.eligibleBy !== formula.eligible) {
          spans = gather(group, formula);
          gathered.set(key, spans);
        }
        return quantileFigure(group, spans, formula);
      }
      case 'rate':
      case 'pace':
        return countFigure(group, formula);
    }
  };
}

/** Rows of a group with the team and week of each, found when they're asked for. */
interface Group {
  readonly columns: ChangeColumns;
  readonly options: ReaderOptions;
  readonly rows: Uint32Array;
  /** Where each atom ends in `rows`. */
  readonly ends: readonly number[];
  /** By position in `rows`: the number of its team, in the order of their names. */
  readonly teams: () => Uint32Array;
  readonly weeks: () => Int32Array;
}

function groupOf(columns: ChangeColumns, atoms: readonly ColumnAtom[], options: ReaderOptions): Group {
  const rows = new Uint32Array(atoms.reduce((sum, atom) => sum + atom.rows.length, 0));
  let at = 0;
  const ends = atoms.map((atom) => {
    for (const row of atom.rows) rows[at++] = row;
    return at;
  });
  const names = [...new Set(options.teams)].sort();
  const rank = new Map(names.map((name, i) => [name, i]));
  const rankOf = Uint32Array.from(options.teams, (name) => rank.get(name)!);
  return {
    columns,
    options,
    rows,
    ends,
    teams: once(() => {
      const numbers = new Uint32Array(rows.length);
      for (let i = 0; i < rows.length; i++) {
        const row = rows[i]!;
        numbers[i] = rankOf[columns.chunks[row >>> chunkShift]!.repository[row & slotMask]!]!;
      }
      return numbers;
    }),
    weeks: once(() => {
      const numbers = new Int32Array(rows.length);
      for (let i = 0; i < rows.length; i++) {
        const row = rows[i]!;
        numbers[i] = weekOf(columns.chunks[row >>> chunkShift]!.ended[row & slotMask]!);
      }
      return numbers;
    }),
  };
}

function once<Value>(find: () => Value): () => Value {
  let value: Value | undefined;
  return () => {
    value ??= find();
    return value;
  };
}

/** The spans of a group in one column. */
interface Gathered {
  readonly eligibleBy: Quantile['eligible'];
  readonly eligible: number;
  readonly known: number;
  readonly isKnown: boolean;
  readonly values: Uint32Array;
  /** Position in the group's rows that each value comes from. */
  readonly at: Uint32Array;
  /** By what it's sorted into, once an interval was asked for. */
  readonly sorted: Map<Block, Numbered & { readonly clusters: SortedClusters }>;
}

function gather(group: Group, { column, eligible: eligibleBy }: Quantile): Gathered {
  const { rows, columns } = group;
  const eligible = eligibleBy === everything ? rows.length : countRows(group, eligibleBy).length;
  const spans = column === 'answers' ? answersOf(group) : spansOf(columns, rows, column);
  const kept = publishableAt(group, spans.at, spans.values);
  return { eligibleBy, eligible, isKnown: spans.at.length > 0, ...kept, sorted: new Map() };
}

function spansOf({ chunks }: ChangeColumns, rows: Uint32Array, column: Exclude<SpanColumn, 'answers'>) {
  const values = new Uint32Array(rows.length);
  const at = new Uint32Array(rows.length);
  let known = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    const value = chunks[row >>> chunkShift]![column][row & slotMask]!;
    if (value === none) continue;
    values[known] = value;
    at[known++] = i;
  }
  return { values: values.subarray(0, known), at: at.subarray(0, known) };
}

function answersOf({ columns: { chunks }, rows }: Group) {
  let count = 0;
  for (let i = 0; i < rows.length; i++) {
    const { answersFrom } = chunks[rows[i]! >>> chunkShift]!;
    const slot = rows[i]! & slotMask;
    count += answersFrom[slot + 1]! - answersFrom[slot]!;
  }
  const values = new Uint32Array(count);
  const at = new Uint32Array(count);
  let next = 0;
  for (let i = 0; i < rows.length; i++) {
    const { answers, answersFrom } = chunks[rows[i]! >>> chunkShift]!;
    const slot = rows[i]! & slotMask;
    for (let j = answersFrom[slot]!; j < answersFrom[slot + 1]!; j++) {
      at[next] = i;
      values[next++] = answers[j]!;
    }
  }
  return { values, at };
}

/**
 * Of positions in ascending order, one perhaps several times, with their values: those in atoms where the people behind
 * them suffice, as `publishable` has it. Both arrays are made use of. `known` counts positions once.
 */
function publishableAt(group: Group, at: Uint32Array, values: Uint32Array) {
  const people = peopleCounter(group.columns);
  let known = 0;
  let kept = 0;
  let i = 0;
  for (const end of group.ends) {
    const from = i;
    let own = 0;
    for (; i < at.length && at[i]! < end; i++) {
      if (i > from && at[i] === at[i - 1]) continue;
      people.add(group.rows[at[i]!]!);
      own++;
    }
    if (!people.suffice(own)) continue;
    if (kept !== from) {
      at.copyWithin(kept, from, i);
      values.copyWithin(kept, from, i);
    }
    kept += i - from;
    known += own;
  }
  return { known, values: values.subarray(0, kept), at: at.subarray(0, kept) };
}

type Block = 'teams' | 'weeks';

interface Numbered {
  readonly count: number;
  /** By number as given: the one among those that there are. */
  readonly numberOf: Int32Array;
}

/** Numbers those that occur, from 0 on, in their order. */
function numbered(ids: ArrayLike<number>, at: Uint32Array): Numbered & { readonly least: number } {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < at.length; i++) {
    const id = ids[at[i]!]!;
    if (id < least) least = id;
    if (id > most) most = id;
  }
  const numberOf = new Int32Array(Math.max(0, most - least + 1)).fill(-1);
  for (let i = 0; i < at.length; i++) numberOf[ids[at[i]!]! - least] = 0;
  let count = 0;
  for (let i = 0; i < numberOf.length; i++) if (numberOf[i] === 0) numberOf[i] = count++;
  return { count, numberOf, least };
}

function quantileFigure(group: Group, spans: Gathered, { p, kind }: Quantile): Figure {
  const { eligible, known, isKnown, values } = spans;
  const estimate = (window: KpiWindow): KpiEstimate => {
    if (window.intervals === false) {
      return { value: wholeQuantiles(values, [p])[0]!, ...notAsked() };
    }
    const teams = sortedBy('teams', group, spans);
    const block = blocksOf({ kind }, teams.count);
    const { clusters, count } = block === 'teams' ? teams : sortedBy('weeks', group, spans);
    const interval = () => clusterQuantileInterval(clusters, p, window.seed);
    const value = sortedQuantile(clusters.values, p);
    return { value, ...intervalOver(block, teams.count, count, interval, window) };
  };
  return { eligible, known, isKnown, estimate };
}

const notAsked = () =>
  intervalOver('teams', 0, 0, () => ({ lo: null, hi: null, method: '' }), { intervals: false });

function sortedBy(block: Block, group: Group, { values, at, sorted }: Gathered) {
  let found = sorted.get(block);
  if (found === undefined) {
    const ids = block === 'teams' ? group.teams() : group.weeks();
    const { count, numberOf, least } = numbered(ids, at);
    const clusterOf = Uint32Array.from(at, (i) => numberOf[ids[i]! - least]!);
    found = { count, numberOf, clusters: sortClusters(values, clusterOf, count) };
    sorted.set(block, found);
  }
  return found;
}

/** Positions of the rows that count, of all or of those given. */
function countRows(group: Group, counts: ChangeFormula['eligible'], among?: Uint32Array): Uint32Array {
  const { columns, rows, options } = group;
  const size = among?.length ?? rows.length;
  const at = new Uint32Array(size);
  if (size === 0) return at;
  if (counts === everything) return among?.slice() ?? at.map((_, i) => i);
  const { change, moveTo } = rowReader(columns, options);
  let n = 0;
  for (let i = 0; i < size; i++) {
    const position = among === undefined ? i : among[i]!;
    moveTo(rows[position]!);
    if (counts(change)) at[n++] = position;
  }
  return at.subarray(0, n);
}

function countFigure(group: Group, formula: Exclude<ChangeFormula, Quantile>): Figure {
  const eligible = countRows(group, formula.eligible);
  const all = countRows(group, formula.known, eligible);
  const isKnown = all.length > 0;
  const { at: known } = publishableAt(group, all, new Uint32Array(all.length));
  const hits = formula.kind === 'rate' ? countRows(group, formula.hit, known) : known;
  const estimate = (window: KpiWindow): KpiEstimate => {
    const teams = numbered(group.teams(), known).count;
    const block = blocksOf(formula, teams);
    if (formula.kind === 'pace') {
      const clusters = perWeek(group, known, window);
      const interval = () => clusterInterval({ clusters, estimate: mean, seed: window.seed });
      return { value: mean(clusters), ...intervalOver(block, teams, clusters.length, interval, window) };
    }
    const { count, interval } = rateClusters(group, block, known, hits, window.seed);
    const value = hits.length / known.length;
    return { value, ...intervalOver(block, teams, count, interval, window) };
  };
  return { eligible: eligible.length, known: known.length, isKnown, estimate };
}

function perWeek(group: Group, at: Uint32Array, { from, weeks }: KpiWindow): readonly number[] {
  const counts = new Float64Array(weeks);
  const own = group.weeks();
  for (let i = 0; i < at.length; i++) {
    const week = own[at[i]!]! - from;
    if (week >= 0 && week < weeks) counts[week]!++;
  }
  return [...counts];
}

function rateClusters(group: Group, block: Block, known: Uint32Array, hit: Uint32Array, seed: string) {
  const ids = block === 'teams' ? group.teams() : group.weeks();
  const { count, numberOf, least } = numbered(ids, known);
  const n = new Float64Array(count);
  const hits = new Float64Array(count);
  for (let i = 0; i < known.length; i++) n[numberOf[ids[known[i]!]! - least]!]!++;
  for (let i = 0; i < hit.length; i++) hits[numberOf[ids[hit[i]!]! - least]!]!++;
  const interval = (): Interval => {
    const clusters = Array.from(n, (size, i) => ({ hits: hits[i]!, n: size }));
    const sizes = clusters.map((cluster) => cluster.n);
    return intervalOfClusters({
      count,
      seed,
      sizes,
      resample: () => (picked) => {
        let [all, some] = [0, 0];
        for (let i = 0; i < picked.length; i++) {
          all += n[picked[i]!]!;
          some += hits[picked[i]!]!;
        }
        return all === 0 ? null : some / all;
      },
      singles: () => clusters.map((cluster) => pooledRate([cluster])),
    });
  };
  return { count, interval };
}

/** The figures about the opened changes in some atoms. */
export function columnOpeningFigures(
  columns: ChangeColumns,
  atoms: readonly ColumnAtom[],
  { now }: Pick<ReaderOptions, 'now'>,
): (formula: KpiFormula) => Figure | null {
  return (formula) => {
    if (formula.kind !== 'incidence') return null;
    const { eligible, isKnown, times, ends } = openingsIn(columns, atoms, now);
    const known = times.length;
    const estimate = () => {
      const sorted = sortClusters(times, ends, endings.length);
      return incidenceEstimate(sortedIncidenceQuantile(sorted.values, sorted.clusterOf, formula.p));
    };
    return { eligible, known, isKnown, estimate };
  };
}

function openingsIn(columns: ChangeColumns, atoms: readonly ColumnAtom[], now: number) {
  const eligible = atoms.reduce((sum, { rows }) => sum + rows.length, 0);
  const times = new Uint32Array(eligible);
  const ends = new Uint32Array(eligible);
  const people = peopleCounter(columns);
  let isKnown = false;
  let kept = 0;
  for (const { rows } of atoms) {
    let at = kept;
    for (const row of rows) {
      const chunk = columns.chunks[row >>> chunkShift]!;
      const slot = row & slotMask;
      const flags = chunk.flags[slot]!;
      if ((flags & flag.openedKnown) === 0) continue;
      const isOver = (flags & (flag.merged | flag.closed)) !== 0;
      const end = isOver ? chunk.ended[slot]! : now;
      times[at] = Math.min(Math.max(0, end - chunk.opened[slot]!), none - 1);
      ends[at++] = endings.indexOf(
        flags & flag.merged ? 'event' : flags & flag.closed ? 'competing' : 'censored',
      );
      people.add(row);
    }
    isKnown ||= at > kept;
    if (people.suffice(at - kept)) kept = at;
  }
  return { eligible, isKnown, times: times.subarray(0, kept), ends: ends.subarray(0, kept) };
}
