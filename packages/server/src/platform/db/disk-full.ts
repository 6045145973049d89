/** Of SQLite, of the system (a quota counts, too), and of PostgreSQL. */
const full: ReadonlySet<unknown> = new Set(['SQLITE_FULL', 'ENOSPC', 'EDQUOT', '53100']);

/** Whether something could not be written for lack of room. */
export function isDiskFull(error: unknown): boolean {
  return full.has(((error ?? {}) as { code?: unknown }).code);
}
