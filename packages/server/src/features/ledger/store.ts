import type { Account, Reservation } from '@fairlead/core/money';
import type { BudgetRows, DecisionInput } from './api.ts';
import type { PruningSteps } from './pruning-steps.ts';
import type {
  LogIdentity,
  PreparedDraft,
  Seal,
  StoredCheckpoint,
  StoredEntry,
  StoredRotation,
  StoreReceipt,
} from './types.ts';

/** Reading a ledger database; also beside a running server. Indexes count from 0 without gaps. */
export interface LedgerReader {
  /** Durable entries. */
  size(): Promise<number>;
  /** Null before the log has been started. */
  identity(): Promise<LogIdentity | null>;
  /** Up to `limit` entries from `from` on, ascending; only those of `kind` when it is given. */
  readEntries(from: number, limit: number, kind?: string): Promise<readonly StoredEntry[]>;
  /** Where to begin in order to read the newest `count` entries (of `kind`): 0 when there are fewer. */
  startOfLast(count: number, kind?: string): Promise<number>;
  findEntry(id: string): Promise<StoredEntry | null>;
  /** The texts of administrative entries that hold `mark` (ASCII), in order: what stands is read from the log itself. */
  readAdministration(mark: string): Promise<readonly string[]>;
  /** Index of the entry with this id; null when there is none. */
  indexOf(id: string): Promise<number | null>;
  /** The same for a page of ids at once; those that aren't there are left out. */
  indexesOf(ids: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Leaf hashes, concatenated; shorter than asked for when the log ends. */
  readLeaves(from: number, count: number): Promise<Uint8Array>;
  /** Hashes of a tile level above 0, concatenated. */
  readTreeHashes(level: number, from: number, count: number): Promise<Uint8Array>;
  latestCheckpoint(): Promise<StoredCheckpoint | null>;
  /** Kept checkpoints with a size above `after`, ascending. */
  readCheckpoints(after: number, limit: number): Promise<readonly StoredCheckpoint[]>;
  /** Every change of the signing key, oldest first. */
  readRotations(): Promise<readonly StoredRotation[]>;
  readInput(digest: string): Promise<string | null>;
  /** Those of the digests (lower-case hex) whose decision inputs are there. */
  knownInputs(digests: readonly string[]): Promise<ReadonlySet<string>>;
  /** Decision inputs in order of digest, from the one after `after` on. */
  readInputs(after: string | null, limit: number): Promise<readonly DecisionInput[]>;
  /** Up to `limit` operations that `instance` (null: any) opened in another incarnation and that nothing closed. */
  openOperations(instance: string | null, incarnation: string, limit: number): Promise<readonly string[]>;
  /** Accounts and paused keys; of sessions only those that hold a reservation. */
  readBudgets(): Promise<BudgetRows>;
  /** Accounts in order of key, from the one after `after` on. */
  readAccounts(after: string | null, limit: number): Promise<readonly Account[]>;
  /** Reservations that nothing has settled, in order of op, from the one after `after` on. */
  readReservations(after: string | null, limit: number): Promise<readonly Reservation[]>;
  close(): Promise<void>;
}

/** What verifying the log itself reads; an export has this much, too. */
export type LogReader = Pick<
  LedgerReader,
  | 'identity'
  | 'readEntries'
  | 'readRotations'
  | 'readCheckpoints'
  | 'readTreeHashes'
  | 'indexesOf'
  | 'findEntry'
>;

/** What a ledger keeps beside its log, and is held against it. */
export type LogCompanions = Pick<LedgerReader, 'knownInputs' | 'readInputs' | 'readAccounts'>;

/**
 * The one writer of a ledger. A method that rejects has failed in an unknown state: the caller stops admitting and
 * starts again, which recovers.
 */
export interface LedgerStore extends LedgerReader {
  /**
   * Appends in order, in one durable transaction, with the effects of each. An id that is already there is left as it
   * is and has no effect. A reservation without room is refused on its own: index -1 and `refused`.
   */
  appendBatch(drafts: readonly PreparedDraft[]): Promise<readonly StoreReceipt[]>;
  /** Writes a checkpoint with the tile hashes that it completes, in one durable transaction. */
  seal(seal: Seal): Promise<void>;
  /** Once, before the first checkpoint. */
  setIdentity(identity: LogIdentity): Promise<void>;
  readonly pruning: PruningSteps;
}

/** Checkpoints kept in the database; every one of them stays provable from the tree. */
export const keptCheckpoints = 1000;
