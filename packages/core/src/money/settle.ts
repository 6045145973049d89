import type { Endpoint, Usage } from '../wire/types.ts';
import { costOf } from './cost.ts';
import type { ModelPrice } from './prices.ts';

/** What was set aside for a call before it was made. */
export interface Reserved {
  /** Micro-dollars. */
  readonly amount: number;
  /** Output tokens that the amount covers. */
  readonly outputTokens: number;
  readonly serviceTier: string | null;
}

/**
 * What the cost of a call rests on: what the vendor reported (`usage`), its input count with the output as reserved
 * (`partial`: the answer broke off before its last counts), the whole reservation (`reservation`: it reported
 * nothing), or that the vendor did not do the work (`refused`: an error status, or it was never reached).
 */
export type CostBasis = 'usage' | 'partial' | 'reservation' | 'refused';

export interface Settlement {
  /** Micro-dollars; `unpriced` counts as reserved where a budget is charged. */
  readonly cost: number | 'unpriced';
  readonly basis: CostBasis;
}

export interface Exchange {
  readonly endpoint: Endpoint;
  readonly usage: Usage | null;
  /** Vendor's status, null when none arrived. */
  readonly status: number | null;
  /** Whether anything was sent to the vendor. */
  readonly sent: boolean;
}

/**
 * What a call that is over costs. Never less than it may have cost: where the vendor did not say, it is what was
 * reserved, because a caller could break each answer off just before its counts arrive.
 */
export function settlementOf(
  exchange: Exchange,
  price: ModelPrice | null,
  reserved: Reserved | null,
): Settlement {
  const { usage, status, sent, endpoint } = exchange;
  // Counting tokens is free.
  if (endpoint === 'count-tokens') return { cost: 0, basis: 'usage' };
  if (!sent || (usage === null && status !== null && status >= 400)) return { cost: 0, basis: 'refused' };
  if (price === null || reserved === null)
    return { cost: 'unpriced', basis: usage ? 'usage' : 'reservation' };
  if (usage === null) return { cost: reserved.amount, basis: 'reservation' };
  const partial = usage.final === false;
  const outputTokens = partial ? Math.max(usage.outputTokens, reserved.outputTokens) : usage.outputTokens;
  const cost = costOf({ ...usage, outputTokens }, price, endpoint, reserved.serviceTier);
  return { cost, basis: partial ? 'partial' : 'usage' };
}
