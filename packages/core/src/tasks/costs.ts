import { secondsOf } from '../delivery/index.ts';
import { microUsd } from '../money/index.ts';
import type { ActiveCount, Seats, SessionAtBranch, UsageCall } from './facts.ts';
import { orderOf } from './items.ts';
import { stayOf } from './lives.ts';
import type { Task } from './tasks.ts';

/** A task's id and its weight, or null for usage that belongs to none. */
type Shares = readonly (readonly [target: string | null, weight: number])[];

/** What calls cost, by the task that they were made for. Micro-dollars, whole. */
export interface Attribution {
  /** Parts of one call's price, which add up to it. */
  of(call: UsageCall): readonly (readonly [task: string | null, amount: number])[];
  /** The task that a session was at in an instant; null for none. */
  taskAt(session: string | null, at: number): string | null;
}

/**
 * Whose calls are whose. A session over several tasks is divided by the tokens used after each switch of branches; where
 * nothing says when it switched, or no tokens were counted, in equal parts. What it did elsewhere belongs to no task.
 */
export function attributionOf(
  calls: readonly UsageCall[],
  sessions: readonly SessionAtBranch[],
  tasks: readonly Task[],
): Attribution {
  const taskOfStay = new Map(tasks.flatMap((task) => task.stays.map(({ id }) => [id, task.id] as const)));
  const staysOf = Map.groupBy(
    sessions.map((fact) => ({
      ...stayOf(fact),
      session: fact.session,
      order: orderOf(fact.id),
      task: taskOfStay.get(fact.id) ?? null,
    })),
    ({ session }) => session,
  );
  for (const stays of staysOf.values()) stays.sort((a, b) => a.from - b.from || a.order - b.order);
  const callsOf = Map.groupBy(calls, ({ session }) => session);
  const shares = new Map<string, Shares>();
  for (const [session, stays] of staysOf) shares.set(session, sharesOf(stays, callsOf.get(session) ?? []));
  return {
    of({ session, cost }) {
      const known = session === null ? undefined : shares.get(session);
      return known === undefined ? [[null, cost ?? 0]] : divide(cost ?? 0, known);
    },
    taskAt(session, at) {
      const stays = session === null ? undefined : staysOf.get(session);
      return stays === undefined ? null : (stayAt(stays, at)?.task ?? null);
    },
  };
}

interface Stay {
  readonly from: number;
  readonly task: string | null;
}

/** The stay in force at an instant; before the first one, the first. */
function stayAt<Of extends Stay>(stays: readonly Of[], at: number): Of | undefined {
  return stays.findLast(({ from }) => from <= at) ?? stays[0];
}

function sharesOf(stays: readonly Stay[], calls: readonly UsageCall[]): Shares {
  const targets = new Set(stays.map(({ task }) => task));
  if (targets.size === 1) return [[[...targets][0]!, 1]];
  const weights = new Map<string | null, number>();
  const switches = new Set(stays.map(({ from }) => from));
  if (switches.size === stays.length) {
    for (const { at, tokens } of calls) {
      if (at < stays[0]!.from) continue;
      const { task } = stayAt(stays, at)!;
      weights.set(task, (weights.get(task) ?? 0) + tokens);
    }
  }
  // In the order in which it came to them, whatever was used first.
  const used = [...targets].map((task) => [task, weights.get(task) ?? 0] as const);
  if (used.some(([, weight]) => weight > 0)) return used.filter(([, weight]) => weight > 0);
  return [...targets].filter((task) => task !== null).map((task) => [task, 1]);
}

/** Whole parts in proportion to weights that add up to the whole: what rounding leaves goes to the largest remainders. */
export function divide<Key>(
  amount: number,
  shares: readonly (readonly [Key, number])[],
): readonly (readonly [Key, number])[] {
  const sum = shares.reduce((total, [, weight]) => total + weight, 0);
  const exact = shares.map(([, weight]) => (amount * weight) / sum);
  const parts = exact.map(Math.floor);
  let left = amount - parts.reduce((a, b) => a + b, 0);
  const byRemainder = exact
    .map((value, i) => [value - Math.floor(value), i] as const)
    .sort(([a, i], [b, j]) => b - a || i - j);
  for (const [, i] of byRemainder) {
    if (left <= 0) break;
    parts[i]! += 1;
    left -= 1;
  }
  return shares.map(([key], i) => [key, parts[i]!]);
}

/** What the calls of a period cost, micro-dollars. `total` is summed by itself; the others add up to it. */
export interface CostLines {
  readonly tasks: number;
  readonly unattributed: number;
  /** Calls without a price, at what was set aside for them, else at the period's mean price of a token. */
  readonly unpricedEstimate: number;
  readonly unpricedCalls: number;
  readonly total: number;
}

