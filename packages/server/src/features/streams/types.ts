import type { StoredEntry } from '../ledger/reading/api.ts';

/** Entries in the form of a stream, one line each, without the line's end. */
export interface StreamBatch {
  /** Index of the first entry, and of the one after the last. */
  readonly first: number;
  readonly next: number;
  readonly lines: readonly string[];
}

/**
 * What became of a batch. `expects` is the index that the receiver says it wants next, where it says so. A reason is a
 * condition (`status 503`, `ENOSPC`), never what the other side wrote.
 */
export type Delivery =
  | { readonly kind: 'delivered'; readonly expects: number | null }
  | {
      readonly kind: 'failed';
      readonly reason: string;
      /** Milliseconds that the receiver asks us to wait; null where it says nothing. */
      readonly retryAfterMs: number | null;
      /** The batch is too large for it: a smaller one may pass. */
      readonly tooLarge?: boolean;
    };

/** Where a stream goes. */
export interface StreamTarget {
  /** The index after the last entry that the target holds; null when it holds none or cannot say. */
  holds(): Promise<number | null>;
  /** Never throws for what the other side does. */
  deliver(batch: StreamBatch, signal: AbortSignal): Promise<Delivery>;
  close(): Promise<void>;
}

/** One entry as a line. */
export type LineOf = (origin: string, entry: StoredEntry) => string;

/**
 * Why entries may be missing or repeated at the receiver.
 * - `origin-changed`, `log-changed`: the cursor belongs to another log, or to another past of this one.
 * - `cursor-ahead`: the log holds less than was sent.
 * - `pruned`: entries that were not sent yet are no longer there.
 * - `receiver-ahead`, `receiver-behind`: the receiver holds more than the log, or less than was confirmed.
 */
export type GapReason =
  | 'origin-changed'
  | 'log-changed'
  | 'cursor-ahead'
  | 'pruned'
  | 'receiver-ahead'
  | 'receiver-behind';

export interface StreamGap {
  readonly stream: string;
  readonly reason: GapReason;
  /** Index that should have come next, and the one that the stream goes on with. */
  readonly expected: number;
  readonly found: number;
  /** Name of the log. */
  readonly log: string;
}

/** How a stream stands. Times are milliseconds since the epoch. */
export interface StreamStatus {
  readonly name: string;
  readonly format: 'jsonl' | 'ocsf';
  readonly to: 'file' | 'webhook';
  /** `elsewhere`: another replica sends it. `off`: it cannot be sent as it is configured. */
  readonly state: 'current' | 'behind' | 'failing' | 'elsewhere' | 'off';
  /** Index of the entry to send next. */
  readonly next: number;
  /** Signed entries that were not confirmed yet, and the age of the oldest of them in seconds. */
  readonly lagEntries: number;
  readonly lagSeconds: number;
  readonly deliveredAt: number | null;
  readonly failingSince: number | null;
  /** The last condition that kept it from going on. */
  readonly failure: string | null;
}
