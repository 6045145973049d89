import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { FairleadError } from '@fairlead/core/errors';
import { openSqlite, type PackedFile, packFile } from '../../../platform/db/index.ts';
import { acquireWriterLock } from '../../../platform/lock/index.ts';
import { describeSqlite, openSqliteWriter } from '../../ledger/sqlite-open.ts';

/** One file of a data folder, with its bytes before and after. */
export interface Packed extends PackedFile {
  readonly file: string;
}

const others = ['state.db', 'metrics.db', 'content.db'];

/**
 * Writes the databases of a data folder anew without their free room. Files of before then give room back by themselves
 * whenever something is pruned or erased, as new ones do. Each file needs as much room again while it is packed.
 * @throws FairleadError `ledger.not-found`, `store.locked` beside a server, `store.unreadable`
 */
export function packFolder(dataDir: string): readonly Packed[] {
  const ledger = join(dataDir, 'ledger.db');
  if (!existsSync(ledger)) throw new FairleadError('ledger.not-found', { place: { file: ledger } });
  const lock = acquireWriterLock(dataDir);
  try {
    const writer = openSqliteWriter(ledger, 'opened');
    const packed = [packOne(dataDir, 'ledger.db', writer)];
    for (const file of others) {
      if (!existsSync(join(dataDir, file))) continue;
      const database = openSqlite(join(dataDir, file));
      packed.push(packOne(dataDir, file, { database, close: () => database.close() }));
    }
    return packed;
  } finally {
    lock.release();
  }
}

function packOne(
  dataDir: string,
  file: string,
  { database, close }: { readonly database: Parameters<typeof packFile>[0]; close(): void },
): Packed {
  try {
    return { file, ...packFile(database, join(dataDir, file)) };
  } catch (error) {
    throw describeSqlite(error, join(dataDir, file));
  } finally {
    close();
  }
}
