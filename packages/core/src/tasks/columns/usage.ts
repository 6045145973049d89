import { type WeekNumber, weekOf } from '../../delivery/index.ts';
import { divide } from '../costs.ts';
import { callFlag, rowFlag } from './chunks.ts';
import { capacityOf, eachSlot, type TaskColumns } from './columns.ts';

/** Stands for no task. */
const noTask = -1;

type Shares = readonly (readonly [row: number, weight: number])[];

/** Whose calls are whose, by the numbers of sessions and rows; as `attributionOf` says it. */
export interface ColumnAttribution {
  /** Tells the parts of a call's price. */
  each(session: number, cost: number, part: (row: number | null, amount: number) => void): void;
  /** The row of the task that a session was at; null for none. */
  taskAt(session: number, at: number): number | null;
  /** Of each stay at a task, its session and row. */
  eachStay(visit: (session: number, row: number) => void): void;
}

export function columnAttribution(columns: TaskColumns): ColumnAttribution {
  const stays = sortedStays(columns);
  const { begins, from, row } = stays;
  const shares = sharesOf(columns, stays);
  const only = (session: number): number | undefined => {
    if (session === 0 || session + 1 >= begins.length || begins[session] === begins[session + 1])
      return undefined;
    return row[begins[session]!];
  };
  return {
    each(session, cost, part) {
      const several = shares.get(session);
      if (several !== undefined) {
        for (const [target, amount] of divide(cost, several)) part(target === noTask ? null : target, amount);
        return;
      }
      const target = only(session) ?? noTask;
      part(target === noTask ? null : target, cost);
    },
    taskAt(session, at) {
      if (only(session) === undefined) return null;
      const target = row[stayAt(from, begins[session]!, begins[session + 1]!, at)]!;
      return target === noTask ? null : target;
    },
    eachStay(visit) {
      for (let session = 1; session + 1 < begins.length; session++) {
        for (let i = begins[session]!; i < begins[session + 1]!; i++) {
          if (row[i] !== noTask) visit(session, row[i]!);
        }
      }
    },
  };
}

interface Stays {
  /** By session, where its stays begin; the next one's beginning is their end. */
  readonly begins: Uint32Array;
  readonly from: Uint32Array;
  readonly row: Int32Array;
}

/** The stays of each session in their order. */
function sortedStays({ rows }: TaskColumns): Stays {
  let sessions = 0;
  let count = 0;
  for (const chunk of rows) {
    if (chunk === undefined) continue;
    count += chunk.stays.length / 3;
    for (let i = 0; i < chunk.stays.length; i += 3) sessions = Math.max(sessions, chunk.stays[i]!);
  }
  const begins = new Uint32Array(sessions + 2);
  for (const chunk of rows) {
    if (chunk === undefined) continue;
    for (let i = 0; i < chunk.stays.length; i += 3) begins[chunk.stays[i]! + 1]!++;
  }
  for (let i = 1; i < begins.length; i++) begins[i]! += begins[i - 1]!;
  const next = begins.slice();
  const from = new Uint32Array(count);
  const order = new Uint32Array(count);
  const row = new Int32Array(count);
  eachSlot(rows, (chunk, slot, number) => {
    const target = (chunk.flags[slot]! & rowFlag.task) !== 0 ? number : noTask;
    for (let i = chunk.staysFrom[slot]!; i < chunk.staysFrom[slot + 1]!; i += 3) {
      const session = chunk.stays[i]!;
      // Each session has few: they are put where they belong one by one.
      let at = next[session]!++;
      const [begin, own] = [chunk.stays[i + 1]!, chunk.stays[i + 2]!];
      for (; at > begins[session]!; at--) {
        const isBefore = from[at - 1]! < begin || (from[at - 1] === begin && order[at - 1]! <= own);
        if (isBefore) break;
        from[at] = from[at - 1]!;
        order[at] = order[at - 1]!;
        row[at] = row[at - 1]!;
      }
      from[at] = begin;
      order[at] = own;
      row[at] = target;
    }
  });
  return { begins, from, row };
}

