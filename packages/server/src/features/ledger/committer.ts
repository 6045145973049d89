import { type ErrorCode, FairleadError, isFairleadError } from '@fairlead/core/errors';
import { accountText } from '@fairlead/core/money';
import { alarm, firstOf } from './alarm.ts';
import { type LateAppend, type Ledger, nothingWritten, type Receipt } from './api.ts';
import { prepareDraft } from './rows.ts';
import type { PreparedDraft, StoreReceipt } from './types.ts';

/** Where batches go; resolves when they are durable. */
export type AppendBatch = (drafts: readonly PreparedDraft[]) => Promise<readonly StoreReceipt[]>;

export interface CommitterOptions {
  /** How long an append may take before it is given up, milliseconds. */
  readonly boundMs: number;
  /** Drafts that may wait; above it appends are refused at once. */
  readonly maxQueue: number;
  /** Called once, when a batch failed and nothing more is admitted. */
  readonly onPoisoned: (error: unknown) => void;
}

/** Natural group commit over one store. */
export interface Committer {
  append: Ledger['append'];
  /** Stops admitting, as after a failed batch. */
  poison(error: unknown): void;
  healthy(): boolean;
  /** Stops admitting and resolves when nothing waits any more. */
  drain(): Promise<void>;
}

interface Pending {
  readonly drafts: readonly PreparedDraft[];
  readonly resolve: (receipts: readonly Receipt[]) => void;
  readonly reject: (error: FairleadError) => void;
  /** Since when it waits, milliseconds of the process's own clock. */
  readonly since: number;
  /** Tells whoever gave up waiting whether it was written; null while nobody has. */
  late: PromiseWithResolvers<boolean> | null;
}

/**
 * How long an append that nobody waits for may be held back for company, milliseconds. A caller that sends one request
 * after the other has the outcome of the last one written together with the decision of the next.
 */
const patienceMs = 20;

/** One transaction takes at most this much, so that the wait of those behind it stays bounded. */
const maxBatchDrafts = 1024;
const maxBatchCharacters = 8_000_000;

/**
 * Commits whatever arrived during the last commit: one batch is under way at a time, and the next one takes all that
 * waits (no timer window for what somebody waits for: it would halve throughput). An append that isn't durable within
 * the bound is refused: if it was still waiting it is never written, else it may yet become durable, so a failure
 * means "unknown".
 */
export function createCommitter(appendBatch: AppendBatch, options: CommitterOptions): Committer {
  const queue = openQueue();
  let underWay: readonly Pending[] = [];
  let running: Promise<void> | null = null;
  let state: 'open' | 'draining' | 'poisoned' = 'open';

  const bound = alarm(
    options.boundMs,
    () => firstOf([underWay, queue.waiting()], ({ late }) => late === null),
    (pending) => giveUp(queue, pending, options.boundMs),
  );
  const poison = (error: unknown): void => {
    if (state === 'poisoned') return;
    state = 'poisoned';
    for (const pending of queue.takeAll()) pending.reject(refusal(state, false));
    options.onPoisoned(error);
  };
  const run = async (): Promise<void> => {
    while (queue.waiting().length > 0 && state !== 'poisoned') {
      underWay = queue.take(batchSize(queue.waiting()));
      await commit(appendBatch, underWay, poison);
      underWay = [];
    }
    running = null;
  };
  const start = (): void => {
    if (queue.waiting().length > 0) running ??= run();
  };
  const patience = alarm(patienceMs, () => queue.waiting()[0], start);
  return {
    append: async (drafts, mayWait = false) => {
      const prepared = drafts.map(prepareDraft);
      assertAlone(prepared);
      if (prepared.length === 0) return [];
      const isFull = queue.drafts() + prepared.length > options.maxQueue;
      if (state !== 'open' || isFull) throw refusal(state, isFull);
      return new Promise((resolve, reject) => {
        const since = performance.now();
        queue.add({ drafts: prepared, resolve, reject, since, late: null });
        bound.set();
        if (mayWait) patience.set();
        else start();
      });
    },
    poison,
    healthy: () => state !== 'poisoned',
    drain: async () => {
      if (state === 'open') state = 'draining';
      start();
      await running;
      bound.stop();
    },
  };
}

/** What still waits is never written; what is under way may yet become durable. */
function giveUp(queue: Queue, pending: Pending, boundMs: number): void {
  const message = `The ledger did not confirm within ${boundMs} ms.`;
  if (queue.remove(pending)) {
    pending.reject(unwritten(message));
    return;
  }
  pending.late = Promise.withResolvers();
  pending.reject(unavailable(message, { written: pending.late.promise }));
}

