import type { Budgets, Held } from '../../budgets/api.ts';

const nothing: Held = {
  facts: { budgetReserved: true, unpriced: false, keyPaused: false, exhausted: null },
  fields: { reserved: null, reservedOutputTokens: null, budgets: [], prices: null, serviceTier: null },
  effect: undefined,
  release: () => undefined,
  refused: () => nothing,
  settle: () => ({
    fields: { cost: 'unpriced', costBasis: 'usage', prices: null },
    effect: { kind: 'settle', cost: 'reserved' },
    also: [],
  }),
};

/** Budgets without any limit or price, for tests of what surrounds them. */
export function unlimitedBudgets(): Pick<Budgets, 'admit' | 'reserve' | 'isPriced'> {
  return {
    admit: () => ({ hold: () => undefined, release: () => undefined }),
    reserve: () => nothing,
    isPriced: () => true,
  };
}
