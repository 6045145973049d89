import type { Entry } from '@fairlead/core/ledger';

export { outcomeId } from './outcome-id.ts';

/** Content-free, canonical inputs of a decision, written in the same transaction as its entry. */
export interface DecisionInput {
  /** Lower-case hex sha256 of `json`. */
  readonly digest: string;
  /** RFC 8785 canonical JSON. */
  readonly json: string;
}

/** An entry to append, with the inputs that belong to it. */
export interface Draft {
  readonly entry: Entry;
  readonly inputs?: readonly DecisionInput[];
}

/** Where an entry stands. `duplicate` when an entry with this id was already there (nothing was written). */
export interface Receipt {
  readonly index: number;
  readonly duplicate: boolean;
}

export interface LedgerState {
  /** Durable entries. */
  readonly size: number;
  /** Entries under the last signed checkpoint. */
  readonly signedSize: number;
  /** False after a failed commit: nothing more is admitted until restart. */
  readonly healthy: boolean;
  /** How the newest checkpoint stands with the witnesses; `conflict`: one of them saw another tree. */
  readonly witness: 'none' | 'pending' | 'cosigned' | 'conflict';
}

/**
 * The audit ledger as other features see it. `append` resolves only when the drafts are durable (fsync), in one
 * transaction, and rejects with `ledger.unavailable` when that can't be within the bound (2 s, or the queue is full).
 */
export interface Ledger {
  append(drafts: readonly Draft[]): Promise<readonly Receipt[]>;
  state(): LedgerState;
  /** `/log/*` of the control listener; null for a path that does not exist. */
  readLog(path: string): Promise<{ readonly contentType: string; readonly body: Uint8Array } | null>;
  /** Signs what is durable and closes the store. */
  close(): Promise<void>;
}
