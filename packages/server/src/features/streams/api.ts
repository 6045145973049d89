export type { GapReason, StreamGap, StreamStatus } from './types.ts';

/** The streams of the program in force. */
export interface Streams {
  /** By name. */
  status(): readonly import('./types.ts').StreamStatus[];
  close(): Promise<void>;
}
