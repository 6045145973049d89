import { basename } from 'node:path';
import { FairleadError } from '@fairlead/core/errors';

/** What to do instead of restoring a backup. */
const otherwise: Readonly<Record<string, string>> = {
  'metrics.db': 'Start the server: it sets the file aside and builds it again from the ledger.',
  'witness.db':
    'Move the file away, with its -wal and -shm, and start the witness again: it knows from beside its key what it cosigned.',
};

/** Those that have a folder of their own, without a ledger. */
const apart: ReadonlySet<string> = new Set(['witness.db']);

/** SQLite's word that a file is damaged, or no database at all, as an error that names the file; null for any other error. */
export function damagedFile(error: unknown, file: string): FairleadError | null {
  const { code } = (error ?? {}) as { code?: unknown };
  if (typeof code !== 'string' || !/^SQLITE_(?:CORRUPT|NOTADB)/.test(code)) return null;
  const name = basename(file);
  const fix = otherwise[name];
  return new FairleadError('store.damaged', {
    message: `${name} is damaged (${code}).${apart.has(name) ? '' : ' The ledger is another file, and may be whole.'}`,
    place: { file },
    ...(fix !== undefined && { fix }),
    cause: error,
  });
}
