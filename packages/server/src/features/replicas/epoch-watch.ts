import type { Clock } from '@fairlead/core/ports';
import type pg from 'pg';
import { cutSession, type EpochArea, epochChannel, openSession } from '../../platform/db/index.ts';

/** What a replica holds in memory of one area, and how it is read again. */
export type Mirrors = { readonly [area in EpochArea]: () => Promise<void> };

export interface EpochWatchOptions {
  readonly url: string;
  readonly mirrors: Mirrors;
  readonly clock: Clock;
  readonly log: (level: 'info' | 'warn', message: string) => void;
}

/** Keeps a replica's memory as new as the database. */
export interface EpochWatch {
  /** Milliseconds since the database was asked last so that everything is known that was committed by then. */
  ageMs(): number;
  close(): Promise<void>;
}

/** However a notification got lost, this often the counters are read. */
const pollMs = 500;
const connectMs = 1_500;
const queryMs = 1_500;
const retryMs = 200;

/**
 * A moment by two clocks. The monotonic one stands still while a machine is suspended, the other one can be set back:
 * whichever says more counts.
 */
interface Moment {
  readonly monotonic: number;
  readonly wall: number;
}

interface State {
  freshAt: Moment;
  seen: Map<string, number>;
  closed: boolean;
  wake: () => void;
  /** A notification came while nobody waited for one. */
  woken: boolean;
}

/** Starts watching; resolves after everything was read once. @throws whatever keeps it from that */
export async function watchEpochs(options: EpochWatchOptions): Promise<EpochWatch> {
  const state: State = {
    freshAt: { monotonic: Number.NEGATIVE_INFINITY, wall: Number.NEGATIVE_INFINITY },
    seen: new Map(),
    closed: false,
    wake: () => {
      state.woken = true;
    },
    woken: false,
  };
  const first = await openListening(options.url, state, 0);
  try {
    await takeOver(first, options, state);
  } catch (error) {
    cutSession(first);
    throw error;
  }
  const watching = keepWatching(first, options, state);
  return {
    ageMs: () => {
      const { monotonic, wall } = momentOf(options.clock);
      return Math.max(monotonic - state.freshAt.monotonic, wall - state.freshAt.wall);
    },
    async close() {
      state.closed = true;
      state.wake();
      await watching;
    },
  };
}

async function keepWatching(first: pg.Client, options: EpochWatchOptions, state: State): Promise<void> {
  let session: pg.Client | null = first;
  let failures = 0;
  while (!state.closed) {
    try {
      if (session === null) {
        session = await openListening(options.url, state, failures);
        await takeOver(session, options, state);
        options.log('info', 'The database answers again.');
      }
      await sleep(state, pollMs);
      if (!state.closed) await takeOver(session, options, state);
      failures = 0;
    } catch (error) {
      if (session !== null) {
        options.log('warn', `The database does not answer, so calls will be refused: ${textOf(error)}`);
        cutSession(session);
      }
      session = null;
      failures += 1;
      await sleep(state, retryMs);
    }
  }
  if (session !== null) cutSession(session);
}

/** @param failures how often in a row it was tried: a machine that is busy gets more time, up to fourfold */
async function openListening(url: string, state: State, failures: number): Promise<pg.Client> {
  const patience = Math.min(1 + failures, 4);
  const session = await openSession(url, {
    application_name: 'fairlead-replica',
    connectionTimeoutMillis: connectMs * patience,
    query_timeout: queryMs * patience,
  });
  session.on('error', () => state.wake());
  session.on('notification', () => state.wake());
  try {
    await session.query(`listen ${epochChannel}`);
    return session;
  } catch (error) {
    cutSession(session);
    throw error;
  }
}

/** Reads what changed since the last time. Its knowledge is as old as the question, not as the answer. */
async function takeOver(
  session: pg.Client,
  { mirrors, clock }: EpochWatchOptions,
  state: State,
): Promise<void> {
  const asked = momentOf(clock);
  const { rows } = await session.query<{ area: string; epoch: string }>(
    'select area, epoch from config_epochs',
  );
  for (const { area, epoch } of rows) {
    if (state.seen.get(area) === Number(epoch)) continue;
    await mirrors[area as EpochArea]?.();
    state.seen.set(area, Number(epoch));
  }
  state.freshAt = asked;
}

async function sleep(state: State, milliseconds: number): Promise<void> {
  if (state.woken) {
    state.woken = false;
    return;
  }
  await new Promise<void>((done) => {
    const timer = setTimeout(done, milliseconds);
    state.wake = () => {
      clearTimeout(timer);
      done();
    };
  });
  state.woken = false;
  state.wake = () => {
    state.woken = true;
  };
}

function momentOf(clock: Clock): Moment {
  return { monotonic: performance.now(), wall: clock.now() };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
