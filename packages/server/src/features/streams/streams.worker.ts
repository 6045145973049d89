import { parentPort, workerData } from 'node:worker_threads';
import { openLedgerView, openSharedLedgerView } from '../ledger/reading/api.ts';
import { runStreams } from './service.ts';
import { openStreamStore } from './store-sql.ts';
import type { StreamsCall, StreamsMessage, StreamsSetup } from './worker-protocol.ts';

/* The thread that sends entries elsewhere: neither a slow receiver nor a full disk ever holds up a call. */

const port = parentPort!;
const setup = workerData as StreamsSetup;
const say = (message: StreamsMessage) => port.postMessage(message);
const waiting = new Map<number, { resolve(): void; reject(error: Error): void }>();
let gaps = 0;

async function open() {
  const view =
    setup.database === undefined ? openLedgerView(setup.dataDir) : openSharedLedgerView(setup.database);
  const store = await openStreamStore(setup.cursors);
  const streams = await runStreams(setup, {
    view,
    store,
    onStatus: (status) => say({ type: 'status', status }),
    recordGap: (found) =>
      new Promise((resolve, reject) => {
        gaps += 1;
        waiting.set(gaps, { resolve, reject });
        say({ type: 'gap', gap: gaps, found });
      }),
  });
  return async () => {
    for (const one of waiting.values()) one.reject(new Error('closing'));
    await streams.stop();
    await store.close();
    await view.close();
  };
}

open().then(
  (close) => {
    port.on('message', (message: StreamsCall) => {
      if (message.type === 'close') {
        void close().finally(() => port.close());
        return;
      }
      const one = waiting.get(message.gap);
      waiting.delete(message.gap);
      if (message.ok) one?.resolve();
      else one?.reject(new Error('not recorded'));
    });
    say({ type: 'started' });
  },
  (error: unknown) => {
    say({ type: 'refused', message: error instanceof Error ? error.message : String(error) });
    port.close();
  },
);
