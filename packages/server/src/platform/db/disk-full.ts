import { dirname } from 'node:path';
import { FairleadError } from '@fairlead/core/errors';
import { hasRoom, isSystemFull } from '../files/room.ts';

/** Of SQLite and of PostgreSQL. */
const full: ReadonlySet<unknown> = new Set(['SQLITE_FULL', '53100']);

/** What SQLite says where a quota, or the room for a new file or an index of its log, may be why, and may not. */
const unclear: ReadonlySet<unknown> = new Set([
  'SQLITE_IOERR_WRITE',
  'SQLITE_IOERR_SHMSIZE',
  'SQLITE_CANTOPEN',
]);

/** What a write of SQLite, or the index of its log, may have wanted; bytes. */
const wanted = 64 * 1024;

/** Folders in which this thread writes databases. */
const folders = new Set<string>();

/** To be called before a file is opened to be written, so that a failure can be told from a disk without room. */
export function writesTo(file: string): void {
  folders.add(dirname(file));
}

const answers = new WeakMap<object, boolean>();

/**
 * Whether something could not be written for lack of room; a quota counts, too. Where SQLite doesn't say, the system is
 * asked whether there is room now in the folders that this thread writes to, once for each error.
 */
export function isDiskFull(error: unknown, isRoom: typeof hasRoom = hasRoom): boolean {
  const code = codeOf(error);
  if (full.has(code) || isSystemFull(error)) return true;
  if (!unclear.has(code)) return false;
  const known = answers.get(error as object);
  if (known !== undefined) return known;
  const answer = [...folders].some((folder) => !isRoom(folder, wanted));
  answers.set(error as object, answer);
  return answer;
}

/** An error for lack of room as `store.full`; null for any other. */
export function describeFull(error: unknown, file?: string): FairleadError | null {
  if (!isDiskFull(error)) return null;
  // Then everything was written, and only a restart before the next change would find it (ADR 0043).
  const isUnsettled = codeOf(error) === 'SQLITE_IOERR_SHMSIZE';
  return new FairleadError('store.full', {
    ...(isUnsettled && { message: 'There is no room on the disk; whether it was changed, a restart shows.' }),
    ...(file !== undefined && { place: { file } }),
    cause: error,
  });
}

function codeOf(error: unknown): unknown {
  return ((error ?? {}) as { code?: unknown }).code;
}
