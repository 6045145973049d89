import { divide } from '../costs.ts';
import { rowFlag } from './chunks.ts';
import { eachSlot, type TaskColumns } from './columns.ts';

/** Stands for no task, and for several targets. */
export const noTask = -1;
export const several = -2;

type Shares = readonly (readonly [row: number, weight: number])[];

/** Whose calls are whose, by the numbers of sessions and rows; as `attributionOf` says it. */
export interface ColumnAttribution {
  /** The only target of a session's calls; `several`: their prices are divided. */
  targetOf(session: number): number;
  /** The parts of a price of such a session. */
  partsOf(session: number, cost: number): readonly (readonly [target: number, amount: number])[];
  /** The row of the task that a session was at, or `noTask`. */
  taskAt(session: number, at: number): number;
  /** Of each stay at a task, its session and row. */
  eachStay(visit: (session: number, row: number) => void): void;
}

export function columnAttribution(columns: TaskColumns): ColumnAttribution {
  const stays = sortedStays(columns);
  const { begins, from, row } = stays;
  const shares = sharesOf(columns, stays);
  const isKnown = (session: number) =>
    session !== 0 && session + 1 < begins.length && begins[session] !== begins[session + 1];
  return {
    targetOf(session) {
      if (!isKnown(session)) return noTask;
      return shares.has(session) ? several : row[begins[session]!]!;
    },
    partsOf: (session, cost) => divide(cost, shares.get(session)!),
    taskAt(session, at) {
      return isKnown(session) ? row[stayAt(from, begins[session]!, begins[session + 1]!, at)]! : noTask;
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
