import type { BudgetRow } from '../../api/types.ts';

/** How much of a budget is taken, in percent of its limit, each between 0 and 100 together. */
export interface Pace {
  readonly settled: number;
  readonly reserved: number;
  readonly state: 'ok' | 'near' | 'over';
}

const nearShare = 0.8;

/** Budgets by what they bound, in the order they come; within each the fullest first. */
export function byScope<Row extends Pick<BudgetRow, 'scope' | 'limit' | 'settled' | 'reserved'>>(
  rows: readonly Row[],
): readonly { readonly scope: string; readonly own: readonly Row[] }[] {
  const share = ({ limit, settled, reserved }: Row) =>
    limit <= 0 ? Number.POSITIVE_INFINITY : (settled + reserved) / limit;
  return [...Map.groupBy(rows, ({ scope }) => scope)].map(([scope, own]) => ({
    scope,
    own: own.toSorted((a, b) => share(b) - share(a)),
  }));
}

/** A limit of nothing is used up from the start. */
export function paceOf({
  limit,
  settled,
  reserved,
}: Pick<BudgetRow, 'limit' | 'settled' | 'reserved'>): Pace {
  const taken = settled + reserved;
  if (limit <= 0 || taken >= limit) {
    const whole = Math.max(taken, 1);
    return { settled: (100 * settled) / whole, reserved: (100 * reserved) / whole, state: 'over' };
  }
  return {
    settled: (100 * settled) / limit,
    reserved: (100 * reserved) / limit,
    state: taken >= nearShare * limit ? 'near' : 'ok',
  };
}
