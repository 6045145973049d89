import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { describeSqlite } from './sqlite-open.ts';

/**
 * Whether a file is a ledger with entries that goes on here: one that was not copied to PostgreSQL. Of whatever schema:
 * nothing is brought up to date for the question.
 * @throws FairleadError `ledger.corrupt`, `store.unreadable`
 */
export function holdsLedger(file: string): boolean {
  if (!existsSync(file)) return false;
  let database: Database.Database | null = null;
  try {
    database = new Database(file, { readonly: true, timeout: 5_000 });
    const one = (sql: string) => database?.prepare(sql).get() !== undefined;
    const has = (table: string) => one(`select 1 from sqlite_master where name = '${table}'`);
    if (!has('entries') || !one('select 1 from entries limit 1')) return false;
    return !(has('schema_migrations') && one("select 1 from schema_migrations where area = 'moved'"));
  } catch (error) {
    throw describeSqlite(error, file);
  } finally {
    database?.close();
  }
}
