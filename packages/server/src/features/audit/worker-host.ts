import type { Worker } from 'node:worker_threads';
import { FairleadError } from '@fairlead/core/errors';
import { startSqliteThread } from '../../platform/threads/index.ts';
import type { AuditIndex } from './api.ts';
import type { AuditMessage, AuditMethod, AuditSetup } from './worker-protocol.ts';

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

// From source the worker is a .ts file, bundled it lies beside as .js.
const workerUrl = new URL(
  `./audit.worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`,
  import.meta.url,
);

/**
 * Starts the thread that keeps the read model. A failure there fails questions about the audit (`audit.unavailable`, on a full disk `store.full`),
 * never a call, and never the start of the server.
 */
export function startAuditWorker(
  setup: AuditSetup,
  onTrouble: (message: string) => void,
): Promise<AuditIndex> {
  const worker = startSqliteThread(workerUrl, 'fairlead-audit', setup);
  const waiting = new Map<number, Waiting>();
  const state = { exited: false, closing: false };
  return new Promise((resolve) => {
    const fail = (message: string) => {
      const error = unavailable(message);
      for (const one of waiting.values()) one.reject(error);
      waiting.clear();
      if (!state.closing) onTrouble(message);
      resolve(remoteIndex(worker, waiting, state));
    };
    worker.on('message', (message: AuditMessage) => {
      if (message.type === 'started') resolve(remoteIndex(worker, waiting, state));
      else if (message.type === 'trouble') onTrouble(message.message);
      else settle(message, waiting);
    });
    worker.on('error', (error) => fail(error.message));
    worker.on('exit', () => {
      state.exited = true;
      if (!state.closing) fail('the audit thread ended');
    });
  });
}

function unavailable(message: string): FairleadError {
  return new FairleadError('audit.unavailable', { cause: new Error(message) });
}

function settle(
  message: Extract<AuditMessage, { type: 'done' | 'failed' }>,
  waiting: Map<number, Waiting>,
): void {
  const one = waiting.get(message.call);
  waiting.delete(message.call);
  if (message.type === 'done') one?.resolve(message.value);
  else if (message.isFull)
    one?.reject(new FairleadError('store.full', { cause: new Error(message.message) }));
  else one?.reject(unavailable(message.message));
}

function remoteIndex(
  worker: Worker,
  waiting: Map<number, Waiting>,
  state: { exited: boolean; closing: boolean },
): AuditIndex {
  let calls = 0;
  const call = <Value>(method: AuditMethod, ...args: readonly unknown[]): Promise<Value> =>
    new Promise((resolve, reject) => {
      if (state.exited) {
        reject(unavailable('the audit thread ended'));
        return;
      }
      calls += 1;
      waiting.set(calls, { resolve: resolve as (value: unknown) => void, reject });
      worker.postMessage({ call: calls, method, args });
    });
  return {
    progress: () => call('progress'),
    entries: (filter, limit) => call('entries', filter, limit),
    entry: (id) => call('entry', id),
    isPruned: (id) => call('isPruned', id),
    forget: (minimum) => call('forget', minimum),
    rowsAt: (indexes) => call('rowsAt', indexes),
    facets: () => call('facets'),
    sessions: (before, limit) => call('sessions', before, limit),
    session: (session, limit) => call('session', session, limit),
    window: (fromHour) => call('window', fromHour),
    prove: (id, size) => call('prove', id, size),
    async close() {
      state.closing = true;
      if (state.exited) return;
      const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
      await call('close').catch(() => undefined);
      await ended;
    },
  };
}