type Queue = ReturnType<typeof openQueue>;

/**
 * Appends that wait, in the order of arrival, with the number of their drafts. In arrays, not in a set: a set that is
 * filled and emptied leaves tables behind that refer to each other and to what they held, and once the first of them is
 * old the collector of young objects keeps all the calls that ever waited until the next full collection.
 */
function openQueue() {
  let waiting: Pending[] = [];
  let drafts = 0;
  const leave = (gone: readonly Pending[]): void => {
    for (const pending of gone) drafts -= pending.drafts.length;
  };
  const take = (count: number): readonly Pending[] => {
    const taken = waiting.slice(0, count);
    waiting = waiting.slice(count);
    leave(taken);
    return taken;
  };
  return {
    waiting: (): readonly Pending[] => waiting,
    drafts: () => drafts,
    add(pending: Pending): void {
      waiting.push(pending);
      drafts += pending.drafts.length;
    },
    take,
    takeAll: () => take(waiting.length),
    /** False when it doesn't wait any more. */
    remove(pending: Pending): boolean {
      if (!waiting.includes(pending)) return false;
      waiting = waiting.filter((one) => one !== pending);
      leave([pending]);
      return true;
    },
  };
}

function refusal(state: 'open' | 'draining' | 'poisoned', isFull: boolean): FairleadError {
  return new FairleadError('ledger.unavailable', {
    message: whyNot(state, isFull),
    ...(state === 'poisoned' && {
      fix: 'The operator reads the server’s log, looks at the disk or the database, and restarts the server.',
    }),
    cause: nothingWritten,
  });
}

/** Why nothing is admitted now. */
function whyNot(state: 'open' | 'draining' | 'poisoned', isFull: boolean): string {
  if (state === 'poisoned') return 'The ledger failed, and was stopped.';
  return isFull && state === 'open' ? 'Too many records wait for the ledger.' : 'The ledger is closing.';
}

/** How many of those that wait go into the next transaction. */
function batchSize(queue: readonly Pending[]): number {
  let size = 0;
  let drafts = 0;
  let characters = 0;
  for (const pending of queue) {
    drafts += pending.drafts.length;
    for (const { json, inputs } of pending.drafts) {
      characters += json.length + inputs.reduce((sum, input) => sum + input.json.length, 0);
    }
    if (size > 0 && (drafts > maxBatchDrafts || characters > maxBatchCharacters)) break;
    size += 1;
  }
  return size;
}

async function commit(
  appendBatch: AppendBatch,
  batch: readonly Pending[],
  poison: (error: unknown) => void,
): Promise<void> {
  try {
    const receipts = await appendBatch(batch.flatMap((pending) => pending.drafts));
    let next = 0;
    for (const { drafts, resolve, reject, late } of batch) {
      const own = receipts.slice(next, next + drafts.length);
      next += drafts.length;
      const full = own.find((receipt) => receipt.refused)?.refused;
      const lost = own.some((receipt) => receipt.unwritten);
      late?.resolve(full === undefined && !lost);
      if (lost) reject(unwritten('The database went away before this was recorded.'));
      else if (full)
        reject(new FairleadError('budget.exhausted', { message: noRoom(full.key), cause: full }));
      else resolve(own);
    }
  } catch (error) {
    const surely = isFairleadError(error) && error.cause === nothingWritten;
    for (const { reject, late } of batch) {
      if (surely) late?.resolve(false);
      reject(
        surely
          ? unwritten(error.message, error.code)
          : unavailable('The ledger failed while it recorded this; whether it did is unknown.'),
      );
    }
    // What is certain is no reason to stop: the next append is tried.
    if (!surely) poison(error);
  }
}

function unavailable(message: string, cause?: LateAppend): FairleadError {
  return new FairleadError('ledger.unavailable', { message, cause });
}

/** The same, when it is certain that nothing was written. */
function unwritten(message: string, code: ErrorCode = 'ledger.unavailable'): FairleadError {
  return new FairleadError(code, { message, cause: nothingWritten });
}

function noRoom(key: string): string {
  return `There is no room for the most this call may cost in ${accountText(key)}.`;
}

/** A refused reservation refuses its append, so nothing else may stand in it. */
function assertAlone(drafts: readonly PreparedDraft[]): void {
  if (drafts.length < 2 || !drafts.some(({ effect }) => effect?.kind === 'reserve')) return;
  throw new FairleadError('ledger.entry-invalid', {
    message: 'Ledger entry: a reservation is appended alone.',
  });
}
