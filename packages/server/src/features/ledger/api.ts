import { type ErrorCode, isFairleadError } from '@fairlead/core/errors';
import type { Entry } from '@fairlead/core/ledger';
import type { Account, LimitedAccount } from '@fairlead/core/money';
import type { DecisionInput } from './decision-input.ts';

export { adminEntry, type EntrySource } from './admin-entry.ts';
export { type DecisionInput, decisionInput } from './decision-input.ts';
export { type Hold, heldFrom, type Keeping, type Pruning } from './holds.ts';
export { outcomeId } from './outcome-id.ts';
export { type BoundRow, rowBinding } from './row-binding.ts';

/**
 * What an entry does to budgets and paused keys, in its own transaction. It must say the same as the entry:
 * - `reserve`: an allowed decision sets `amount` aside in every account. Where one has no room, the append is refused
 *   with `budget.exhausted` and nothing of it is written.
 * - `settle`: an outcome ends what its operation holds; `reserved` charges what was set aside.
 * - `declare`: a config entry opens accounts, or gives them another limit.
 * - `pause`, `resume`: an admin entry stops a key, or lets it go on.
 */
export type Effect =
  | { readonly kind: 'reserve'; readonly amount: number; readonly accounts: readonly LimitedAccount[] }
  | { readonly kind: 'settle'; readonly cost: number | 'reserved' }
  | { readonly kind: 'declare'; readonly accounts: readonly LimitedAccount[] }
  | { readonly kind: 'pause' | 'resume'; readonly keyId: string };

/** An entry to append, with the inputs that belong to it. A draft that reserves is appended alone. */
export interface Draft {
  readonly entry: Entry;
  readonly inputs?: readonly DecisionInput[];
  readonly effect?: Effect;
}

/** Where an entry stands. `duplicate` when an entry with this id was already there (nothing was written). */
export interface Receipt {
  readonly index: number;
  readonly duplicate: boolean;
}

/** Budgets as the database has them. */
export interface BudgetRows {
  readonly accounts: readonly Account[];
  /** Ids of paused keys. */
  readonly paused: readonly string[];
}

export interface LedgerState {
  /** Durable entries. */
  readonly size: number;
  /** Entries under the last signed checkpoint. */
  readonly signedSize: number;
  /** When the last checkpoint was signed, milliseconds since the epoch; null when this process signed none yet. */
  readonly signedAt?: number | null;
  /** False after a failed commit: nothing more is admitted until restart. */
  readonly healthy: boolean;
  /** How the newest checkpoint stands with the witnesses; `conflict`: one of them saw another tree. */
  readonly witness: 'none' | 'pending' | 'cosigned' | 'conflict';
  /** Room on the disk of the data folder; `full`, too, while a write that found none was the last. Unless `ok` no call is admitted; absent where nothing watches it. */
  readonly disk?: 'ok' | 'low' | 'full';
}

/**
 * The audit ledger as other features see it. With `mayWait` an append may be held back some milliseconds, to be
 * written together with another one that can't wait; order is kept. `append` resolves only when the drafts are durable (fsync), in one
 * transaction, and rejects with `ledger.unavailable` when that can't be within the bound (2 s, or the queue is full),
 * or with `budget.exhausted` when a reservation has no room (`fullAccount` says where).
 */
export interface Ledger {
  append(drafts: readonly Draft[], mayWait?: boolean): Promise<readonly Receipt[]>;
  state(): LedgerState;
  /** Accounts and paused keys; of sessions only those that hold a reservation. */
  readBudgets(): Promise<BudgetRows>;
  /** `/log/*` of the control listener; null for a path that does not exist. */
  readLog(path: string): Promise<{ readonly contentType: string; readonly body: Uint8Array } | null>;
  /** Signs what is durable and closes the store. */
  close(): Promise<void>;
}

/** The account without room, when an append was refused with `budget.exhausted`. */
export function fullAccount(error: unknown): Account | null {
  const exhausted: ErrorCode = 'budget.exhausted';
  return isFairleadError(error) && error.code === exhausted ? (error.cause as Account) : null;
}

/** The `cause` of an append that was given up while it was being written. */
export interface LateAppend {
  /** Resolves when it is known: true if it was written after all. */
  readonly written: Promise<boolean>;
}

/** What becomes of an append that was given up while it was being written; null for any other error. */
export function appendedLate(error: unknown): Promise<boolean> | null {
  const cause = isFairleadError(error) ? (error.cause as Partial<LateAppend> | undefined) : undefined;
  return cause?.written instanceof Promise ? cause.written : null;
}

/** Marks an append that certainly wrote nothing, as its error's `cause`. */
export const nothingWritten = 'nothing written';

/** True when a failed append certainly wrote nothing; else it may have become durable. */
export function isUnwritten(error: unknown): boolean {
  const never: readonly ErrorCode[] = ['budget.exhausted', 'ledger.entry-invalid'];
  return isFairleadError(error) && (error.cause === nothingWritten || never.includes(error.code));
}
