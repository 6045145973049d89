import { FairleadError } from '@fairlead/core/errors';
import type { StateLocation } from '../../platform/db/index.ts';
import { createQuestionThread } from '../../platform/threads/questions.ts';
import { rowsOfPage } from './fact-row.ts';
import { packed } from './packed-page.ts';
import type { CollectCounts, DeliveryStore } from './store.ts';
import type { WriterAnswer } from './writer.ts';

// From source the worker is a .ts file, bundled it lies beside as .js.
const url = new URL(`./writer.worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);

/** Of fewer changes at once nobody would wait: a thread takes longer to start than they take to write. */
const manyChanges = 200;

/**
 * The same store, whose pages of many changes are written by a thread of its own: then reading goes on while SQLite
 * writes and syncs. One page at a time, and nothing else meanwhile.
 */
export function writingApart(store: DeliveryStore, location: StateLocation): DeliveryStore {
  const thread = createQuestionThread({
    ...{ url, name: 'fairlead-delivery-writer', setup: location, keepsProcess: true },
    onTrouble: () => undefined,
    failed: (message) => new FairleadError('delivery.unwritable', { cause: new Error(message) }),
  });
  let isReady = false;
  let isStarted = false;
  const start = () => {
    isStarted = true;
    thread.ask('ready').then(
      () => {
        isReady = true;
      },
      // Without it this thread writes.
      () => undefined,
    );
  };
  return {
    ...store,
    async collect(page) {
      if (!isStarted && page.whole.length >= manyChanges) start();
      if (!isReady) return store.collect(page);
      return countsOf(await thread.ask<WriterAnswer>('collect', packed(rowsOfPage(page))));
    },
    async close() {
      await thread.close();
      await store.close();
    },
  };
}

/** What failed keeps its code, by which it is described. */
function countsOf(answer: WriterAnswer): CollectCounts {
  if ('counts' in answer) return answer.counts;
  throw Object.assign(new Error(answer.message), answer.code === null ? {} : { code: answer.code });
}
