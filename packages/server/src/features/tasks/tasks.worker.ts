import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../../platform/clock/index.ts';
import { readTasks } from './read-tasks.ts';
import type { TaskCall, TaskMessage, TaskSetup } from './worker-protocol.ts';

/* The thread that computes figures of tasks: they read the whole ledger, and no call may wait for them. */

const port = parentPort!;
const { place, program } = workerData as TaskSetup;
const say = (message: TaskMessage) => port.postMessage(message);
const reader = readTasks(place, program, systemClock);

async function answer({ call, method, args }: TaskCall): Promise<void> {
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
port.on('message', (message: TaskCall) => {
  last = last.then(() => answer(message));
});
