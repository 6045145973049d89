import type { RecordedRun, RetentionRun } from './types.ts';

export type { RecordedRun, RetentionRun, RetentionStatus } from './types.ts';

/** What the program says of how long things are kept, carried out. */
export interface Retention {
  /** Applies it now. @throws FairleadError `ledger.retention-off`, and the ledger's own when it cannot be recorded. */
  run(by: string): Promise<RetentionRun>;
  /** The newest run that the ledger knows of. */
  lastRun(): Promise<RecordedRun | null>;
  /** Does what is due; also done by itself every quarter of an hour. */
  tick(): Promise<void>;
  close(): Promise<void>;
}
