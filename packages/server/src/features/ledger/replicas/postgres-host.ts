import { FairleadError, isFairleadError } from '@fairlead/core/errors';
import type { HostStart, LedgerHost } from '../host.ts';
import type { Instance } from '../instance.ts';
import { readLogFile } from '../log-files.ts';
import { loadLog, newestTimestamp } from '../log-start.ts';
import { createSealer, type Sealer } from '../sealer.ts';
import { openPostgresStore, type PostgresStore } from '../store-postgres.ts';
import type { WorkerNews } from '../worker-host.ts';
import { type Lead, tryToLead } from './leadership.ts';
import { postgresLeases } from './leases.ts';

export interface PostgresHostOptions {
  readonly url: string;
  readonly keysDir: string;
  /** Whether this replica may sign; one that serves calls only needn't have the key. */
  readonly maySign: boolean;
  readonly instance: Instance;
  /** From growth to the signed checkpoint, milliseconds. */
  readonly sealAfterMs: number;
  readonly renewEveryMs?: number;
}

/** How often a replica that doesn't lead looks whether it could, and what was signed meanwhile. */
const lookEveryMs = 500;
const renewEveryMs = 5_000;
const firstLogBoundMs = 15_000;

interface State {
  lead: Lead | null;
  sealer: Sealer | null;
  closed: boolean;
  /** Said once, not at every round. */
  failing: boolean;
  /** Rounds don't overlap. */
  round: Promise<void>;
}

/**
 * A replica's part of a ledger in PostgreSQL. Every replica appends; one of them leads, integrates and signs. When the
 * leader is gone another one takes over within a second or so.
 * @throws FairleadError `ledger.rolled-back`, `ledger.key-invalid`, `store.not-durable`, `ledger.unavailable`
 */
export async function startPostgresHost(
  options: PostgresHostOptions,
  news: WorkerNews,
): Promise<{ readonly host: LedgerHost; readonly start: HostStart }> {
  const store = await openPostgresStore(options.url);
  const leases = postgresLeases(store.pool);
  const state: State = { lead: null, sealer: null, closed: false, failing: false, round: Promise.resolve() };
  const look = () => {
    state.round = state.round.then(() => oneRound(store, options, state, news));
    return state.round;
  };
  const timers = [
    setInterval(() => void look(), Math.min(lookEveryMs, options.sealAfterMs)),
    setInterval(
      () => void leases.renew(options.instance).catch((error: Error) => news.onBroken(error)),
      options.renewEveryMs ?? renewEveryMs,
    ),
  ];
  const close = async () => {
    state.closed = true;
    for (const timer of timers) clearInterval(timer);
    await state.round;
    await state.lead?.end();
    await leases.end(options.instance).catch(() => undefined);
    await store.close();
  };
  try {
    await leases.renew(options.instance);
    // A key or a database that isn't the log's is said now, not at the first attempt to sign.
    if (options.maySign && (await store.identity()) !== null)
      await loadLog(store, loadOptions(options, news));
    await look();
    const identity = await waitForLog(store);
    if (options.maySign) await loadLog(store, loadOptions(options, news));
    const published = await store.latestCheckpoint();
    const start: HostStart = {
      size: await store.size(),
      signedSize: published?.size ?? 0,
      lastTimestamp: await newestTimestamp(store),
      identity,
      replaced: null,
    };
    return { host: hostOver(store, leases.abandonedOperations, look, close), start };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Leads if nobody does; signs what is new if this replica leads; tells what was signed. */
async function oneRound(
  store: PostgresStore,
  options: PostgresHostOptions,
  state: State,
  news: WorkerNews,
): Promise<void> {
  if (state.closed) return;
  try {
    if (state.lead === null && options.maySign) await takeLead(store, options, state, news);
    if (state.sealer !== null) await state.sealer.seal();
    const signed = await store.latestCheckpoint();
    news.onSealed(signed?.size ?? 0);
    state.failing = false;
  } catch (error) {
    await stepDown(state);
    // Somebody else leads now: not a fault. A log that was rolled back is one, and stays one.
    if (isFairleadError(error) && error.code === 'ledger.not-leader') return;
    if (!state.closed && !state.failing) news.onUnpublished(error as Error);
    state.failing = true;
  }
}

async function takeLead(
  store: PostgresStore,
  options: PostgresHostOptions,
  state: State,
  news: WorkerNews,
): Promise<void> {
  const lead = await tryToLead(options.url, options.instance.id, () => void stepDown(state));
  if (lead === null) return;
  try {
    const { signer, last, keep } = await loadLog(store, loadOptions(options, news));
    const sealing = { ...store, seal: lead.seal };
    state.sealer = await createSealer(sealing, signer, last, keep);
    state.lead = lead;
  } catch (error) {
    await lead.end();
    throw error;
  }
}

function loadOptions({ keysDir }: PostgresHostOptions, news: WorkerNews) {
  const onUnpublished = (error: unknown) => news.onUnpublished(error as Error);
  return { keysDir, startNewLog: false, now: Date.now(), onUnpublished };
}

async function stepDown(state: State): Promise<void> {
  const { lead } = state;
  state.lead = null;
  state.sealer = null;
  await lead?.end();
}

/** The first leader names the log; a replica that starts at the same moment waits for it. */
async function waitForLog(store: PostgresStore): Promise<HostStart['identity']> {
  for (const deadline = Date.now() + firstLogBoundMs; ; await new Promise((done) => setTimeout(done, 100))) {
    const identity = await store.identity();
    if (identity !== null) return identity;
    if (Date.now() > deadline) {
      throw new FairleadError('ledger.unavailable', {
        message: 'No replica that may sign has started this log yet.',
        fix: 'Start a replica with --role control or all first.',
      });
    }
  }
}

function hostOver(
  store: PostgresStore,
  abandonedOperations: (limit: number) => Promise<readonly string[]>,
  look: () => Promise<void>,
  close: () => Promise<void>,
): LedgerHost {
  return {
    append: (drafts) => store.appendBatch(drafts),
    openOperations: async (instance, incarnation, limit) => {
      const own = await store.openOperations(instance, incarnation, limit);
      return own.length > 0 ? own : abandonedOperations(limit);
    },
    readBudgets: () => store.readBudgets(),
    readLog: async (path) => readLogFile(store, await store.latestCheckpoint(), path),
    // Where another replica leads, what is durable here is signed there, a moment later.
    seal: look,
    close,
  };
}
