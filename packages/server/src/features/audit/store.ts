import type {
  AuditFilter,
  AuditRow,
  CountedValue,
  Facets,
  HourFigures,
  SessionItem,
  SessionRow,
} from './api.ts';
import type { AuditBatch, CallFacts, Dimension } from './types.ts';

/** How far a store has come. */
export interface AuditState {
  /** Name of the log it was built from; null when it is new. */
  readonly origin: string | null;
  /** The entry to read next. */
  readonly next: number;
  /** Id of the entry before that. */
  readonly lastId: string | null;
}

/** Where the read model is kept. It holds nothing that the ledger does not. */
export interface AuditStore {
  state(): Promise<AuditState>;
  /** Empties everything, for a build from the log of this name. */
  reset(origin: string): Promise<void>;
  /**
   * Writes a run of entries and how far it reaches, in one transaction. False, and nothing written, when the store is
   * not where the run begins: another replica was faster.
   */
  write(batch: AuditBatch): Promise<boolean>;
  /**
   * Removes the rows of calls below an index, and sessions that ended before it; figures of hours stay. Returns how many
   * rows it were. Asked again it ends what it began.
   */
  forget(minimum: number): Promise<number>;
  /** Facts of the decisions with these operations. */
  callFacts(ops: readonly string[]): Promise<readonly CallFacts[]>;
  /** Newest first. */
  rows(filter: AuditFilter, limit: number): Promise<readonly AuditRow[]>;
  rowsAt(indexes: readonly number[]): Promise<readonly AuditRow[]>;
  row(id: string): Promise<AuditRow | null>;
  /** Every entry of an operation, oldest first, at most `limit`. */
  rowsOf(op: string, limit: number): Promise<readonly AuditRow[]>;
  facets(): Promise<Facets>;
  /** The latest active first, with the index of their last entry. */
  sessions(
    before: number | null,
    limit: number,
  ): Promise<readonly (SessionRow & { readonly lastIndex: number })[]>;
  session(session: string): Promise<SessionRow | null>;
  /** The newest `limit` calls of a session, oldest first. */
  sessionItems(session: string, limit: number): Promise<readonly SessionItem[]>;
  hours(fromHour: number): Promise<readonly HourFigures[]>;
  counts(dimension: Dimension, fromHour: number): Promise<readonly CountedValue[]>;
  close(): Promise<void>;
}
