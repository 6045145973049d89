import { parentPort, workerData } from 'node:worker_threads';
import { nodeRandom } from '../../../platform/crypto/index.ts';
import { openDeliveryStore } from '../../delivery/api.ts';
import { runCollection } from './job.ts';
import type { CollectMessage, CollectSetup } from './worker-protocol.ts';

/* The thread that reads from the git host: writing what it reads never holds up a call. */

const port = parentPort!;
const setup = workerData as CollectSetup;
const stop = new AbortController();
const say = (message: CollectMessage) => port.postMessage(message);

async function run(): Promise<void> {
  const store = await openDeliveryStore(setup.location, nodeRandom, 'many');
  try {
    await runCollection(
      setup,
      store,
      {
        onStatus: (status) => say({ type: 'status', status }),
        onTrouble: (message) => say({ type: 'trouble', message }),
      },
      stop.signal,
    );
  } finally {
    await store.close();
  }
}

port.on('message', () => stop.abort());
run()
  .catch((error: unknown) =>
    say({ type: 'trouble', message: error instanceof Error ? error.message : 'unknown' }),
  )
  .finally(() => port.close());
