import type { Entry } from '@fairlead/core/ledger';
import {
  type Account,
  type AccountSheet,
  type LimitedAccount,
  openSheet,
  type Reservation,
} from '@fairlead/core/money';
import type { Effect } from './api.ts';
import type { PreparedDraft } from './types.ts';

/* What the drafts of one batch do to budgets. Pure: both stores read the rows, plan, and write what changed. */

/** Rows that a plan needs. */
export interface BudgetKeys {
  readonly ops: readonly string[];
  readonly accounts: readonly string[];
}

/** What is to be written, and which drafts are not. */
export interface EffectPlan {
  /** Draft → the account that had no room for it. */
  readonly refused: ReadonlyMap<PreparedDraft, Account>;
  readonly accounts: readonly Account[];
  readonly reserved: readonly Reservation[];
  /** Operations that hold nothing any more. */
  readonly settled: readonly string[];
  readonly paused: readonly string[];
  readonly resumed: readonly string[];
}

/** The reservations and accounts that the drafts name. Accounts of the reservations come on top of them. */
export function keysOf(drafts: readonly PreparedDraft[]): BudgetKeys {
  const ops = new Set<string>();
  const accounts = new Set<string>();
  for (const { effect, op } of drafts) {
    if (effect?.kind === 'settle' && op !== null) ops.add(op);
    if (effect?.kind === 'reserve' || effect?.kind === 'declare') {
      for (const { key } of effect.accounts) accounts.add(key);
    }
  }
  return { ops: [...ops], accounts: [...accounts] };
}

/**
 * Applies effects in the order of the drafts.
 * @param drafts only those that are not in the store yet, each once
 */
export function planEffects(
  drafts: readonly PreparedDraft[],
  known: readonly Account[],
  held: readonly Reservation[],
): EffectPlan {
  const sheet = openSheet(known, held);
  const refused = new Map<PreparedDraft, Account>();
  const keys = new Map<string, boolean>();
  const opened = new Set<string>();
  const settled = new Set<string>();
  for (const draft of drafts) {
    const { effect, op } = draft;
    if (effect === null) continue;
    if (effect.kind === 'reserve' && op !== null) {
      const full = sheet.reserve(op, effect.accounts, effect.amount);
      if (full) refused.set(draft, full);
      else opened.add(op);
    } else if (effect.kind === 'settle' && op !== null) {
      sheet.settle(op, effect.cost);
      settled.add(op);
    } else if (effect.kind === 'declare') sheet.declare(effect.accounts);
    else if (effect.kind === 'pause' || effect.kind === 'resume') {
      keys.set(effect.keyId, effect.kind === 'pause');
    }
  }
  return {
    refused,
    accounts: changedAccounts(sheet, known),
    reserved: [...opened].flatMap((op) => sheet.reservation(op) ?? []),
    settled: held.map((reservation) => reservation.op).filter((op) => settled.has(op)),
    paused: [...keys].flatMap(([id, paused]) => (paused ? [id] : [])),
    resumed: [...keys].flatMap(([id, paused]) => (paused ? [] : [id])),
  };
}

function changedAccounts(sheet: AccountSheet, known: readonly Account[]): readonly Account[] {
  const before = new Set(known);
  return sheet.accounts().filter((account) => !before.has(account));
}

const amountIsSane = (amount: number) => Number.isSafeInteger(amount) && amount >= 0;

function namesInOrder(accounts: readonly LimitedAccount[], names: readonly string[]): boolean {
  return accounts.length === names.length && accounts.every(({ key }, i) => key === names[i]);
}

/**
 * Why an effect is not what its entry says, or null. Accounts can only be recomputed from entries when every entry
 * that says something of money also does it, and the other way round.
 */
export function effectProblem(entry: Entry, effect: Effect | null): string | null {
  switch (effect?.kind) {
    case undefined: {
      const holds =
        entry.kind === 'decision' && entry.decision !== 'deny' && (entry.budgets?.length ?? 0) > 0;
      if (holds) return 'a decision that names accounts reserves in them';
      return entry.kind === 'outcome' && entry.cost !== undefined ? 'an outcome with a cost settles' : null;
    }
    case 'reserve': {
      const sane = amountIsSane(effect.amount) && effect.accounts.every(({ limit }) => amountIsSane(limit));
      const fits =
        entry.kind === 'decision' &&
        entry.decision !== 'deny' &&
        entry.reserved === effect.amount &&
        namesInOrder(effect.accounts, entry.budgets ?? []);
      return fits && sane ? null : 'a reservation is that of its decision';
    }
    case 'settle': {
      const { cost } = effect;
      if (cost !== 'reserved' && !amountIsSane(cost)) return 'a cost is a whole number of micro-dollars';
      if (entry.kind === 'recovery')
        return cost === 'reserved' ? null : 'an unknown outcome costs what was reserved';
      const said = entry.kind === 'outcome' && (typeof entry.cost === 'number' ? entry.cost : 'reserved');
      return said === cost ? null : 'a settlement is that of its outcome';
    }
    case 'declare':
      return entry.kind === 'config' && effect.accounts.every(({ limit }) => amountIsSane(limit))
        ? null
        : 'accounts are declared by a config entry';
    default:
      return entry.kind === 'admin' ? null : 'a key is paused or resumed by an admin entry';
  }
}
