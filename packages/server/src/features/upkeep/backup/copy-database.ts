import { rmSync } from 'node:fs';
import Database from 'better-sqlite3';

/** More pages than any database has. */
const all = 0x7fff_ffff;

/**
 * Copies a database as it is at one moment, with SQLite's online backup, beside whoever writes it. After the first
 * pages all others are copied in one step: a backup in many steps begins anew with every commit of another process.
 */
export async function copyDatabase(from: string, to: string): Promise<void> {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${to}${suffix}`, { force: true });
  const database = new Database(from, { readonly: true, timeout: 10_000 });
  try {
    await database.backup(to, { progress: () => all });
  } finally {
    database.close();
  }
}
