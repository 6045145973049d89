import { closeSync, fsyncSync, openSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type Database from 'better-sqlite3';
import { hasRoom } from '../../platform/files/room.ts';

/** Pages of the write-ahead log from which on a commit folds them in. */
const foldedFrom = 4_000;
/** Room that folding in leaves for what else a start writes, bytes. */
const leftOver = 1024 * 1024;
const lookAgainMs = 5_000;

/**
 * Folds in what an earlier process left in the write-ahead log. That adds pages to the database, and where the disk has no
 * room for them it would take what there is from the entries that still have to be written: then the log is only synced, so
 * that what is read from it lasts, and folding in waits until there is room.
 * @param database one that folds nothing in by itself (`wal_autocheckpoint = 0`)
 * @returns null while somebody reads from that log, else what ends the waiting
 */
export function foldIn(database: Database.Database, file: string): (() => void) | null {
  if (hasRoomToFold(database, file)) {
    database.pragma(`wal_autocheckpoint = ${foldedFrom}`);
    const [folded] = database.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
    return folded?.busy === 0 ? () => undefined : null;
  }
  sync(`${file}-wal`);
  const timer = setInterval(() => {
    if (database.open && !canFold(database, file)) return;
    clearInterval(timer);
    // With the next commit.
    if (database.open) database.pragma(`wal_autocheckpoint = ${foldedFrom}`);
  }, lookAgainMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** False also where nobody can tell now: whatever fails here, the next commit meets. */
function canFold(database: Database.Database, file: string): boolean {
  try {
    return hasRoomToFold(database, file);
  } catch {
    return false;
  }
}

function hasRoomToFold(database: Database.Database, file: string): boolean {
  const number = (name: string) => Number(database.pragma(name, { simple: true }));
  const growth = number('page_count') * number('page_size') - statSync(file).size;
  if (growth <= 0) return true;
  const folder = dirname(file);
  const { bavail, bsize } = statfsSync(folder);
  const needed = growth + leftOver;
  return bavail * bsize >= needed && hasRoom(folder, needed);
}

function sync(file: string): void {
  const handle = openSync(file, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
