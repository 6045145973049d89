/* What other features contribute to `fairlead ledger fsck`. */
import type { ReadEntry } from '../verify-entries.ts';

export type { EntryFields, ReadEntry } from '../verify-entries.ts';

/** Everything beyond the log itself that fsck can find. The ids are part of the JSON output. */
export const fsckProblems = {
  'open-operation-missing':
    'A call that nothing closed is not among the open operations, so recovery would miss it.',
  'open-operation-unknown': 'An open operation has no decision, or was closed.',
  'reservation-differs': 'What a call set aside is not what its decision says.',
  'reservation-missing': 'What an open call set aside is not there.',
  'reservation-unknown': 'A reservation belongs to no open call.',
  'paused-key-missing': 'A key that an entry paused is not paused.',
  'paused-key-unknown': 'A key is paused, and no entry says so.',
  'grant-unrecorded': 'A key, token, login or session has no entry.',
  'grant-differs': 'A key, token, login or session is not the one that its entry describes.',
  'grant-missing': 'An entry grants a key, token, login or session that has no row, and nothing ended it.',
  'revocation-missing': 'Something that an entry revoked is not revoked.',
  'revocation-unrecorded': 'Something is revoked, and no entry says so.',
  'index-differs': 'The audit index says something else than the ledger. It can be rebuilt.',
  'index-foreign': 'The audit index belongs to another log. It can be rebuilt.',
} as const;

export type FsckProblemId = keyof typeof fsckProblems;

/** One thing that is wrong; `where` names the row or the entry. Nothing here quotes an entry. */
export interface FsckProblem {
  readonly problem: string;
  readonly where: string;
  readonly message: string;
}

/** Notes a problem. */
export type FsckReport = (problem: FsckProblemId, where: string, message: string) => void;

/** One comparison of rows with entries. It sees every entry in order, then says what is wrong. */
export interface FsckPart {
  take(page: readonly ReadEntry[]): void | Promise<void>;
  /** The same for entries whose bytes were pruned. */
  takePruned?(page: readonly ReadEntry['entry'][]): void | Promise<void>;
  /** Reports, and returns how many rows it looked at, by what they are. */
  finish(report: FsckReport): Promise<Readonly<Record<string, number>>>;
}

/** Runs a query that only reads, on the one database or the other; text, integers and null come back. */
export type Rows = (sql: string) => Promise<readonly Readonly<Record<string, string | number | null>>[]>;
