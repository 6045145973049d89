import { type ErrorCode, FairleadError, isFairleadError } from '@fairlead/core/errors';
import { recoveryId } from '@fairlead/core/ledger';
import { nodeHash } from '../../../platform/crypto/index.ts';
import { nothingWritten } from '../api.ts';
import type { HostStart, LedgerHost } from '../host.ts';
import type { Instance } from '../instance.ts';
import { hasSigningKey } from '../keys.ts';
import { readLogFile } from '../log-files.ts';
import { loadLog, newestTimestamp } from '../log-start.ts';
import { runStep } from '../pruning-steps.ts';
import type { Queryable } from '../reader-postgres.ts';
import { createSealer, type Sealer } from '../sealer.ts';
import { openPostgresStore, type PostgresStore } from '../store-postgres.ts';
import type { PreparedDraft, StoreReceipt } from '../types.ts';
import type { WorkerNews } from '../worker-host.ts';
import { createFloor, type Floor, refuseOlder } from './floor.ts';
import { type Lead, tryToLead } from './leadership.ts';
import { postgresLeases } from './leases.ts';

export interface PostgresHostOptions {
  readonly url: string;
  readonly keysDir: string;
  /**
   * Whether this replica may sign; one that serves calls only needn't have the key. `with-key`: if it has the key, or
   * if there is no log yet.
   */
  readonly maySign: boolean | 'with-key';
  /** The signing key, where it doesn't lie in `keysDir`. */
  readonly signingKey?: string | undefined;
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
  /** What the database must never go back behind. */
  readonly floor: Floor;
  /** The lease was once not renewed in time, so siblings may have closed what this replica had open. */
  lapsed: boolean;
  lead: Lead | null;
  sealer: Sealer | null;
  closed: boolean;
  /** Whether this replica may sign. */
  signs: boolean;
  /** Said once, not at every round. */
  failing: boolean;
  /** Why the key of this replica is none to sign with; said once, and looked at again from time to time. */
  keyTrouble: { readonly message: string; readonly again: number } | null;
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
  const state = newState(options);
  const store = await openPostgresStore(options.url, (session) => notBehind(session, state, news));
  const leases = postgresLeases(store.pool);
  const renew = async () => {
    if (!(await leases.renew(options.instance))) state.lapsed = true;
  };
  let waiting = 0;
  const look = () => {
    waiting += 1;
    state.round = state.round
      .then(() => oneRound(store, options, state, news))
      .finally(() => {
        waiting -= 1;
      });
    return state.round;
  };
  const timers = [
    // A round that waits for a database that is away keeps others from piling up behind it.
    setInterval(() => void (waiting === 0 && look()), Math.min(lookEveryMs, options.sealAfterMs)),
    setInterval(
      // A database that is away is told by the appends; the lease goes on when it is back.
      () => void renew().catch(() => undefined),
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
    await renew();
    const begun = (await store.identity()) !== null;
    state.signs = options.maySign === 'with-key' ? !begun || hasSigningKey(options) : options.maySign;
    // A key or a database that isn't the log's is said now, not at the first attempt to sign.
    if (state.signs && begun) await loadLog(store, loadOptions(options, news));
    else refuseOlder(options.keysDir, await store.identity(), await store.latestCheckpoint());
    await look();
    const identity = await waitForLog(store);
    if (state.signs) await loadLog(store, loadOptions(options, news));
    const published = await store.latestCheckpoint();
    const start: HostStart = {
      size: await store.size(),
      signedSize: published?.size ?? 0,
      lastTimestamp: await newestTimestamp(store),
      identity,
      replaced: null,
    };
    return { host: hostOver(store, state, leases.abandonedOperations, look, close), start };
  } catch (error) {
    await close();
    throw error;
  }
}

function newState({ keysDir }: PostgresHostOptions): State {
  return {
    floor: createFloor(keysDir),
    lapsed: false,
    lead: null,
    sealer: null,
    signs: false,
    closed: false,
    failing: false,
    keyTrouble: null,
    round: Promise.resolve(),
  };
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
    if (state.lead === null && state.signs) await takeLead(store, options, state, news);
    // Somebody who took over, to change the key, is not to wait until something new is signed.
    if (state.lead !== null && !(await state.lead.holds())) throw new FairleadError('ledger.not-leader');
    if (state.sealer !== null) await state.sealer.seal();
    const newest = await store.latestCheckpoint();
    state.floor.saw(newest);
    if (state.sealer === null) state.floor.keep();
    news.onSealed(newest?.size ?? 0);
    state.failing = false;
  } catch (error) {
    await stepDown(state);
    // Somebody else leads now: not a fault. A log that was rolled back is one, and stays one.
    if (isFairleadError(error) && error.code === 'ledger.not-leader') return;
    if (isFairleadError(error) && error.code === 'ledger.rolled-back') news.onBroken(error);
    if (!state.closed && !state.failing) news.onTrouble(error as Error);
    state.failing = true;
  }
}

