import { closeSync, openSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { FairleadError, isFairleadError } from '@fairlead/core/errors';
import { hasRoom, isSystemFull, missingRoom } from '../../platform/files/room.ts';

/* Room that is kept in a file, for what still has to be written when there is none. */

export const reserveFile = 'ledger.reserve';

/** Locks, sockets, the write-ahead logs of all databases with their indexes, and the entries of a start. */
const startNeeds = 4 * 1024 * 1024;

/** Whether a reserve of so many bytes is there. One that a stop kept may be smaller. */
export function isHeld(dataDir: string, bytes: number): boolean {
  return (sizeOf(dataDir) ?? -1) >= bytes;
}

/** Real bytes: a file with a hole in it would hold no room. `no-room`: the disk is full, or the account's share of it. */
export function holdReserve(dataDir: string, bytes: number): 'held' | 'no-room' | 'failed' {
  try {
    writeFileSync(join(dataDir, reserveFile), Buffer.alloc(bytes, 0xff), { mode: 0o600 });
    return 'held';
  } catch (error) {
    giveUp(dataDir);
    return isSystemFull(error) ? 'no-room' : 'failed';
  }
}

/** Keeps what is left of the room, up to so many bytes, for the next start. */
export function holdWhatIsLeft(dataDir: string, bytes: number): void {
  if (isHeld(dataDir, bytes)) return;
  const block = Buffer.alloc(16 * 1024, 0xff);
  let handle: number | null = null;
  try {
    handle = openSync(join(dataDir, reserveFile), 'w', 0o600);
    for (let at = 0; at < bytes; ) at += writeSync(handle, block, 0, Math.min(block.length, bytes - at), at);
  } catch {
    // As much as there was.
  } finally {
    if (handle !== null) closeSync(handle);
  }
}

export function giveUp(dataDir: string): void {
  rmSync(join(dataDir, reserveFile), { force: true });
}

/** Gives the reserve up where a start would find no room without it. For the one writer of a folder, before it writes. */
export function makeRoomToStart(dataDir: string): boolean {
  if ((sizeOf(dataDir) ?? 0) === 0 || hasRoom(dataDir, startNeeds)) return false;
  giveUp(dataDir);
  return true;
}

/** Why a start found no room, with how many bytes are missing; any other error as it is. */
export function tellMissing(error: unknown, dataDir: string): unknown {
  if (!isFairleadError(error) || (error.code !== 'store.full' && error.code !== 'ledger.disk-low'))
    return error;
  const missing = missingRoom(dataDir, startNeeds);
  if (missing === 0) return error;
  return new FairleadError('store.full', {
    message: `There is no room on the disk to start: of ${startNeeds} bytes that a start may need ${missing} are missing.`,
    place: { file: dataDir },
    cause: error,
  });
}

function sizeOf(dataDir: string): number | undefined {
  return statSync(join(dataDir, reserveFile), { throwIfNoEntry: false })?.size;
}
