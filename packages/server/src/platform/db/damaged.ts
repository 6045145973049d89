import { basename } from 'node:path';
import { FairleadError } from '@fairlead/core/errors';

/** What to do instead of restoring a backup. */
const otherwise: Readonly<Record<string, string>> = {
  'metrics.db': 'Start the server: it sets the file aside and builds it again from the ledger.',
};

/** SQLite's word that a file is damaged, or no database at all, as an error that names the file; null for any other error. */
export function damagedFile(error: unknown, file: string): FairleadError | null {
  const { code } = (error ?? {}) as { code?: unknown };
  if (typeof code !== 'string' || !/^SQLITE_(?:CORRUPT|NOTADB)/.test(code)) return null;
  const name = basename(file);
  const fix = otherwise[name];
  return new FairleadError('store.damaged', {
    message: `${name} is damaged (${code}). The ledger is another file, and may be whole.`,
    place: { file },
    ...(fix !== undefined && { fix }),
    cause: error,
  });
}
