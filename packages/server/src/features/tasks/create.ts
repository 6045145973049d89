import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Program } from '@fairlead/core/program';
import type { TaskReader } from './reader.ts';
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

/** Reads the figures of tasks of a server, in a thread of its own that starts with the first question. */
export function openTaskReader(
  { dataDir, database }: TaskPlace,
  { repositories, teams, assistants, organisation }: Program,
  onTrouble: (message: string) => void,
): TaskReader {
  const program = {
    teams: Object.fromEntries(
      repositories.flatMap(({ id, aliases, team }) => [id, ...aliases].map((name) => [name, team])),
    ),
    members: Object.fromEntries(teams.flatMap(({ id, members }) => members.map((member) => [member.id, id]))),
    agentAccounts: assistants.flatMap(({ accounts = [] }) => accounts),
    names: { defaultHost: organisation.defaultHost },
  };
  return taskReader({ place: { dataDir, database }, program }, onTrouble);
}
