import { FairleadError } from '@fairlead/core/errors';
import type { QuotaProbe } from '../../platform/files/room.ts';
import { nothingWritten } from './api.ts';

/**
 * What a failed transaction of SQLite leaves on the disk:
 * - `undone`: nothing of it. A write found no room; the record of a commit is what is written last, so there is none.
 * - `unsettled`: perhaps all of it. It was written and synced, and then the index of the write-ahead log found no room:
 *   SQLite forgets the transaction, but a restart would find it, until the log is emptied or written over.
 * - `lasting`: unknown, and the disk isn't to be trusted any more. After a sync that failed, the system may hold pages for
 *   clean that never reached the disk, and the next sync says nothing of them.
 */
export type SqliteFailure = 'undone' | 'unsettled' | 'lasting';

const failures: Readonly<Record<string, SqliteFailure>> = {
  SQLITE_FULL: 'undone',
  SQLITE_IOERR_SHMSIZE: 'unsettled',
};

export function failureOf(error: unknown): SqliteFailure {
  return failures[codeOf(error)] ?? 'lasting';
}

/** What giving room back may fail with, without harm: a file that stays as long as it was loses nothing. */
const harmless: ReadonlySet<string> = new Set([
  'SQLITE_BUSY',
  'SQLITE_BUSY_SNAPSHOT',
  'SQLITE_FULL',
  'SQLITE_IOERR_TRUNCATE',
]);

/** Whether an error outside of an append means that nothing may be recorded any more. */
export function isLasting(error: unknown): boolean {
  return codeOf(error).startsWith('SQLITE_') && !harmless.has(codeOf(error));
}

/** Certainly nothing was written, and the next append may be tried. */
export function noRoom(): FairleadError {
  return new FairleadError('ledger.disk-low', {
    message: 'The disk of the audit ledger is full, so nothing was recorded.',
    cause: nothingWritten,
  });
}

/**
 * A write that the system refused, as one that found no room where a quota is why. SQLite has one code for all that isn't
 * `ENOSPC`, so the system is asked again, at once: only its own word counts.
 */
export function withQuota(error: unknown, quota: Pick<QuotaProbe, 'isSpent'> | null): unknown {
  if (codeOf(error) !== 'SQLITE_IOERR_WRITE' || quota === null || !quota.isSpent()) return error;
  return Object.assign(new Error('a quota is used up', { cause: error }), { code: 'SQLITE_FULL' });
}

function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : '';
}
