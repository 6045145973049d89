import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../../platform/clock/index.ts';
import { answerQuestions } from '../../platform/threads/questions.ts';
import { readFacts } from './read-facts.ts';
import type { DeliverySetup } from './worker-setup.ts';

/* The thread that reads delivery facts: figures of many changes take seconds, and no call may wait for them. */

const { location, program } = workerData as DeliverySetup;
answerQuestions(parentPort!, readFacts(location, program, systemClock));
