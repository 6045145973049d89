import type { Database } from 'better-sqlite3';

/**
 * What the store is opened for: `many` facts at once, as imports and collections write, or `few`; `apart`: many, and pages
 * of a collector in a thread of its own where they go to SQLite.
 */
export type Writes = 'few' | 'many' | 'apart';

/**
 * Imports touch pages all over the indexes: these stay in memory, and reach the file less often. So do the pages that a
 * statement would bring back if it failed, of which each row has some. Nothing is less durable.
 */
export function makeRoom(sqlite: Database, writes: Writes): void {
  sqlite.pragma(`cache_size = ${writes === 'few' ? -16_384 : -65_536}`);
  sqlite.pragma('wal_autocheckpoint = 8192');
  if (writes !== 'few') sqlite.pragma('temp_store = memory');
}

/** Below the number of variables that either dialect binds at once. */
const rowsPerStatement = 500;

export function slices<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  const result: (readonly Item[])[] = [];
  for (let i = 0; i < items.length; i += rowsPerStatement) result.push(items.slice(i, i + rowsPerStatement));
  return result;
}
