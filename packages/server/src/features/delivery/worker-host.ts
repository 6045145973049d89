import type { Worker } from 'node:worker_threads';
import { FairleadError } from '@fairlead/core/errors';
import { startSqliteThread } from '../../platform/threads/index.ts';
import type { DeliveryReader } from './reader.ts';
import type { DeliveryMessage, DeliverySetup } from './worker-protocol.ts';

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

// From source the worker is a .ts file, bundled it lies beside as .js.
const workerUrl = new URL(
  `./delivery.worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`,
  import.meta.url,
);

/** Questions that wait at most; what comes on top is refused, so that nobody fills the memory with them. */
const mostWaiting = 50;

/**
 * Reads delivery facts in a thread of its own, which starts with the first question and again when it has ended. Its
 * failures fail questions with `delivery.unavailable`, never a call.
 */
export function deliveryReader(setup: DeliverySetup, onTrouble: (message: string) => void): DeliveryReader {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | null = null;
  let calls = 0;
  const end = (ended: Worker, message: string) => {
    if (worker !== ended) return;
    worker = null;
    for (const one of waiting.values()) one.reject(unavailable(message));
    waiting.clear();
  };
  const start = (): Worker => {
    const started = startSqliteThread(workerUrl, 'fairlead-delivery', setup);
    started.on('message', (message: DeliveryMessage) => settle(message, waiting, onTrouble));
    started.on('error', (error) => {
      onTrouble(error.message);
      end(started, error.message);
    });
    started.on('exit', () => end(started, 'the thread ended'));
    // A server that is asked to end doesn't wait for figures.
    started.unref();
    return started;
  };
  const call = <Value>(method: keyof DeliveryReader, ...args: readonly unknown[]): Promise<Value> =>
    new Promise((resolve, reject) => {
      if (waiting.size >= mostWaiting) {
        reject(unavailable('too many questions wait'));
        return;
      }
      worker ??= start();
      calls += 1;
      waiting.set(calls, { resolve: resolve as (value: unknown) => void, reject });
      worker.postMessage({ call: calls, method, args });
    });
  return {
    rows: (query) => call('rows', query),
    parts: (query) => call('parts', query),
    timeline: (change) => call('timeline', change),
    health: () => call('health'),
    async close() {
      if (worker === null) return;
      const ended = new Promise<void>((resolve) => worker?.once('exit', () => resolve()));
      await call('close').catch(() => undefined);
      await ended;
    },
  };
}

function settle(
  message: DeliveryMessage,
  waiting: Map<number, Waiting>,
  onTrouble: (message: string) => void,
): void {
  const one = waiting.get(message.call);
  waiting.delete(message.call);
  if (message.type === 'done') {
    one?.resolve(message.value);
    return;
  }
  onTrouble(message.message);
  one?.reject(unavailable(message.message));
}

function unavailable(message: string): FairleadError {
  return new FairleadError('delivery.unavailable', { cause: new Error(message) });
}
