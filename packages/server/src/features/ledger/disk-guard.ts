import { statfsSync } from 'node:fs';
import { type ErrorCode, FairleadError, isFairleadError } from '@fairlead/core/errors';
import { adminEntry, type EntrySource } from './admin-entry.ts';
import { type Draft, type Ledger, type LedgerState, nothingWritten } from './api.ts';
import { giveUp, holdReserve, holdWhatIsLeft, isHeld } from './reserve.ts';
import { type WaitingOutcomes, waitingOutcomes } from './waiting-outcomes.ts';

/** When a disk counts as full. Bytes; what isn't told depends on the size of the filesystem. */
export interface DiskLimits {
  /** Below it no call is admitted: 256 MiB, or a twentieth of a small filesystem. */
  readonly lowBytes?: number | undefined;
  /** Room that is kept for denials and a last entry: 16 MiB, or a fiftieth of a small filesystem. */
  readonly reserveBytes?: number;
  /** Bytes that are free, for tests. */
  readonly free?: () => number;
  readonly everyMs?: number;
  /** Holds the reserve, for tests. */
  readonly hold?: typeof holdReserve;
}

const mebibyte = 1024 * 1024;
/** Trying to hold the reserve writes what there is room for: that is left out up to so many looks in a row. */
const mostLeftOut = 7;
/** A disk that hovers around the mark doesn't turn calls on and off with each of them. */
const wellAbove = 1.25;

type Level = NonNullable<LedgerState['disk']>;

interface Guarded {
  level: Level;
  /** Since when writes find no room, milliseconds; null once one did. The disk may have filled between two looks. */
  fullSince: number | null;
  /** Calls that were turned away since. */
  turnedAway: number;
  /** The reserve found no room: looks that are still left out, and how many were. */
  leaveOut: number;
  leftOut: number;
  /** What is being written about a change. */
  noting: Promise<unknown>;
}

/** What is the same at every look. */
interface Watch {
  readonly ledger: Ledger;
  readonly dataDir: string;
  readonly source: EntrySource;
  readonly log: (level: 'info' | 'warn' | 'error', message: string) => void;
  readonly low: number;
  readonly reserve: number;
  readonly free: () => number;
  readonly hold: typeof holdReserve;
  readonly state: Guarded;
  readonly outcomes: WaitingOutcomes;
}

/**
 * Watches the disk of a data folder. When little is free, calls are refused before the disk is full, and an entry says
 * so; what is left is for denials, outcomes and administration. When that runs out too, or a write finds no room before
 * anybody looked, a reserve file is given up, so that there is room for one last entry, `ledger.full`. Outcomes that
 * find none, or whose disk hangs, wait in memory. It goes on by itself when there is room, which is when the reserve can be held: a quota leaves
 * less than the disk has.
 */
export function guardDisk<Guardee extends Ledger>(
  ledger: Guardee,
  dataDir: string,
  source: EntrySource,
  limits: DiskLimits,
  log: Watch['log'],
): Guardee {
  const { blocks, bsize } = statfsSync(dataDir);
  const total = blocks * bsize;
  const low = limits.lowBytes ?? Math.min(256 * mebibyte, total / 20);
  const reserve = Math.floor(limits.reserveBytes ?? Math.min(16 * mebibyte, total / 50));
  const free = limits.free ?? (() => freeBytes(dataDir));
  const state: Guarded = {
    level: 'ok',
    fullSince: null,
    turnedAway: 0,
    leaveOut: 0,
    leftOut: 0,
    noting: Promise.resolve(),
  };
  const outcomes = waitingOutcomes(ledger);
  const { hold = holdReserve } = limits;
  const watch: Watch = { ledger, dataDir, source, log, low, reserve, free, hold, state, outcomes };
  look(watch);
  const timer = setInterval(() => look(watch), limits.everyMs ?? 1_000).unref();
  const disk = () => (state.fullSince === null ? state.level : 'full');
  return {
    ...ledger,
    append: (drafts: readonly Draft[], mayWait?: boolean) => {
      if (disk() !== 'ok' && drafts.some(admitsCall)) {
        state.turnedAway += 1;
        return Promise.reject(new FairleadError('ledger.disk-low', { cause: nothingWritten }));
      }
      return ledger.append(drafts, mayWait).catch((error: unknown) => {
        if (foundNoRoom(error)) ranOut(watch);
        throw outcomes.failed(drafts, error);
      });
    },
    state: () => ({ ...ledger.state(), disk: disk() }),
    close: async () => {
      clearInterval(timer);
      await state.noting;
      await outcomes.retry();
      await ledger.close();
      if (disk() !== 'ok') holdWhatIsLeft(dataDir, reserve);
    },
  };
}

