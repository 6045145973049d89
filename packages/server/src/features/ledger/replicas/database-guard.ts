import { type ErrorCode, FairleadError, isFairleadError } from '@fairlead/core/errors';
import { openPool } from '../../../platform/db/index.ts';
import { adminEntry, type EntrySource } from '../admin-entry.ts';
import { type Draft, type Ledger, type LedgerState, nothingWritten } from '../api.ts';
import { admitsCall } from '../disk-guard.ts';
import { waitingOutcomes } from '../waiting-outcomes.ts';

/*
 * What can be known of the disk under a PostgreSQL database: how large the database is, and that a write was refused for
 * lack of room. How much is free can't be asked with SQL.
 */

/** When a database counts as full. */
export interface DatabaseLimits {
  /** Bytes that it may have; calls are refused a little before. Not watched without it. */
  readonly limitBytes?: number | undefined;
  readonly everyMs?: number;
  /** How often a database without room is asked whether it has some again. */
  readonly retryMs?: number;
}

type Level = NonNullable<LedgerState['disk']>;

interface Guarded {
  /** By its size. */
  level: Level;
  /** A write was refused for lack of room, and none has succeeded since. */
  refused: boolean;
  asking: Promise<unknown>;
  closed: boolean;
}

const mebibyte = 1024 * 1024;
const wellBelow = 1.25;

/**
 * Watches the room of a database. Near its limit, or once PostgreSQL said that its disk is full, calls are refused;
 * denials, outcomes and administration are still tried. Outcomes that found no room, or a database that was away, wait in
 * memory. It goes on by itself when there is room again.
 */
export async function guardDatabase<Guardee extends Ledger>(
  ledger: Guardee,
  url: string,
  source: EntrySource,
  limits: DatabaseLimits,
  log: (level: 'info' | 'warn' | 'error', message: string) => void,
): Promise<Guardee> {
  const state: Guarded = { level: 'ok', refused: false, asking: Promise.resolve(), closed: false };
  const write = (what: string, details: Readonly<Record<string, number>>) =>
    ledger.append([{ entry: adminEntry(source, what, details) }]);
  const size = limits.limitBytes === undefined ? null : watchSize(url, limits.limitBytes, state, write, log);
  await size?.look();
  const outcomes = waitingOutcomes(ledger);
  const recover = () => {
    if (state.closed) return;
    // Those that a database which was away did not take.
    if (!state.refused) return void (outcomes.count() > 0 && outcomes.retry());
    // What has room for this entry has room for a call.
    state.asking = write('ledger.disk-recovered', {}).then(
      () => {
        state.refused = false;
        void outcomes.retry();
        log('info', 'The database has room again: calls are admitted.');
      },
      () => undefined,
    );
  };
  const timers = [
    setInterval(recover, limits.retryMs ?? 2_000).unref(),
    setInterval(() => void size?.look(), limits.everyMs ?? 5_000).unref(),
  ];
  const disk = () => (state.refused ? 'full' : state.level);
  return {
    ...ledger,
    append: async (drafts: readonly Draft[], mayWait?: boolean) => {
      if (disk() !== 'ok' && drafts.some(admitsCall))
        throw new FairleadError('ledger.disk-low', { cause: nothingWritten });
      try {
        return await ledger.append(drafts, mayWait);
      } catch (error) {
        if (isDiskFull(error) && !state.refused) {
          state.refused = true;
          log('error', 'PostgreSQL says that its disk is full: calls are refused until there is room.');
        }
        throw outcomes.failed(drafts, error);
      }
    },
    state: () => ({ ...ledger.state(), disk: disk() }),
    close: async () => {
      state.closed = true;
      for (const timer of timers) clearInterval(timer);
      await state.asking;
      await outcomes.retry();
      await size?.close();
      await ledger.close();
    },
  };
}

function isDiskFull(error: unknown): boolean {
  const code: ErrorCode = 'ledger.disk-low';
  return isFairleadError(error) && error.code === code;
}

/** Compares the size of the database with its limit. */
function watchSize(
  url: string,
  limit: number,
  state: Guarded,
  write: (what: string, details: Readonly<Record<string, number>>) => Promise<unknown>,
  log: (level: 'info' | 'error', message: string) => void,
) {
  const low = Math.min(256 * mebibyte, limit / 20);
  const pool = openPool({ connectionString: url, max: 1, query_timeout: 15_000 });
  let noting: Promise<unknown> = Promise.resolve();
  const look = async () => {
    const { rows } = await pool
      .query<{ size: string }>('select pg_database_size(current_database()) as size')
      // A database that is away is told by the appends.
      .catch(() => ({ rows: [] }));
    if (rows[0] === undefined || state.closed) return;
    const bytes = Number(rows[0].size);
    const next = levelOf(limit - bytes, low, state.level);
    if (next === state.level) return;
    state.level = next;
    log(next === 'ok' ? 'info' : 'error', `${messages[next]} It has ${bytes} bytes of ${limit}.`);
    const details = { databaseBytes: bytes, limitBytes: limit };
    noting = noting.then(() => write(entries[next], details)).catch(() => undefined);
  };
  return {
    look,
    close: async () => {
      await noting;
      await pool.end();
    },
  };
}

const messages: { readonly [level in Level]: string } = {
  ok: 'The database has room again: calls are admitted.',
  low: 'The database is near its limit: calls are refused until there is room.',
  full: 'The database is over its limit: calls are refused until there is room.',
};

const entries: { readonly [level in Level]: string } = {
  ok: 'ledger.disk-recovered',
  low: 'ledger.disk-low',
  full: 'ledger.full',
};

function levelOf(left: number, low: number, before: Level): Level {
  if (left <= 0) return 'full';
  if (left < low) return 'low';
  return before === 'ok' || left >= low * wellBelow ? 'ok' : 'low';
}
