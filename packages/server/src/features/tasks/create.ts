import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Program } from '@fairlead/core/program';
import type { TaskReader } from './api.ts';
import { programFacts } from './program-facts.ts';
import type { TaskPlace } from './readings.ts';
import type { TaskStore } from './store.ts';
import { openTaskStore } from './store-sql.ts';
import { taskReader } from './worker-host.ts';

/** Beside the delivery facts, in their file: they are imported, backed up and erased together. */
const taskFile = (dataDir: string) => join(dataDir, 'delivery.db');

/** Opens, and creates, the facts of tasks in a data folder. */
export function openTasks(dataDir: string): Promise<TaskStore> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  return openTaskStore({ kind: 'sqlite', file: taskFile(dataDir) });
}

/** Whether a data folder has facts at all. */
export function hasTasks(dataDir: string): boolean {
  return existsSync(taskFile(dataDir));
}

/** Reads the tasks of a server, in a thread of its own that starts with the first question. */
export function openTaskReader(
  { dataDir, database }: TaskPlace,
  program: Program,
  onTrouble: (message: string) => void,
): TaskReader {
  return taskReader({ place: { dataDir, database }, program: programFacts(program) }, onTrouble);
}
