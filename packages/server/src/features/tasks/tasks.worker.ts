import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../../platform/clock/index.ts';
import { answerQuestions } from '../../platform/threads/questions.ts';
import { readTasks } from './read-tasks.ts';
import type { TaskSetup } from './worker-setup.ts';

/* The thread that computes figures of tasks: it reads every fact and every call, and no call may wait for that. */

const { place, program } = workerData as TaskSetup;
answerQuestions(parentPort!, readTasks(place, program, systemClock));
