import { FairleadError } from '@fairlead/core/errors';
import { createQuestionThread } from '../../platform/threads/questions.ts';
import type { TaskReader } from './reader.ts';
import type { TaskSetup } from './worker-setup.ts';

// From source the worker is a .ts file, bundled it lies beside as .js.
const url = new URL(`./tasks.worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);

/** With more room V8 takes 100 MB before it looks for what's no longer used; with more than this figures are no quicker. */
const maxYoungGenerationSizeMb = 12;

/** Computes figures of tasks in a thread of its own. Its failures fail questions with `delivery.unavailable`, on a full disk `store.full`, never a call. */
export function taskReader(setup: TaskSetup, onTrouble: (message: string) => void): TaskReader {
  const thread = createQuestionThread({
    ...{ url, name: 'fairlead-tasks', setup, onTrouble },
    limits: { maxYoungGenerationSizeMb },
    failed,
  });
  return {
    rows: (query) => thread.ask('rows', query),
    sources: () => thread.ask('sources'),
    close: () => thread.close(),
  };
}

function failed(message: string, code: string | null): FairleadError {
  return new FairleadError(code === 'store.full' ? code : 'delivery.unavailable', {
    cause: new Error(message),
  });
}
