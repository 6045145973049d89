import { closeSync, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';

/* What `statfs` doesn't tell: a quota leaves an account less than the filesystem has. Only a write shows it. */

const { EDQUOT } = constants.errno;

/** The system's word for an error, as `code` should have it: Node knows no name for that of a quota. */
export function systemCode(error: unknown): unknown {
  const { code, errno } = (error ?? {}) as { code?: unknown; errno?: unknown };
  return EDQUOT !== undefined && errno === -EDQUOT ? 'EDQUOT' : code;
}

/** Whether the disk is full, or the account's share of it. */
export function isSystemFull(error: unknown): boolean {
  return noRoom.has(systemCode(error));
}

const noRoom: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT']);

const block = Buffer.alloc(4096, 0xa5);
/** A transaction that a quota refused may have wanted more than one block. */
const quotaBytes = 64 * 1024;

type Write = (handle: number, bytes: Uint8Array, offset: number, length: number, position: number) => number;

/** Asks about the quota that new bytes in a folder count against. */
export interface QuotaProbe {
  /** True only when the system says so: a file of ours could not grow by 64 KiB, and the reason was the quota. */
  isSpent(): boolean;
  close(): void;
}

/**
 * Makes a file that has no name any more, and holds it open, since making one where nothing may be written would fail for
 * reasons of its own. Where it can't be made, no quota is ever said to be spent.
 */
export function quotaProbe(file: string, write: Write = writeSync): QuotaProbe {
  let handle: number | null = null;
  try {
    handle = openNameless(file);
  } catch {
    // It says nothing, then.
  }
  return {
    isSpent: () => handle !== null && grow(handle, quotaBytes, write) === 'EDQUOT',
    close() {
      if (handle !== null) closeSync(handle);
      handle = null;
    },
  };
}

/** Whether so many bytes may be written in a folder now. True when that can't be told. */
export function hasRoom(folder: string, bytes: number, write: Write = writeSync): boolean {
  return missingRoom(folder, bytes, write) === 0;
}

/** How many of so many bytes can't be written in a folder now. 0 when that can't be told. */
export function missingRoom(folder: string, bytes: number, write: Write = writeSync): number {
  let handle: number | null = null;
  let written = 0;
  const counting: Write = (...args) => {
    const more = write(...args);
    written += more;
    return more;
  };
  try {
    handle = openNameless(join(folder, 'fairlead.room'));
    return noRoom.has(grow(handle, bytes, counting)) ? bytes - written : 0;
  } catch (error) {
    return isSystemFull(error) ? bytes : 0;
  } finally {
    if (handle !== null) closeSync(handle);
  }
}

/** Writes real bytes, gives them back, and says which error kept them from being written; null when none did. */
function grow(handle: number, bytes: number, write: Write): unknown {
  try {
    for (let at = 0; at < bytes; ) {
      const written = write(handle, block, 0, block.length, at);
      if (written === 0) return 'unknown';
      at += written;
    }
    return null;
  } catch (error) {
    return systemCode(error) ?? 'unknown';
  } finally {
    giveBack(handle);
  }
}

function giveBack(handle: number): void {
  try {
    ftruncateSync(handle, 0);
  } catch {
    // It goes when the file is closed.
  }
}

/** Windows removes the name when the file is closed. */
function openNameless(file: string): number {
  const handle = openSync(file, 'w', 0o600);
  rmSync(file, { force: true });
  return handle;
}
