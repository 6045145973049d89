import { parentPort, workerData } from 'node:worker_threads';
import { isFairleadError } from '@fairlead/core/errors';
import { openContentStore } from './store-sql.ts';
import type { ContentCall, ContentMessage, ContentSetup } from './worker-protocol.ts';

/* The thread that owns content.db: neither encrypting nor a slow disk ever holds up a call. */

const port = parentPort!;
const { location, master } = workerData as ContentSetup;
const say = (message: ContentMessage) => port.postMessage(message);
const wordsOf = (error: unknown) => ({
  code: isFairleadError(error) ? error.code : null,
  message: error instanceof Error ? error.message : String(error),
});

openContentStore(location, master).then(
  (store) => {
    port.on('message', ({ call, method, args }: ContentCall) => {
      const running = (store[method] as (...values: readonly unknown[]) => Promise<unknown>)(...args);
      running
        .then(
          (value) => say({ type: 'done', call, value }),
          (error: unknown) => say({ type: 'failed', call, ...wordsOf(error) }),
        )
        .finally(() => {
          if (method === 'close') port.close();
        });
    });
    say({ type: 'started' });
  },
  (error: unknown) => {
    say({ type: 'refused', ...wordsOf(error) });
    port.close();
  },
);
