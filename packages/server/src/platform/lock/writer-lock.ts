import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FairleadError } from '@fairlead/core/errors';
import BetterSqlite, { type Database } from 'better-sqlite3';
import { describeFull, writesTo } from '../db/disk-full.ts';
import { createPrivately } from '../files/index.ts';

const lockFile = 'writer.lock';
const infoFile = 'writer.json';

/** What to do about a file of a lock that has something in it. */
export const lockIsEmpty =
  'Nothing is ever kept in this file: remove it while no server runs, then try again.';

/** A database that nothing refers to is closed by the garbage collector, and its lock with it. */
const heldLocks = new Set<Database>();

/** What the process that writes a data folder says of itself, for commands that start beside it. */
export interface WriterInfo {
  readonly pid: number;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Path of the control socket (a pipe's name on Windows); null until it listens, or when there is none. */
  readonly controlSocket: string | null;
  /** File (0600) with the token that the socket asks for. */
  readonly tokenFile: string | null;
}

export interface WriterLock {
  /** Tells other processes where to reach this one. */
  publish(info: Pick<WriterInfo, 'controlSocket' | 'tokenFile'>): void;
  release(): void;
}

/**
 * Makes this process the one writer of a data folder. The lock is an exclusive one on an own file, which the system
 * drops with the process however it ends: there is no stale lock to judge by process ids, which are reused.
 * @param onHeld called once it is the writer, before it writes anything
 * @throws FairleadError `store.locked` when another process (or this one) has it, `store.full`.
 */
export function acquireWriterLock(
  dataDir: string,
  waitMs = 250,
  onHeld: () => void = () => undefined,
): WriterLock {
  const held = lock(dataDir, waitMs);
  if (held === null) throw lockedError(dataDir, readWriterInfo(dataDir));
  heldLocks.add(held);
  const own = { pid: process.pid, startedAt: new Date().toISOString(), controlSocket: null, tokenFile: null };
  try {
    onHeld();
    writeInfo(dataDir, own);
  } catch (cause) {
    heldLocks.delete(held);
    held.close();
    throw describeFull(cause, dataDir) ?? cause;
  }
  let released = false;
  return {
    publish: (info) => writeInfo(dataDir, { ...own, ...info }),
    release() {
      if (released) return;
      released = true;
      rmSync(join(dataDir, infoFile), { force: true });
      heldLocks.delete(held);
      held.close();
    },
  };
}

/** What the current writer said of itself; null when nobody holds the folder, or before it said anything. */
export function readWriterInfo(dataDir: string): WriterInfo | null {
  if (!existsSync(join(dataDir, lockFile))) return null;
  // A killed writer leaves its information behind, but not its lock.
  const free = lock(dataDir, 0);
  if (free !== null) {
    free.close();
    return null;
  }
  try {
    const info = JSON.parse(readFileSync(join(dataDir, infoFile), 'utf8')) as WriterInfo;
    return Number.isSafeInteger(info.pid) ? info : null;
  } catch {
    return null;
  }
}

function lock(dataDir: string, waitMs: number): Database | null {
  const file = join(dataDir, lockFile);
  writesTo(file);
  createPrivately(file);
  let database: Database | null = null;
  try {
    database = new BetterSqlite(file, { timeout: waitMs });
    // Nothing is ever written here, and a lock must be had on a full disk, too.
    database.pragma('journal_mode = memory');
    database.exec('begin exclusive');
    return database;
  } catch (cause) {
    database?.close();
    const code = (cause as { code?: string }).code ?? 'unknown';
    if (code.startsWith('SQLITE_BUSY')) return null;
    const full = describeFull(cause, file);
    if (full !== null) throw full;
    throw new FairleadError('store.unreadable', {
      message: `The data folder's lock can’t be used (${code}).`,
      place: { file },
      ...(/^SQLITE_(?:CORRUPT|NOTADB)/.test(code) && { fix: lockIsEmpty }),
      cause,
    });
  }
}

function writeInfo(dataDir: string, info: WriterInfo): void {
  const file = join(dataDir, infoFile);
  writeFileSync(`${file}.new`, `${JSON.stringify(info)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

function lockedError(dataDir: string, info: WriterInfo | null): FairleadError {
  const who = info ? ` Process ${info.pid} holds it since ${info.startedAt}.` : '';
  return new FairleadError('store.locked', {
    message: `The data folder is in use by another Fairlead process.${who}`,
    place: { file: dataDir },
  });
}
