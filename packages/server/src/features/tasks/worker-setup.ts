import type { TaskProgram } from './reader.ts';
import type { TaskPlace } from './readings.ts';

/** What the thread is started with. */
export interface TaskSetup {
  readonly place: TaskPlace;
  readonly program: TaskProgram;
}
