import { existsSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FairleadError } from '@fairlead/core/errors';
import { adminEntry, type EntrySource } from './admin-entry.ts';
import { type Draft, type Ledger, type LedgerState, nothingWritten } from './api.ts';

/** When a disk counts as full. Bytes; what isn't told depends on the size of the filesystem. */
export interface DiskLimits {
  /** Below it no call is admitted: 256 MiB, or a twentieth of a small filesystem. */
  readonly lowBytes?: number | undefined;
  /** Room that is kept for denials and a last entry: 16 MiB, or a fiftieth of a small filesystem. */
  readonly reserveBytes?: number;
  /** Bytes that are free, for tests. */
  readonly free?: () => number;
  readonly everyMs?: number;
}

export const reserveFile = 'ledger.reserve';

const mebibyte = 1024 * 1024;
/** A disk that hovers around the mark doesn't turn calls on and off with each of them. */
const wellAbove = 1.25;

type Level = NonNullable<LedgerState['disk']>;

interface Guarded {
  level: Level;
  /** What is being written about a change. */
  noting: Promise<unknown>;
}

/**
 * Watches the disk of a data folder. When little is free, calls are refused before the disk is full, and an entry says
 * so; what is left is for denials, outcomes and administration. When that runs out too, a reserve file is given up, so
 * that there is room for one last entry, `ledger.full`.
 */
export function guardDisk<Guardee extends Ledger>(
  ledger: Guardee,
  dataDir: string,
  source: EntrySource,
  limits: DiskLimits,
  log: (level: 'info' | 'warn' | 'error', message: string) => void,
): Guardee {
  const { blocks, bsize } = statfsSync(dataDir);
  const total = blocks * bsize;
  const low = limits.lowBytes ?? Math.min(256 * mebibyte, total / 20);
  const reserve = Math.floor(limits.reserveBytes ?? Math.min(16 * mebibyte, total / 50));
  const free = limits.free ?? (() => freeBytes(dataDir));
  const file = join(dataDir, reserveFile);
  const state: Guarded = { level: 'ok', noting: Promise.resolve() };
  const note = (what: string, bytes: number) => {
    const entry = adminEntry(source, what, { freeBytes: bytes, lowBytes: Math.floor(low) });
    state.noting = state.noting.then(() => ledger.append([{ entry }])).catch(() => undefined);
  };
  const look = () => {
    const bytes = free();
    const next = levelOf(bytes, low, reserve, state.level);
    if (next === 'ok' && !existsSync(file) && bytes > low + reserve) holdReserve(file, reserve);
    if (next === state.level) return;
    state.level = next;
    if (next === 'full') rmSync(file, { force: true });
    log(
      next === 'ok' ? 'info' : 'error',
      `${messageOf(next, ledger)} ${bytes} bytes are free at ${dataDir}.`,
    );
    note(entries[next], bytes);
  };
  look();
  const timer = setInterval(look, limits.everyMs ?? 1_000).unref();
  return {
    ...ledger,
    append: (drafts: readonly Draft[], mayWait?: boolean) => {
      if (state.level !== 'ok' && drafts.some(admitsCall)) {
        return Promise.reject(new FairleadError('ledger.disk-low', { cause: nothingWritten }));
      }
      return ledger.append(drafts, mayWait);
    },
    state: () => ({ ...ledger.state(), disk: state.level }),
    close: async () => {
      clearInterval(timer);
      await state.noting;
      await ledger.close();
    },
  };
}

const messages: { readonly [level in Level]: string } = {
  ok: 'The disk has room again: calls are admitted.',
  low: '[ledger.disk-low] The disk is nearly full: calls are refused until there is room. Make some, outside of the data folder.',
  full: '[ledger.disk-low] The disk is full: the reserve was given up for what still has to be recorded. Make room, outside of the data folder.',
};

function messageOf(level: Level, ledger: Pick<Ledger, 'state'>): string {
  if (level === 'ok' && !ledger.state().healthy)
    return 'The disk has room again, and the ledger failed meanwhile: restart the server.';
  return messages[level];
}

const entries: { readonly [level in Level]: string } = {
  ok: 'ledger.disk-recovered',
  low: 'ledger.disk-low',
  full: 'ledger.full',
};

function levelOf(bytes: number, low: number, reserve: number, before: Level): Level {
  if (bytes < Math.min(reserve, low)) return 'full';
  // The reserve that was given up must not look like room.
  if (before === 'full' && bytes < reserve * 2 && bytes < low) return 'full';
  if (bytes < low) return 'low';
  return before === 'ok' || bytes >= low * wellAbove ? 'ok' : 'low';
}

/** A decision that lets a call through; anything else is still recorded. */
export function admitsCall({ entry }: Draft): boolean {
  return entry.kind === 'decision' && entry.decision !== 'deny';
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/** Real bytes: a file with a hole in it would hold no room. */
function holdReserve(file: string, bytes: number): void {
  try {
    writeFileSync(file, Buffer.alloc(bytes, 0xff), { mode: 0o600 });
  } catch {
    rmSync(file, { force: true });
  }
}