/** The place of the stay in force at an instant; before the first one, the first. */
function stayAt(from: Uint32Array, first: number, end: number, at: number): number {
  let found = first;
  for (let i = first; i < end && from[i]! <= at; i++) found = i;
  return found;
}

/** Of sessions over several targets, in the order in which they come to them. */
function sharesOf({ calls }: TaskColumns, { begins, from, row }: Stays): ReadonlyMap<number, Shares> {
  const weights = new Map<number, Map<number, number>>();
  const isTimed = new Set<number>();
  for (let session = 1; session + 1 < begins.length; session++) {
    const [first, end] = [begins[session]!, begins[session + 1]!];
    let isSeveral = false;
    let isDistinct = true;
    for (let i = first + 1; i < end; i++) {
      if (row[i] !== row[first]) isSeveral = true;
      if (from[i] === from[i - 1]) isDistinct = false;
    }
    if (!isSeveral) continue;
    weights.set(session, new Map(Array.from(row.subarray(first, end), (target) => [target, 0])));
    if (isDistinct) isTimed.add(session);
  }
  eachSlot(calls, (chunk, slot) => {
    const session = chunk.session[slot]!;
    if (!isTimed.has(session)) return;
    const [at, first] = [chunk.at[slot]!, begins[session]!];
    if (at < from[first]!) return;
    const own = weights.get(session)!;
    const target = row[stayAt(from, first, begins[session + 1]!, at)]!;
    own.set(target, own.get(target)! + chunk.tokens[slot]!);
  });
  return new Map(
    [...weights].map(([session, own]) => {
      const used = [...own].filter(([, weight]) => weight > 0);
      const equal = [...own.keys()]
        .filter((target) => target !== noTask)
        .map((target) => [target, 1] as const);
      return [session, used.length > 0 ? used : equal];
    }),
  );
}

/** What calls come to, by row and by week. */
export interface ColumnUsage {
  readonly attribution: ColumnAttribution;
  /** Micro-dollars; where `metered` is 0 nothing is known. */
  readonly cost: Float64Array;
  readonly denials: Uint32Array;
  readonly metered: Uint8Array;
}

export function columnUsage(columns: TaskColumns): ColumnUsage {
  const attribution = columnAttribution(columns);
  const size = capacityOf(columns.rows);
  const cost = new Float64Array(size);
  const denials = new Uint32Array(size);
  const metered = new Uint8Array(size);
  const called: number[] = [];
  eachSlot(columns.calls, (chunk, slot) => {
    const session = chunk.session[slot]!;
    const flags = chunk.flags[slot]!;
    called[session] = 1;
    if ((flags & callFlag.denied) !== 0) {
      const row = attribution.taskAt(session, chunk.at[slot]!);
      if (row !== null) denials[row]!++;
    } else if ((flags & callFlag.priced) !== 0) {
      attribution.each(session, chunk.amount[slot]!, (row, amount) => {
        if (row !== null) cost[row]! += amount;
      });
    }
  });
  attribution.eachStay((session, row) => {
    if (called[session] === 1) metered[row] = 1;
  });
  return { attribution, cost, denials, metered };
}

/** Micro-dollars a token of the priced calls in each week. */
export function pricesByWeek({ calls }: TaskColumns): ReadonlyMap<WeekNumber, number> {
  const sums = new Map<WeekNumber, { cost: number; tokens: number }>();
  eachSlot(calls, (chunk, slot) => {
    if ((chunk.flags[slot]! & (callFlag.denied | callFlag.priced)) !== callFlag.priced) return;
    const week = weekOf(chunk.at[slot]!);
    let sum = sums.get(week);
    if (sum === undefined) {
      sum = { cost: 0, tokens: 0 };
      sums.set(week, sum);
    }
    sum.cost += chunk.amount[slot]!;
    sum.tokens += chunk.tokens[slot]!;
  });
  return new Map([...sums].map(([week, { cost, tokens }]) => [week, tokens === 0 ? 0 : cost / tokens]));
}
