import type { StoredEntry } from '../ledger/reading/api.ts';
import type { StreamStore } from './store.ts';
import type { LineOf, StreamGap, StreamStatus, StreamTarget } from './types.ts';

/** The signed log as a stream reads it, on a connection of its own. */
export interface StreamView {
  origin(): Promise<string | null>;
  /** Entries under the last signed checkpoint. */
  signedSize(): Promise<number>;
  readEntries(from: number, limit: number): Promise<readonly StoredEntry[]>;
}

export interface StreamTimes {
  /** How often new entries are looked for, milliseconds. */
  readonly pollMs: number;
  /** After the first failure, doubled after each further one up to the longest. */
  readonly backOffMs: number;
  readonly longestBackOffMs: number;
  /** How long a replica holds a stream without saying so again. */
  readonly holdMs: number;
}

export const defaultTimes: StreamTimes = {
  pollMs: 500,
  backOffMs: 1_000,
  longestBackOffMs: 60_000,
  holdMs: 60_000,
};

export interface PumpOptions {
  readonly name: string;
  readonly format: StreamStatus['format'];
  readonly to: StreamStatus['to'];
  readonly from: 'beginning' | 'now';
  readonly lineOf: LineOf;
  readonly target: StreamTarget;
  readonly store: StreamStore;
  readonly view: StreamView;
  /** Of this process. */
  readonly holder: string;
  readonly now: () => number;
  /** Records a gap as an entry; until it resolves the stream does not go on. */
  readonly recordGap: (gap: StreamGap) => Promise<void>;
  readonly onStatus: (status: StreamStatus) => void;
  readonly times: StreamTimes;
}
