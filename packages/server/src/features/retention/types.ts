import type { FairleadError } from '@fairlead/core/errors';

/** What one application of the program's retention did, as its entry says. */
export interface RetentionRun {
  /** `schedule`, or who asked for it. */
  readonly by: string;
  /** Periods of kept content whose keys were destroyed, and how many items they had. */
  readonly periods: number;
  readonly items: number;
  /** The ledger's minimum index; null where it cannot be pruned. */
  readonly minimum: number | null;
  /** Entries that lost their bytes, and decision inputs that went with them. */
  readonly entries: number;
  readonly inputs: number;
  /** Rows that the audit's read model lost. */
  readonly rows: number;
  /** Ids of the legal holds that stood. */
  readonly holds: readonly string[];
  /** A hold was placed meanwhile: what was left of the ledger then stays. */
  readonly stopped: boolean;
  /** Parts that could not be done, as codes of errors. */
  readonly failed: readonly string[];
}

export interface RecordedRun extends RetentionRun {
  /** RFC 3339. */
  readonly at: string;
}

/** What the program says of how long things are kept, and what was done of it. Days; null: nothing is said. */
export interface RetentionStatus {
  readonly enforce: boolean;
  readonly ledgerDays: number | null;
  readonly contentDays: number | null;
  readonly classes: readonly {
    readonly dataClass: string;
    readonly ledgerDays: number | null;
    readonly contentDays: number | null;
  }[];
  /** Below this index calls have no bytes any more. */
  readonly minimum: number;
  /** How many legal holds stand. */
  readonly holds: number;
  readonly lastRun: RecordedRun | null;
}

export type FailureCode = FairleadError['code'] | 'unknown';