function look(watch: Watch): void {
  const { dataDir, low, reserve, state, outcomes } = watch;
  const bytes = watch.free();
  const told = levelOf(bytes, low, reserve, state.level);
  const next = told === 'ok' && bytes > low + reserve && !keepsReserve(watch) ? 'low' : told;
  if (outcomes.count() > 0) void outcomes.retry();
  if (state.fullSince !== null) {
    state.level = next;
    if (next === 'ok') state.noting = state.noting.then(() => goOn(watch, bytes));
    return;
  }
  if (next === state.level) return;
  state.level = next;
  if (next === 'full') giveUp(dataDir);
  say(watch, next, bytes);
  note(watch, entries[next], bytes);
}

/** False while there is no room for the reserve, whatever the disk says. */
function keepsReserve({ dataDir, reserve, hold, state }: Watch): boolean {
  if (isHeld(dataDir, reserve)) return true;
  if (state.leaveOut > 0) {
    state.leaveOut -= 1;
    return false;
  }
  const found = hold(dataDir, reserve);
  state.leftOut = found === 'no-room' ? Math.min(state.leftOut * 2 + 1, mostLeftOut) : 0;
  state.leaveOut = state.leftOut;
  return found !== 'no-room';
}

/** A write found no room: what was reserved is for what still has to be recorded. */
function ranOut(watch: Watch): void {
  const { dataDir, source, state } = watch;
  if (state.fullSince !== null) return;
  state.fullSince = source.clock.now();
  state.turnedAway = 0;
  // The look that gave the reserve up said so.
  if (state.level === 'full') return;
  const bytes = watch.free();
  giveUp(dataDir);
  say(watch, 'full', bytes);
  note(watch, entries.full, bytes);
}

/** What has room for an entry that says so has room for a call. */
async function goOn(watch: Watch, bytes: number): Promise<void> {
  const { ledger, dataDir, source, state } = watch;
  if (state.fullSince === null) return;
  const fullSince = new Date(state.fullSince).toISOString();
  const details = { ...roomOf(watch, bytes), fullSince, callsRefused: state.turnedAway };
  try {
    await ledger.append([{ entry: adminEntry(source, entries.ok, details) }]);
    state.fullSince = null;
    say(watch, 'ok', bytes);
  } catch {
    giveUp(dataDir);
    // The next look tries again; of a ledger that failed for good, its own message tells.
  }
}

function say({ ledger, dataDir, low, log }: Watch, level: Level, bytes: number): void {
  const hidden = level !== 'ok' && bytes >= low ? ' A quota may leave less of them.' : '';
  log(
    level === 'ok' ? 'info' : 'error',
    `${messageOf(level, ledger)} ${bytes} bytes are free at ${dataDir}.${hidden}`,
  );
}

function note(watch: Watch, what: string, bytes: number): void {
  const { ledger, source, state } = watch;
  const entry = adminEntry(source, what, roomOf(watch, bytes));
  state.noting = state.noting.then(() => ledger.append([{ entry }])).catch(() => undefined);
}

function roomOf({ low }: Watch, bytes: number): { readonly freeBytes: number; readonly lowBytes: number } {
  return { freeBytes: bytes, lowBytes: Math.floor(low) };
}

function foundNoRoom(error: unknown): boolean {
  const code: ErrorCode = 'ledger.disk-low';
  return isFairleadError(error) && error.code === code;
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
