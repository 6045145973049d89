import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../../platform/clock/index.ts';
import { readFacts } from './read-facts.ts';
import type { DeliveryCall, DeliveryMessage, DeliverySetup } from './worker-protocol.ts';

/* The thread that reads delivery facts: figures of many changes take seconds, and no call may wait for them. */

const port = parentPort!;
const { location, program } = workerData as DeliverySetup;
const say = (message: DeliveryMessage) => port.postMessage(message);
const reader = readFacts(location, program, systemClock);

async function answer({ call, method, args }: DeliveryCall): Promise<void> {
  try {
    const value = await (reader[method] as (...values: readonly unknown[]) => Promise<unknown>)(...args);
    say({ type: 'done', call, value });
  } catch (error) {
    say({ type: 'failed', call, message: error instanceof Error ? error.message : String(error) });
  }
  if (method === 'close') port.close();
}

// One after the other: two at once would only take twice the memory.
let last: Promise<void> = Promise.resolve();
port.on('message', (message: DeliveryCall) => {
  last = last.then(() => answer(message));
});
