import { FairleadError } from '@fairlead/core/errors';
import { createQuestionThread } from '../../platform/threads/questions.ts';
import type { DeliveryReader } from './reader.ts';
import type { DeliverySetup } from './worker-setup.ts';

// From source the worker is a .ts file, bundled it lies beside as .js.
const url = new URL(`./delivery.worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);

/** Room for what's just been made: with more of it V8 would rather take 100 MB than look for what's no longer used. */
const maxYoungGenerationSizeMb = 48;

/** Reads delivery facts in a thread of its own. Its failures fail questions with `delivery.unavailable`, on a full disk `store.full`, never a call. */
export function deliveryReader(setup: DeliverySetup, onTrouble: (message: string) => void): DeliveryReader {
  const thread = createQuestionThread({
    ...{ url, name: 'fairlead-delivery', setup, onTrouble },
    limits: { maxYoungGenerationSizeMb },
    failed,
  });
  return {
    rows: (query) => thread.ask('rows', query),
    parts: (query) => thread.ask('parts', query),
    timeline: (change) => thread.ask('timeline', change),
    health: () => thread.ask('health'),
    held: (accounts) => thread.ask('held', accounts),
    forget: (accounts) => thread.ask('forget', accounts),
    close: () => thread.close(),
  };
}

function failed(message: string, code: string | null): FairleadError {
  return new FairleadError(code === 'store.full' ? code : 'delivery.unavailable', {
    cause: new Error(message),
  });
}
