import { isSystemFull } from '../files/room.ts';

/** Of SQLite and of PostgreSQL. */
const full: ReadonlySet<unknown> = new Set(['SQLITE_FULL', '53100']);

/** Whether something could not be written for lack of room; of the system's own errors a quota counts, too. */
export function isDiskFull(error: unknown): boolean {
  return full.has(((error ?? {}) as { code?: unknown }).code) || isSystemFull(error);
}
