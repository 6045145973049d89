import type { Worker } from 'node:worker_threads';
import { FairleadError, isErrorCode } from '@fairlead/core/errors';
import { startSqliteThread } from '../../platform/threads/index.ts';
import type { ContentStore } from './store.ts';
import type { ContentMessage, ContentMethod, ContentSetup } from './worker-protocol.ts';

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

// From source the worker is a .ts file, bundled it lies beside as .js.
const workerUrl = new URL(
  `./content.worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`,
  import.meta.url,
);

/** Starts the thread that keeps content. @throws FairleadError `content.key-wrong`, `content.unavailable`. */
export function startContentWorker(setup: ContentSetup): Promise<ContentStore> {
  const worker = startSqliteThread(workerUrl, 'fairlead-content', setup);
  const waiting = new Map<number, Waiting>();
  const state = { exited: false };
  return new Promise((resolve, reject) => {
    const fail = (error: FairleadError) => {
      reject(error);
      for (const one of waiting.values()) one.reject(error);
      waiting.clear();
    };
    worker.on('message', (message: ContentMessage) => {
      if (message.type === 'started') return resolve(remoteStore(worker, waiting, state));
      if (message.type === 'refused') return fail(errorOf(message));
      const one = waiting.get(message.call);
      waiting.delete(message.call);
      if (message.type === 'done') one?.resolve(message.value);
      else one?.reject(errorOf(message));
    });
    worker.on('error', (error) => fail(errorOf({ code: null, message: error.message })));
    worker.on('exit', () => {
      state.exited = true;
      fail(errorOf({ code: null, message: 'the content thread ended' }));
    });
  });
}

function errorOf({
  code,
  message,
}: {
  readonly code: string | null;
  readonly message: string;
}): FairleadError {
  const known =
    code !== null && isErrorCode(code) && code.startsWith('content.') ? code : 'content.unavailable';
  return new FairleadError(known, { cause: new Error(message) });
}

function remoteStore(
  worker: Worker,
  waiting: Map<number, Waiting>,
  state: { exited: boolean },
): ContentStore {
  let calls = 0;
  const call = <Value>(method: ContentMethod, ...args: readonly unknown[]): Promise<Value> =>
    new Promise((resolve, reject) => {
      if (state.exited) {
        reject(errorOf({ code: null, message: 'the content thread ended' }));
        return;
      }
      calls += 1;
      waiting.set(calls, { resolve: resolve as (value: unknown) => void, reject });
      worker.postMessage({ call: calls, method, args });
    });
  return {
    keep: (item) => call('keep', item),
    open: (op) => call('open', op),
    erase: (subject) => call('erase', subject),
    sweep: (expiry) => call('sweep', expiry),
    counts: () => call('counts'),
    async close() {
      if (state.exited) return;
      const ended = new Promise<void>((done) => worker.once('exit', () => done()));
      await call('close').catch(() => undefined);
      await ended;
    },
  };
}
