import type { Worker } from 'node:worker_threads';
import { startSqliteThread } from '../../platform/threads/index.ts';
import type { HostStart, LedgerHost } from './host.ts';
import { callOf, type PackedReceipts, packDrafts, unpackReceipts } from './packed-drafts.ts';
import {
  type AskedMethod,
  fromWire,
  isPacked,
  type WorkerMessage,
  type WorkerSetup,
} from './worker-protocol.ts';

/** What the worker says without being asked. */
export interface WorkerNews {
  readonly onSealed: (signedSize: number) => void;
  readonly onUnpublished: (error: Error) => void;
  /** Something fails that is tried again; it is said once until it works again. */
  readonly onTrouble: (error: Error) => void;
  /** The database failed, or the thread itself: nothing more can be recorded. */
  readonly onBroken: (error: Error) => void;
}

interface Waiting {
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
}

const nobody = (): void => undefined;

/**
 * Who waits for a call, who doesn't any more then. The entry lets go of the caller itself: tables that a map has outgrown
 * hold on to their entries, and would keep whole calls alive until the next full collection.
 */
function takeWaiting(waiting: Map<number, Waiting>, call: number): Waiting | undefined {
  const entry = waiting.get(call);
  if (entry === undefined) return undefined;
  waiting.delete(call);
  const caller = { ...entry };
  entry.resolve = nobody;
  entry.reject = nobody;
  return caller;
}

// From source the worker is a .ts file, bundled it lies beside as .js.
const workerUrl = new URL(
  `./ledger.worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`,
  import.meta.url,
);

/** Starts the worker thread that owns the SQLite ledger. Rejects with the reason when it refuses to start. */
export function startWorkerHost(
  setup: WorkerSetup,
  news: WorkerNews,
): Promise<{ readonly host: LedgerHost; readonly start: HostStart }> {
  const worker = startSqliteThread(workerUrl, 'fairlead-ledger', setup);
  const waiting = new Map<number, Waiting>();
  let closing = false;
  const fail = (error: Error) => {
    for (const one of waiting.values()) one.reject(error);
    waiting.clear();
  };
  return new Promise((resolve, reject) => {
    worker.on('message', (message: WorkerMessage | PackedReceipts) => {
      if (isPacked(message)) takeWaiting(waiting, callOf(message))?.resolve(unpackReceipts(message));
      else if (message.type === 'started')
        resolve({ host: remoteHost(worker, waiting, () => (closing = true)), start: message.start });
      else if (message.type === 'refused') reject(fromWire(message.error));
      else settle(message, waiting, news);
    });
    worker.on('error', (error: Error) => {
      reject(error);
      fail(error);
      news.onBroken(error);
    });
    worker.on('exit', () => {
      const error = new Error('the ledger thread ended');
      reject(error);
      fail(error);
      if (!closing) news.onBroken(error);
    });
  });
}

function settle(message: WorkerMessage, waiting: Map<number, Waiting>, news: WorkerNews): void {
  switch (message.type) {
    case 'done':
      takeWaiting(waiting, message.call)?.resolve(message.value);
      break;
    case 'failed':
      takeWaiting(waiting, message.call)?.reject(fromWire(message.error));
      break;
    case 'sealed':
      news.onSealed(message.signedSize);
      break;
    case 'unpublished':
      news.onUnpublished(fromWire(message.error));
      break;
    case 'trouble':
      news.onTrouble(fromWire(message.error));
      break;
    case 'broken':
      news.onBroken(fromWire(message.error));
      break;
    default:
      break;
  }
}

function remoteHost(worker: Worker, waiting: Map<number, Waiting>, onClose: () => void): LedgerHost {
  let calls = 0;
  let exited = false;
  worker.once('exit', () => {
    exited = true;
  });
  const post = <Value>(messageOf: (call: number) => unknown): Promise<Value> =>
    new Promise((resolve, reject) => {
      if (exited) return reject(new Error('the ledger thread ended'));
      calls += 1;
      const message = messageOf(calls);
      waiting.set(calls, { resolve: resolve as (value: unknown) => void, reject });
      worker.postMessage(message);
    });
  const call = <Value>(method: AskedMethod, ...args: readonly unknown[]): Promise<Value> =>
    post((number) => ({ call: number, method, args }));
  return {
    append: (drafts) => post((number) => packDrafts(number, drafts)),
    openOperations: (instance, incarnation, limit) => call('openOperations', instance, incarnation, limit),
    readBudgets: () => call('readBudgets'),
    readLog: (path) => call('readLog', path),
    readAdministration: (mark) => call('readAdministration', mark),
    prune: (step, ...args) => call('prune', step, ...args),
    seal: () => call('seal'),
    close: async () => {
      onClose();
      if (exited) return;
      const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
      await call('close').catch(() => undefined);
      await ended;
    },
  };
}
