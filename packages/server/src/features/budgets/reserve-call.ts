import {
  type Account,
  accountsFor,
  accountText,
  type Bound,
  boundOf,
  type Exchange,
  type LimitedAccount,
  type ModelPrice,
  settlementOf,
} from '@fairlead/core/money';
import type { Effect } from '../ledger/api.ts';
import type { CallAsk, Held, MoneyFacts, Settled } from './api.ts';
import type { ReserveDeps } from './types.ts';

/** A call with its price, its bound and the accounts it is charged to. */
interface Priced {
  readonly ask: CallAsk;
  readonly price: ModelPrice | null;
  readonly bound: Bound | 'unpriced';
  readonly accounts: readonly LimitedAccount[];
}

/** Sets aside the most that a call may cost, in every account that it is charged to, or in none. */
export function reserveCall(deps: ReserveDeps, ask: CallAsk): Held {
  const priced = priceCall(deps, ask);
  const { bound, accounts } = priced;
  if (ask.vendor === null) return heldOver(deps, priced, { budgetReserved: true }, []);
  if (bound === 'unpriced') {
    return heldOver(deps, priced, { budgetReserved: accounts.length === 0, unpriced: true }, []);
  }
  const charged = bound.amount === 0 ? [] : accounts;
  const full = deps.sheet.reserve(ask.op, charged, bound.amount);
  return full ? withoutRoom(deps, priced, full) : heldOver(deps, priced, { budgetReserved: true }, charged);
}

function priceCall({ book, clock }: ReserveDeps, ask: CallAsk): Priced {
  const { index, vendor, model, size } = ask;
  const { program } = index;
  const price = vendor === null ? null : book.price(vendor, model);
  const modelMost = vendor === null ? null : (index.model(vendor, model)?.maxOutputTokens ?? null);
  const free = size.endpoint === 'count-tokens';
  const bound = price ? boundOf(size, price, modelMost) : free ? { outputTokens: 0, amount: 0 } : 'unpriced';
  const spender = {
    organisation: [program.organisation.id],
    stage: [index.stage.id],
    team: index.teamsOf(ask.principal),
    repository: ask.repositories,
    key: [ask.keyId],
    session: [ask.session],
  };
  return { ask, price, bound, accounts: accountsFor(program.budgets?.limits ?? [], spender, clock.now()) };
}

function withoutRoom(deps: ReserveDeps, priced: Priced, full: Account): Held {
  return heldOver(deps, priced, { budgetReserved: false, exhausted: accountText(full.key) }, []);
}

function heldOver(
  deps: ReserveDeps,
  priced: Priced,
  facts: Partial<MoneyFacts> & Pick<MoneyFacts, 'budgetReserved'>,
  charged: readonly LimitedAccount[],
): Held {
  const { ask, bound } = priced;
  const amount = bound === 'unpriced' ? null : bound.amount;
  const effect: Effect | undefined =
    charged.length > 0 && amount !== null ? { kind: 'reserve', amount, accounts: charged } : undefined;
  return {
    facts: { unpriced: false, exhausted: null, keyPaused: deps.isPaused, ...facts },
    fields: {
      reserved: amount,
      reservedOutputTokens: bound === 'unpriced' ? null : bound.outputTokens,
      budgets: charged.map(({ key }) => key),
      prices: deps.book.version,
      serviceTier: ask.size.serviceTier,
    },
    effect,
    release: () => deps.sheet.settle(ask.op, 'released'),
    refused(full) {
      deps.sheet.settle(ask.op, 'released');
      // What others hold of a shared account is given back without a word to this replica.
      if (!deps.isShared) deps.sheet.put(full);
      return withoutRoom(deps, priced, full);
    },
    settle: (exchange) => settle(deps, priced, charged.length > 0, exchange),
  };
}

function settle(deps: ReserveDeps, priced: Priced, isCharged: boolean, exchange: Exchange): Settled {
  const { ask, price, bound } = priced;
  const reserved = bound === 'unpriced' ? null : { ...bound, serviceTier: ask.size.serviceTier };
  const { cost, basis } = settlementOf(exchange, price, reserved);
  const charge = typeof cost === 'number' ? cost : 'reserved';
  deps.sheet.settle(ask.op, charge);
  if (typeof cost === 'number') deps.metrics.cost.inc({ basis }, cost);
  else deps.metrics.unpriced.inc();
  const over = isCharged && reserved !== null && typeof cost === 'number' && cost > reserved.amount;
  const also = over ? deps.pause({ keyId: ask.keyId, op: ask.op, reserved: reserved.amount, cost }) : [];
  return {
    fields: { cost, costBasis: basis, prices: deps.book.version },
    effect: { kind: 'settle', cost: charge },
    also,
  };
}
