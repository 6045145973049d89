import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TaskStore } from './store.ts';
import { openTaskStore } from './store-sql.ts';

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
