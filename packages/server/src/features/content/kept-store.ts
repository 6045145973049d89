import { isFairleadError } from '@fairlead/core/errors';
import { loadSecret } from '../../platform/crypto/index.ts';
import { describeFull, type StateLocation } from '../../platform/db/index.ts';
import type { ContentStore } from './store.ts';
import { startContentWorker } from './worker-host.ts';

export interface KeptStoreOptions {
  /** The master key's file. */
  readonly masterFile: string;
  readonly log: (level: 'warn' | 'error', message: string) => void;
  readonly retryMs?: number;
}

/** The store through whatever keeps it from being opened. */
export interface KeptStore {
  /** Null while it can't be used. */
  store(): ContentStore | null;
  /** Why not, by the code of an error; null while it can. */
  failure(): string | null;
  close(): Promise<void>;
}

/** What keeps it from being opened (a full disk, a database that is away) may end. */
const patienceMs = 10_000;

/** Tries to open the store, and tries again until it is open. The wrong key is found once: it needs somebody. */
export async function keepStore(options: KeptStoreOptions, location: StateLocation): Promise<KeptStore> {
  const { log, retryMs = patienceMs } = options;
  const state: { store: ContentStore | null; failure: string | null; closed: boolean } = {
    ...{ store: null, failure: null, closed: false },
  };
  let timer: NodeJS.Timeout | undefined;
  const attempt = async (): Promise<void> => {
    try {
      state.store = await startContentWorker({ location, master: loadSecret(options.masterFile) });
      if (state.failure !== null) log('warn', 'The store of content can be used again.');
      state.failure = null;
    } catch (thrown) {
      const error = describeFull(thrown) ?? thrown;
      const failure = isFairleadError(error) ? error.code : 'unknown';
      const { message, fix = '' } = error as { message: string; fix?: string };
      if (failure !== state.failure)
        log('error', `The store of content cannot be used (${failure}): ${message} ${fix}`.trimEnd());
      state.failure = failure;
      if (failure === 'content.key-wrong' || state.closed) return;
      timer = setTimeout(() => {
        trying = attempt();
      }, retryMs).unref();
    }
  };
  let trying = attempt();
  await trying;
  return {
    store: () => state.store,
    failure: () => state.failure,
    async close() {
      state.closed = true;
      clearTimeout(timer);
      await trying;
      await state.store?.close();
    },
  };
}