/** With the seats, which are part of the total. */
export interface CostReport extends CostLines {
  readonly seats: number;
  readonly seatDays: number;
  /** Seat-days of seats that nobody used; null where no report says. */
  readonly idleSeatDays: number | null;
}

export interface SeatsInput {
  readonly seats: readonly Seats[];
  readonly activeCounts: readonly ActiveCount[];
}

export interface CostInput extends SeatsInput {
  readonly calls: readonly UsageCall[];
  readonly attribution: Attribution;
}

interface Period {
  readonly from: number;
  readonly to: number;
}

/** The report of a period, seconds; `to` exclusive. */
export function costReport({ calls, attribution, ...seats }: CostInput, period: Period): CostReport {
  const within = calls.filter(({ at, denied }) => !denied && at >= period.from && at < period.to);
  const perToken = meanPrice(within);
  const line = { tasks: 0, unattributed: 0, unpricedEstimate: 0, unpricedCalls: 0, total: 0 };
  for (const call of within) {
    if (call.cost === null) {
      const estimate = estimateOf(call, perToken);
      line.unpricedCalls += 1;
      line.unpricedEstimate += estimate;
      line.total += estimate;
      continue;
    }
    line.total += call.cost;
    for (const [task, amount] of attribution.of(call)) {
      if (task === null) line.unattributed += amount;
      else line.tasks += amount;
    }
  }
  return withSeats(line, seats, period);
}

export function withSeats(line: CostLines, { seats, activeCounts }: SeatsInput, period: Period): CostReport {
  const held = seats.map((one) => seatsIn(one, activeCounts, period));
  const cost = held.reduce((sum, one) => sum + one.cost, 0);
  const idle = held.map((one) => one.idleDays);
  return {
    ...line,
    seats: cost,
    total: line.total + cost,
    seatDays: held.reduce((sum, one) => sum + one.days, 0),
    idleSeatDays: idle.some((days) => days === null)
      ? null
      : idle.reduce<number>((sum, days) => sum + (days ?? 0), 0),
  };
}

function meanPrice(calls: readonly UsageCall[]): number {
  let [cost, tokens] = [0, 0];
  for (const call of calls) {
    if (call.cost === null) continue;
    cost += call.cost;
    tokens += call.tokens;
  }
  return tokens === 0 ? 0 : cost / tokens;
}

function estimateOf({ reserved, tokens }: UsageCall, perToken: number): number {
  return reserved ?? Math.round(tokens * perToken);
}

const day = 86_400;
const daysOfMonth = 30;

interface SeatsInPeriod {
  readonly cost: number;
  readonly days: number;
  readonly idleDays: number | null;
}

function seatsIn(fact: Seats, counts: readonly ActiveCount[], period: Period): SeatsInPeriod {
  const [start, end] = [secondsOf(fact.from) ?? 0, secondsOf(fact.to) ?? 0];
  const from = Math.max(start, period.from);
  const to = Math.min(end, period.to);
  if (to <= from) return { cost: 0, days: 0, idleDays: 0 };
  // Rounded from the beginning on, so that the parts of a period add up to it.
  const upTo = (at: number) =>
    Math.round((microUsd(fact.pricePerMonth) * fact.seats * (at - start)) / day / daysOfMonth);
  const days = (to - from) / day;
  const active = activeSeats(fact, counts, { from, to });
  return {
    cost: upTo(to) - upTo(from),
    days: days * fact.seats,
    idleDays: active === null ? null : days * Math.max(0, fact.seats - active),
  };
}

/** As the report of the seats says, else the most people that the vendor saw in a week of the period. */
function activeSeats(
  { vendor, active }: Seats,
  counts: readonly ActiveCount[],
  { from, to }: Period,
): number | null {
  if (active !== undefined) return active;
  const seen = counts.filter((count) => {
    const at = secondsOf(count.day) ?? Number.NaN;
    return count.vendor === vendor && at >= from && at < to;
  });
  return seen.length === 0 ? null : Math.max(...seen.map((count) => count.activeInWeek ?? count.active));
}

/** Metered cost by task, of all its calls whenever they were. */
export function costByTask(
  calls: readonly UsageCall[],
  attribution: Attribution,
): ReadonlyMap<string, number> {
  const costs = new Map<string, number>();
  for (const call of calls) {
    if (call.denied || call.cost === null) continue;
    for (const [task, amount] of attribution.of(call)) {
      if (task !== null) costs.set(task, (costs.get(task) ?? 0) + amount);
    }
  }
  return costs;
}
