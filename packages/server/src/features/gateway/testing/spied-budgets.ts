import type { FairleadError } from '@fairlead/core/errors';
import type { Account } from '@fairlead/core/money';
import type { Budgets, CallAsk, Held, MoneyFacts } from '../../budgets/api.ts';
import { unlimitedBudgets } from './unlimited-budgets.ts';

/** Budgets that keep what became of each call, and answer as a test says. */
export interface SpiedBudgets extends Pick<Budgets, 'admit' | 'reserve' | 'isPriced'> {
  /** `reserved`, then `released`, `refused` or `settled` for each call, in order. */
  readonly trail: string[];
  readonly asked: CallAsk[];
  /** Places taken and not given back. */
  readonly places: { open: number; held: number };
  facts: Partial<MoneyFacts>;
  /** Thrown by the next place, or by the next bytes in it. */
  limit: { readonly at: 'admit' | 'hold'; readonly error: FairleadError } | null;
}

export function spiedBudgets(): SpiedBudgets {
  const plain = unlimitedBudgets();
  const refuse = (at: 'admit' | 'hold') => {
    if (budgets.limit?.at === at) throw budgets.limit.error;
  };
  const held = (ask: CallAsk, facts: MoneyFacts): Held => ({
    ...plain.reserve(ask),
    facts,
    release: () => void budgets.trail.push('released'),
    refused: (full: Account) => {
      budgets.trail.push('refused');
      return held(ask, { ...facts, budgetReserved: false, exhausted: full.key });
    },
    settle: (exchange) => {
      budgets.trail.push(`settled, ${exchange.sent ? 'sent' : 'not sent'}`);
      return plain.reserve(ask).settle(exchange);
    },
  });
  const budgets: SpiedBudgets = {
    trail: [],
    asked: [],
    places: { open: 0, held: 0 },
    facts: {},
    limit: null,
    isPriced: plain.isPriced,
    admit() {
      refuse('admit');
      budgets.places.open += 1;
      return {
        hold: (bytes) => {
          refuse('hold');
          budgets.places.held += bytes;
        },
        release: () => {
          budgets.places.open -= 1;
        },
      };
    },
    reserve(ask) {
      budgets.asked.push(ask);
      budgets.trail.push('reserved');
      return held(ask, { ...plain.reserve(ask).facts, ...budgets.facts });
    },
  };
  return budgets;
}