/** Nothing may be added to a log that lacks what was recorded here, not even until the next look. */
async function notBehind(session: Queryable, { floor }: State, news: WorkerNews): Promise<void> {
  try {
    await floor.check(session);
  } catch (error) {
    if (isFairleadError(error)) news.onBroken(error);
    throw error;
  }
}

async function takeLead(
  store: PostgresStore,
  options: PostgresHostOptions,
  state: State,
  news: WorkerNews,
): Promise<void> {
  if (state.keyTrouble !== null && performance.now() < state.keyTrouble.again) return;
  const lead = await tryToLead(options.url, options.instance.id, () => void stepDown(state));
  if (lead === null) return;
  try {
    const { signer, last, keep } = await loadLog(store, loadOptions(options, news));
    const sealing = { ...store, seal: lead.seal };
    state.sealer = await createSealer(sealing, signer, last, keep);
    state.lead = lead;
    state.keyTrouble = null;
  } catch (error) {
    await lead.end();
    if (!isFairleadError(error) || !keyCodes.has(error.code)) throw error;
    // The key was changed elsewhere. Calls go on, and so does this replica, which signs nothing until it has the new one.
    if (state.keyTrouble?.message !== error.message) news.onTrouble(error);
    state.keyTrouble = { message: error.message, again: performance.now() + retryKeyMs };
  }
}

const keyCodes: ReadonlySet<string> = new Set<ErrorCode>(['ledger.key-replaced', 'ledger.key-invalid']);
const retryKeyMs = 2_000;

function loadOptions({ keysDir, signingKey }: PostgresHostOptions, news: WorkerNews) {
  const onUnpublished = (error: unknown) => news.onUnpublished(error as Error);
  return { keysDir, signingKey, startNewLog: false, now: Date.now(), onUnpublished };
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
  state: State,
  abandonedOperations: (limit: number) => Promise<readonly string[]>,
  look: () => Promise<void>,
  close: () => Promise<void>,
): LedgerHost {
  return {
    append: async (drafts) => {
      const receipts = await (state.lapsed ? appendUnclosed(store, drafts) : store.appendBatch(drafts));
      state.floor.took(drafts, receipts);
      return receipts;
    },
    openOperations: async (instance, incarnation, limit) => {
      const own = await store.openOperations(instance, incarnation, limit);
      return own.length > 0 ? own : abandonedOperations(limit);
    },
    readBudgets: () => store.readBudgets(),
    readLog: async (path) => readLogFile(store, await store.latestCheckpoint(), path),
    readAdministration: (mark) => store.readAdministration(mark),
    prune: (step, ...args) => runStep(store.pruning, step, args),
    // Where another replica leads, what is durable here is signed there, a moment later.
    seal: look,
    close,
  };
}

/**
 * A replica that was silent for a minute and comes back may have calls whose outcome a sibling has written down as
 * unknown: their own outcome comes too late, since a call is closed once.
 */
async function appendUnclosed(
  store: PostgresStore,
  drafts: readonly PreparedDraft[],
): Promise<readonly StoreReceipt[]> {
  const closing = drafts.flatMap(({ op, kind }) => (kind === 'outcome' && op !== null ? [op] : []));
  const closed = await closedAmong(store, closing);
  const isLate = ({ kind, op }: PreparedDraft) => kind === 'outcome' && op !== null && closed.has(op);
  const receipts = await store.appendBatch(drafts.filter((draft) => !isLate(draft)));
  let next = 0;
  return drafts.map((draft) =>
    isLate(draft) ? { index: -1, duplicate: true } : (receipts[next++] as StoreReceipt),
  );
}

/** @throws FairleadError whose cause is `nothingWritten`: that a question failed must not stop the ledger for good */
async function closedAmong(store: PostgresStore, ops: readonly string[]): Promise<ReadonlySet<string>> {
  const closed = new Set<string>();
  try {
    for (const op of ops) {
      if ((await store.indexOf(recoveryId(nodeHash, op))) !== null) closed.add(op);
    }
  } catch {
    throw new FairleadError('ledger.unavailable', {
      message: 'PostgreSQL does not answer.',
      cause: nothingWritten,
    });
  }
  return closed;
}
