import { existsSync, mkdirSync } from 'node:fs';
import type { Program } from '@fairlead/core/program';
import { deliveryFile, deliveryLocation } from '../delivery/api.ts';
import { taskProgram } from './program.ts';
import type { TaskReader } from './reader.ts';
import type { TaskPlace } from './readings.ts';
import type { TaskStore } from './store.ts';
import { openTaskStore } from './store-sql.ts';
import { taskReader } from './worker-host.ts';

/** Opens, and creates, the facts of tasks: in the file of the delivery facts, to be backed up and erased with them. */
export function openTasks(dataDir: string): Promise<TaskStore> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  return openTaskStore(deliveryLocation(dataDir));
}

/** Whether a data folder has facts at all. */
export function hasTasks(dataDir: string): boolean {
  return existsSync(deliveryFile(dataDir));
}

/** Reads the figures of tasks of a server, in a thread of its own that starts with the first question. */
export function openTaskReader(
  { dataDir, database }: TaskPlace,
  program: Program,
  onTrouble: (message: string) => void,
): TaskReader {
  return taskReader({ place: { dataDir, database }, program: taskProgram(program) }, onTrouble);
}
