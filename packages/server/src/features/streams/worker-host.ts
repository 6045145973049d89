import { FairleadError } from '@fairlead/core/errors';
import { startSqliteThread } from '../../platform/threads/index.ts';
import type { StreamGap, StreamStatus } from './types.ts';
import type { StreamsCall, StreamsMessage, StreamsSetup } from './worker-protocol.ts';

// From source the worker is a .ts file, bundled it lies beside as .js.
const workerUrl = new URL(
  `./streams.worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`,
  import.meta.url,
);

export interface StreamsNews {
  readonly onStatus: (status: StreamStatus) => void;
  readonly recordGap: (gap: StreamGap) => Promise<void>;
  /** The thread ended without being asked. */
  readonly onTrouble: (message: string) => void;
}

/**
 * Starts the thread that sends streams.
 * @throws FairleadError `streams.unavailable` when it does not start.
 */
export function startStreamsWorker(
  setup: StreamsSetup,
  news: StreamsNews,
): Promise<{ close(): Promise<void> }> {
  const worker = startSqliteThread(workerUrl, 'fairlead-streams', setup);
  const state = { exited: false, closing: false };
  const tell = (call: StreamsCall) => worker.postMessage(call);
  const record = (gap: number, found: StreamGap) =>
    news.recordGap(found).then(
      () => tell({ type: 'recorded', gap, ok: true }),
      () => tell({ type: 'recorded', gap, ok: false }),
    );
  return new Promise((resolve, reject) => {
    const fail = (message: string) => {
      reject(new FairleadError('streams.unavailable', { cause: new Error(message) }));
      if (!state.closing) news.onTrouble(message);
    };
    worker.on('message', (message: StreamsMessage) => {
      if (message.type === 'started') resolve({ close });
      else if (message.type === 'refused') fail(message.message);
      else if (message.type === 'status') news.onStatus(message.status);
      else void record(message.gap, message.found);
    });
    worker.on('error', (error) => fail(error.message));
    worker.on('exit', () => {
      state.exited = true;
      if (!state.closing) fail('the streams thread ended');
    });
    async function close() {
      state.closing = true;
      if (state.exited) return;
      const ended = new Promise<void>((done) => worker.once('exit', () => done()));
      tell({ type: 'close' });
      await ended;
    }
  });
}
