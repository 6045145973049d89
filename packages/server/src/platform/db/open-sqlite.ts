import { existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { FairleadError } from '@fairlead/core/errors';
import BetterSqlite, { type Database } from 'better-sqlite3';
import { createPrivately } from '../files/index.ts';
import { damagedFile } from './damaged.ts';
import { describeFull, writesTo } from './disk-full.ts';
import { prepareRoom } from './sqlite-room.ts';

export interface OpenSqliteOptions {
  /** Opens an existing store without the right to change it, also beside the process that writes it. */
  readonly readonly?: boolean;
  /** How long a statement waits for another connection's lock; 5 s when absent. */
  readonly busyTimeoutMs?: number;
}

/** Types of filesystems by Linux `statfs`: NFS, SMB, CIFS, SMB2, AFS, Ceph, Coda. */
const networkFilesystems = new Set([
  0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x5346414f, 0x00c36400, 0x73757245,
]);

/**
 * Opens a SQLite file so that a commit it confirms survives a power cut: WAL with synchronous=FULL (and fullfsync on
 * macOS), set and read back on this connection. `:memory:` is for tests and has none of it.
 * @throws FairleadError `store.network-filesystem`, `store.not-durable`, `store.full`, `store.unreadable`.
 */
export function openSqlite(file: string, options: OpenSqliteOptions = {}): Database {
  const timeout = options.busyTimeoutMs ?? 5_000;
  const memory = file === ':memory:';
  if (options.readonly && !existsSync(file)) {
    throw new FairleadError('store.unreadable', {
      message: 'There is no store at this path.',
      place: { file },
    });
  }
  if (!memory && !options.readonly) refuseNetworkFilesystem(file);
  if (!memory && !options.readonly) {
    writesTo(file);
    createPrivately(file);
  }
  let database: Database | null = null;
  try {
    database = new BetterSqlite(file, { readonly: options.readonly ?? false, timeout });
    database.pragma('foreign_keys = on');
    database.pragma('trusted_schema = off');
    if (options.readonly) database.pragma('query_only = on');
    else if (!memory) {
      prepareRoom(database);
      makeDurable(database, file);
    }
    return database;
  } catch (error) {
    database?.close();
    if (error instanceof FairleadError) throw error;
    const damaged = damagedFile(error, file);
    if (damaged !== null) throw damaged;
    const code = (error as { code?: string }).code ?? 'unknown';
    const full = describeFull(error, file);
    if (full !== null) throw full;
    throw new FairleadError('store.unreadable', {
      message: `The store can’t be opened (${code}).`,
      place: { file },
      cause: error,
    });
  }
}

function makeDurable(database: Database, file: string): void {
  const wanted: Readonly<Record<string, string | number>> = {
    journal_mode: 'wal',
    // better-sqlite3 sets NORMAL under WAL, which confirms commits that a power cut undoes.
    synchronous: 2,
    ...(process.platform === 'darwin' && { fullfsync: 1, checkpoint_fullfsync: 1 }),
  };
  for (const [name, value] of Object.entries(wanted)) {
    database.pragma(`${name} = ${value}`);
    const read = database.pragma(name, { simple: true });
    if (read !== value) {
      throw new FairleadError('store.not-durable', {
        message: `SQLite kept ${name} at ${String(read)} instead of ${value}.`,
        place: { file },
      });
    }
  }
}

/** SQLite's locks and syncs can't be trusted there. Other systems than Linux don't say what a filesystem is. */
export function refuseNetworkFilesystem(
  file: string,
  typeOf: (folder: string) => number = (folder) => statfsSync(folder).type,
): void {
  if (process.platform !== 'linux') return;
  const folder = dirname(file);
  if (!existsSync(folder)) return;
  if (networkFilesystems.has(typeOf(folder) >>> 0)) {
    throw new FairleadError('store.network-filesystem', { place: { file } });
  }
}
