import { existsSync, statfsSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { FairleadError } from '@fairlead/core/errors';
import Database from 'better-sqlite3';
import { damagedFile } from '../../platform/db/damaged.ts';
import { isDiskFull } from '../../platform/db/disk-full.ts';
import { assertSchema, migrateSqlite } from '../../platform/db/migrations.ts';
import { prepareRoom } from '../../platform/db/sqlite-room.ts';
import { createPrivately } from '../../platform/files/index.ts';
import { type QuotaProbe, quotaProbe } from '../../platform/files/room.ts';
import { lockIsEmpty } from '../../platform/lock/index.ts';
import { ledgerMigrations } from './migrations.ts';
import { assertNotMoved } from './move-mark.ts';
import { withQuota } from './sqlite-failures.ts';
import { foldIn } from './sqlite-fold-in.ts';

/** Types of filesystems (Linux `statfs`) whose locks and syncs can't be trusted: NFS, SMB, CIFS, SMB2, AFS, Ceph. */
const networkFilesystems = new Set([0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x5346414f, 0x00c36400]);

const synchronousFull = 2;

/** A ledger database that this process alone writes. */
export interface SqliteWriter {
  readonly database: Database.Database;
  /** Null in memory, where there is none. */
  readonly quota: QuotaProbe | null;
  /** Throws when the files that are written to are no longer those at the path. */
  assertInPlace(): void;
  close(): void;
}

/**
 * Opens (and creates) the database for its one writer: lock held, WAL with synchronous=FULL set and read back, the
 * old write-ahead log folded in if there is room. `:memory:` is for tests of the store.
 * @param moved whether a ledger that was copied to PostgreSQL is refused, as it is unless it is only to be copied again
 * @throws FairleadError `store.locked`, `store.not-durable`, `store.network-filesystem`, `store.moved`, `store.move-unfinished`, `ledger.corrupt`.
 */
export function openSqliteWriter(file: string, moved: 'refused' | 'opened' = 'refused'): SqliteWriter {
  const memory = file === ':memory:';
  if (!memory) refuseNetwork(file);
  const lock = memory ? null : holdLock(`${file}.lock`);
  if (!memory) createPrivately(file);
  const quota = memory ? null : quotaProbe(`${file}.room`);
  try {
    const database = new Database(file, { timeout: 5000 });
    try {
      // Nothing is folded in before it is known whether there is room for that.
      database.pragma('wal_autocheckpoint = 0');
      prepareRoom(database);
      const endFolding = memory ? () => undefined : makeDurable(database, file);
      migrateSqlite(database, ledgerMigrations);
      if (moved === 'refused') assertNotMoved(database, file);
      return {
        database,
        quota,
        assertInPlace: placeGuard(file),
        close: () => {
          endFolding();
          closeWriter(database, lock, quota);
        },
      };
    } catch (error) {
      database.close();
      throw error;
    }
  } catch (error) {
    const told = describeSqlite(withQuota(error, quota), file);
    quota?.close();
    lock?.close();
    throw told;
  }
}

/**
 * Opens an existing database for reading, beside a running writer or without one.
 * @throws FairleadError `ledger.not-found`, `server.schema-newer`, `server.schema-older`, `ledger.corrupt`.
 */
export function openSqliteReader(file: string): Database.Database {
  if (!existsSync(file)) throw new FairleadError('ledger.not-found', { place: { file } });
  let database: Database.Database | null = null;
  try {
    database = new Database(file, { readonly: true, timeout: 5000 });
    database.pragma('query_only = 1');
    if (database.prepare("select 1 from sqlite_master where name = 'log_identity'").get() === undefined) {
      throw new FairleadError('ledger.not-found', { place: { file } });
    }
    assertSchema(database, ledgerMigrations);
    return database;
  } catch (error) {
    database?.close();
    throw describeSqlite(error, file);
  }
}

/** @throws FairleadError `store.moved`, `store.move-unfinished` for a ledger that goes to PostgreSQL; of a file that isn't there, nothing. */
export function refuseMoved(file: string): void {
  if (!existsSync(file)) return;
  const database = openSqliteReader(file);
  try {
    assertNotMoved(database, file);
  } finally {
    database.close();
  }
}

function closeWriter(
  database: Database.Database,
  lock: Database.Database | null,
  quota: QuotaProbe | null,
): void {
  try {
    if (database.open && lock !== null) database.pragma('wal_checkpoint(TRUNCATE)');
  } catch {
    // A database that failed has nothing to fold in; its write-ahead log is read at the next start.
  }
  database.close();
  quota?.close();
  lock?.close();
}

/**
 * An exclusive lock on a file of its own. The system drops it with the process, so there is no stale lock, and readers
 * of the database aren't kept out.
 */
function holdLock(file: string): Database.Database {
  createPrivately(file);
  const lock = new Database(file, { timeout: 0 });
  try {
    // Nothing is ever written here, and a lock must be had on a full disk, too.
    lock.pragma('journal_mode = memory');
    lock.exec('begin exclusive');
    return lock;
  } catch (error) {
    lock.close();
    if (damagedFile(error, file) !== null) {
      throw new FairleadError('store.unreadable', {
        message: 'The file of the ledger’s lock holds something else.',
        place: { file },
        fix: lockIsEmpty,
        cause: error,
      });
    }
    if ((error as { code?: string }).code !== 'SQLITE_BUSY') throw error;
    throw new FairleadError('store.locked', {
      message: 'Another process is writing this ledger; there can be only one.',
      place: { file },
    });
  }
}

/** @returns what is to be called before the database is closed */
function makeDurable(database: Database.Database, file: string): () => void {
  expectSetting(database, 'journal_mode', 'wal', 'wal');
  expectSetting(database, 'synchronous', 'FULL', synchronousFull);
  if (process.platform === 'darwin') {
    expectSetting(database, 'fullfsync', '1', 1);
    expectSetting(database, 'checkpoint_fullfsync', '1', 1);
  }
  // Indexes over digests are written all over: what is read again stays in memory.
  database.pragma('cache_size = -16000');
  const endFolding = foldIn(database, file);
  if (endFolding === null) {
    throw new FairleadError('store.locked', {
      message: 'The write-ahead log could not be folded in: another process is reading this ledger.',
      fix: 'Wait for the reading command to end, then start again.',
    });
  }
  return endFolding;
}

function expectSetting(database: Database.Database, name: string, value: string, expected: unknown): void {
  database.pragma(`${name} = ${value}`);
  const read = database.pragma(name, { simple: true });
  if (read === expected) return;
  throw new FairleadError('store.not-durable', {
    message: `SQLite did not take ${name}=${value}: it reads ${String(read)}.`,
  });
}

/** SQLite goes on writing to a file that was removed or replaced; what is written there is lost. */
function placeGuard(file: string): () => void {
  if (file === ':memory:') return () => undefined;
  const files = [file, `${file}-wal`];
  const opened = files.map(identityOf);
  return () => {
    files.forEach((path, i) => {
      const found = identityOf(path);
      // The write-ahead log appears with the first write.
      opened[i] ??= found;
      if (found === opened[i]) return;
      throw new FairleadError('ledger.unavailable', {
        message: 'The ledger database was removed or replaced while it was in use.',
      });
    });
  };
}

function identityOf(path: string): string | null {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? null : `${found.dev}:${found.ino}`;
}

function refuseNetwork(file: string): void {
  const folder = file.replace(/[^/\\]*$/, '') || '.';
  if (process.platform === 'linux' && networkFilesystems.has(statfsSync(folder).type >>> 0)) {
    throw new FairleadError('store.network-filesystem');
  }
}

/** An error of SQLite as one of ours; any other as it is. */
export function describeSqlite(error: unknown, file: string): unknown {
  const code = (error as { code?: string }).code ?? '';
  if (/^SQLITE_(?:CORRUPT|NOTADB)/.test(code)) {
    const isOther = file.endsWith('.db') && basename(file) !== 'ledger.db';
    return isOther
      ? damagedFile(error, file)
      : new FairleadError('ledger.corrupt', { place: { file }, cause: error });
  }
  if (isDiskFull(error)) return new FairleadError('store.full', { place: { file }, cause: error });
  if (code.startsWith('SQLITE_')) {
    return new FairleadError('store.unreadable', {
      message: `SQLite: ${code}.`,
      place: { file },
      cause: error,
    });
  }
  return error;
}
