import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { assertNotMoved, readMove } from './move-mark.ts';
import { describeSqlite } from './sqlite-open.ts';

/**
 * Whether a file is a ledger with entries that goes on here: one that was not copied to PostgreSQL. Of whatever schema:
 * nothing is brought up to date for the question.
 * @throws FairleadError `ledger.corrupt`, `store.unreadable`
 */
export function holdsLedger(file: string): boolean {
  if (!existsSync(file)) return false;
  return readOnly(file, (database) => {
    const has = (sql: string) => database.prepare(sql).get() !== undefined;
    if (!has("select 1 from sqlite_master where name = 'entries'") || !has('select 1 from entries limit 1')) {
      return false;
    }
    return readMove(database)?.state !== 'done';
  });
}

/** @throws FairleadError `store.move-unfinished`, `store.moved` for a ledger that goes to PostgreSQL */
export function refuseGoing(file: string): void {
  readOnly(file, (database) => assertNotMoved(database, file));
}

function readOnly<Result>(file: string, use: (database: Database.Database) => Result): Result {
  let database: Database.Database | null = null;
  try {
    database = new Database(file, { readonly: true, timeout: 5_000 });
    return use(database);
  } catch (error) {
    throw describeSqlite(error, file);
  } finally {
    database?.close();
  }
}
