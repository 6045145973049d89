import { parentPort, workerData } from 'node:worker_threads';
import { answerQuestions } from '../../platform/threads/questions.ts';
import type { ContentStore } from './store.ts';
import { openContentStore } from './store-sql.ts';
import type { ContentSetup } from './worker-setup.ts';

/* The thread that owns content.db: neither encrypting nor a slow disk ever holds up a call. */

const { location, master } = workerData as ContentSetup;
const opening = openContentStore(location, master);
// Told to whoever asks.
opening.catch(() => undefined);

const methods: ContentStore & { ready(): Promise<void> } = {
  ready: async () => void (await opening),
  keep: async (item) => (await opening).keep(item),
  open: async (op) => (await opening).open(op),
  erase: async (subject) => (await opening).erase(subject),
  sweep: async (expiry) => (await opening).sweep(expiry),
  counts: async () => (await opening).counts(),
  close: async () => (await opening).close(),
};

answerQuestions(parentPort!, methods, 'at-once');
