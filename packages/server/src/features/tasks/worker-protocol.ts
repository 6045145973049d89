import type { TaskReader } from './api.ts';
import type { TaskProgram } from './program-facts.ts';
import type { TaskPlace } from './readings.ts';

/** What the thread is started with. */
export interface TaskSetup {
  readonly place: TaskPlace;
  readonly program: TaskProgram;
}

/** Main thread to worker. */
export interface TaskCall {
  readonly call: number;
  readonly method: keyof TaskReader;
  readonly args: readonly unknown[];
}

/** Worker to main thread. Messages of SQLite and the system name files and conditions, never content. */
export type TaskMessage =
  | { readonly type: 'done'; readonly call: number; readonly value: unknown }
  | { readonly type: 'failed'; readonly call: number; readonly message: string };
