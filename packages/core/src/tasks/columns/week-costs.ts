import type { WeekNumber } from '../../delivery/index.ts';
import type { CostLines } from '../costs.ts';

/** What calls cost, by week. Micro-dollars. */
export interface WeekCosts {
  /** Weeks of all calls, both inclusive; from Infinity to 0 without any. */
  readonly span: { readonly first: WeekNumber; readonly last: WeekNumber };
  see(week: WeekNumber): void;
  /** A call that wasn't denied; `amount` of one without a price: what was set aside, NaN: nothing was. */
  add(week: WeekNumber, tokens: number, amount: number, isPriced: boolean): void;
  addToTasks(week: WeekNumber, amount: number): void;
  addUnattributed(week: WeekNumber, amount: number): void;
  /** Of the week's priced calls. */
  perToken(week: WeekNumber): number;
  /** Of whole weeks, the last one not included. */
  linesOf(from: WeekNumber, to: WeekNumber): CostLines;
}

interface Week {
  priced: number;
  tokens: number;
  tasks: number;
  unattributed: number;
  unpriced: number;
  reserved: number;
  /** Tokens of the calls for which nothing was set aside. */
  readonly unreserved: number[];
}

export function createWeekCosts(): WeekCosts {
  const weeks = new Map<WeekNumber, Week>();
  const span = { first: Number.POSITIVE_INFINITY, last: 0 };
  let last: { readonly number: WeekNumber; readonly week: Week } | null = null;
  const at = (number: WeekNumber): Week => {
    if (last?.number === number) return last.week;
    let week = weeks.get(number);
    if (week === undefined) {
      week = { priced: 0, tokens: 0, tasks: 0, unattributed: 0, unpriced: 0, reserved: 0, unreserved: [] };
      weeks.set(number, week);
    }
    last = { number, week };
    return week;
  };
  return {
    span,
    see(week) {
      if (week < span.first) span.first = week;
      if (week > span.last) span.last = week;
    },
    add(number, tokens, amount, isPriced) {
      const week = at(number);
      if (isPriced) {
        week.priced += amount;
        week.tokens += tokens;
        return;
      }
      week.unpriced += 1;
      if (Number.isNaN(amount)) week.unreserved.push(tokens);
      else week.reserved += amount;
    },
    addToTasks(week, amount) {
      at(week).tasks += amount;
    },
    addUnattributed(week, amount) {
      at(week).unattributed += amount;
    },
    perToken: (week) => priceOf(at(week)),
    linesOf(from, to) {
      const within = [...weeks].filter(([week]) => week >= from && week < to).map(([, week]) => week);
      const sum = (of: (week: Week) => number) => within.reduce((total, week) => total + of(week), 0);
      const perToken = priceOf({ priced: sum(({ priced }) => priced), tokens: sum(({ tokens }) => tokens) });
      const unpricedEstimate = sum(({ reserved, unreserved }) =>
        unreserved.reduce((total, tokens) => total + Math.round(tokens * perToken), reserved),
      );
      return {
        ...{ tasks: sum(({ tasks }) => tasks), unattributed: sum(({ unattributed }) => unattributed) },
        ...{ unpricedEstimate, unpricedCalls: sum(({ unpriced }) => unpriced) },
        total: sum(({ priced }) => priced) + unpricedEstimate,
      };
    },
  };
}

function priceOf({ priced, tokens }: Pick<Week, 'priced' | 'tokens'>): number {
  return tokens === 0 ? 0 : priced / tokens;
}
