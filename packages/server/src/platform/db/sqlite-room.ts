import { statSync } from 'node:fs';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import type { Database } from 'better-sqlite3';

/*
 * What is deleted from a SQLite file leaves it: its bytes are overwritten, its pages go back to the filesystem, and the
 * write-ahead log, which holds what they were, is cut.
 */

const incremental = 2;

/** To be asked before anything is written: a file that has tables already keeps the way it has until it is packed. */
export function prepareRoom(database: Database): void {
  // Said again it would be written again, which an open on a full disk has no room for.
  if (database.pragma('auto_vacuum', { simple: true }) !== incremental)
    database.pragma('auto_vacuum = incremental');
  // Within pages that are written anyway; whoever deletes for good also overwrites the pages that become free.
  database.pragma('secure_delete = fast');
}

/** Pages that become free meanwhile are overwritten, too: what is deleted must not lie in the file any more. */
export function overwriting<Result>(database: Database, work: () => Result): Result {
  database.pragma('secure_delete = on');
  try {
    return work();
  } finally {
    database.pragma('secure_delete = fast');
  }
}

/** The same for work that waits; on PostgreSQL (null) there is nothing to set. */
export async function overwritingAll<Result>(
  database: Database | null,
  work: () => Promise<Result>,
): Promise<Result> {
  database?.pragma('secure_delete = on');
  try {
    return await work();
  } finally {
    database?.pragma('secure_delete = fast');
  }
}

/** A quarter of a mebibyte, so that nobody waits for it. */
const pagesPerStep = 64;

/**
 * Gives some free pages back, or at the end cuts the write-ahead log. `busy`: somebody still reads from that log; nobody
 * is waited for.
 */
export function giveBackStep(database: Database): 'more' | 'busy' | 'done' {
  if (database.inTransaction) return 'busy';
  const free = () => Number(database.pragma('freelist_count', { simple: true }));
  if (database.pragma('auto_vacuum', { simple: true }) === incremental && free() > 0) {
    // Run to its end, which a prepared statement isn't: it gives back one page.
    database.exec(`pragma incremental_vacuum(${pagesPerStep})`);
    return 'more';
  }
  return cutLog(database) ? 'done' : 'busy';
}

/** Folds the write-ahead log in and cuts it. False while somebody reads from it; nobody is waited for. */
export function cutLog(database: Database): boolean {
  const wait = Number(database.pragma('busy_timeout', { simple: true }));
  database.pragma('busy_timeout = 0');
  try {
    const [found] = database.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
    return found?.busy === 0;
  } finally {
    database.pragma(`busy_timeout = ${wait}`);
  }
}

const tries = 50;
const pauseMs = 100;

/** All steps, with room for others between them. False when somebody read all the while: the next one ends it. */
export async function giveBack(database: Database): Promise<boolean> {
  for (let busy = 0; busy < tries && database.open; ) {
    const step = giveBackStep(database);
    if (step === 'done') return true;
    if (step === 'busy') {
      busy += 1;
      await sleep(pauseMs);
    } else await setImmediate();
  }
  return false;
}

export interface PackedFile {
  /** Bytes before and after, of the file with its write-ahead log. */
  readonly before: number;
  readonly after: number;
}

/** Writes a file anew without its free room, in the way of new files. Needs as much room again meanwhile. */
export function packFile(database: Database, file: string): PackedFile {
  const bytes = () =>
    [file, `${file}-wal`].reduce(
      (sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
  const before = bytes();
  database.pragma('auto_vacuum = incremental');
  database.exec('vacuum');
  database.pragma('wal_checkpoint(TRUNCATE)');
  return { before, after: bytes() };
}
