import { parentPort, workerData } from 'node:worker_threads';
import type { StateLocation } from '../../platform/db/index.ts';
import { answerQuestions } from '../../platform/threads/questions.ts';
import { openPageWriter } from './writer.ts';

/* The thread that writes what a collector reads. */

answerQuestions(parentPort!, await openPageWriter(workerData as StateLocation));
