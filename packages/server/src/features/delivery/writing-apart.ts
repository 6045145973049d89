import { FairleadError } from '@fairlead/core/errors';
import type { StateLocation } from '../../platform/db/index.ts';
import { createQuestionThread } from '../../platform/threads/questions.ts';
import { rowsOfPage } from './fact-row.ts';
import { packed } from './packed-page.ts';
import type { CollectCounts, CollectedPage, DeliveryStore } from './store.ts';
import type { WriterAnswer } from './writer.ts';

// From source the worker is a .ts file, bundled it lies beside as .js.
const url = new URL(`./writer.worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);

/** Of fewer changes at once nobody would wait: a thread takes longer to start than they take to write. */
const manyChanges = 200;

/** The thread that writes pages. It starts with the first question. */
export interface PageThread {
  /** @throws FairleadError `delivery.unwritable` where it doesn't start. */
  ready(): Promise<void>;
  /** @throws what failed, with the code by which that is described; FairleadError `delivery.unwritable` when the thread ends. */
  collect(page: CollectedPage): Promise<CollectCounts>;
  close(): Promise<void>;
}

export function pageThread(location: StateLocation): PageThread {
  const thread = createQuestionThread({
    ...{ url, name: 'fairlead-delivery-writer', setup: location, keepsProcess: true },
    onTrouble: () => undefined,
    failed: (message) => new FairleadError('delivery.unwritable', { cause: new Error(message) }),
  });
  return {
    ready: () => thread.ask('ready'),
    collect: async (page) => countsOf(await thread.ask('collect', packed(rowsOfPage(page)))),
    close: thread.close,
  };
}

function countsOf(answer: WriterAnswer): CollectCounts {
  if ('counts' in answer) return answer.counts;
  throw Object.assign(new Error(answer.message), answer.code === null ? {} : { code: answer.code });
}

/**
 * The same store, whose pages of many changes are written by a thread of its own: then reading goes on while SQLite
 * writes and syncs.
 */
export function writingApart(store: DeliveryStore, location: StateLocation): DeliveryStore {
  const thread = pageThread(location);
  let state: 'none' | 'starting' | 'ready' = 'none';
  const start = () => {
    state = 'starting';
    thread.ready().then(
      () => {
        state = 'ready';
      },
      // Without it this thread goes on writing.
      () => undefined,
    );
  };
  return {
    ...store,
    async collect(page) {
      if (state === 'none' && page.whole.length >= manyChanges) start();
      return state === 'ready' ? thread.collect(page) : store.collect(page);
    },
    async close() {
      await thread.close();
      await store.close();
    },
  };
}
