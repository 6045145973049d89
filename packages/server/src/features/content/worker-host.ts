import { FairleadError, isErrorCode } from '@fairlead/core/errors';
import { createQuestionThread } from '../../platform/threads/questions.ts';
import type { ContentStore } from './store.ts';
import type { ContentSetup } from './worker-setup.ts';

// From source the worker is a .ts file, bundled it lies beside as .js.
const url = new URL(`./content.worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);

/** Starts the thread that keeps content. @throws FairleadError `content.key-wrong`, `content.unavailable`, `store.full`. */
export async function startContentWorker(setup: ContentSetup): Promise<ContentStore> {
  const thread = createQuestionThread({
    ...{ url, name: 'fairlead-content', setup, failed },
    // Each failure is that of a question, which is told.
    onTrouble: () => undefined,
    // What waits is bounded by its bytes, before it is asked.
    waitingAtMost: Number.POSITIVE_INFINITY,
  });
  try {
    await thread.ask('ready');
  } catch (error) {
    await thread.close();
    throw error;
  }
  return {
    keep: (item) => thread.ask('keep', item),
    open: (op) => thread.ask('open', op),
    erase: (subject) => thread.ask('erase', subject),
    sweep: (expiry) => thread.ask('sweep', expiry),
    counts: () => thread.ask('counts'),
    close: () => thread.close(),
  };
}

function failed(message: string, code: string | null): FairleadError {
  const isTold = code !== null && isErrorCode(code) && /^(?:content\.|store\.full$)/.test(code);
  const known = isTold ? code : 'content.unavailable';
  return new FairleadError(known, { cause: new Error(message) });
}
