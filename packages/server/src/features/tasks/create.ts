import type { Program } from '@fairlead/core/program';
import { makeFolder } from '../../platform/files/index.ts';
import { deliveryLocation, type NamedPlace, placeNamed } from '../delivery/api.ts';
import { taskProgram } from './program.ts';
import type { TaskReader } from './reader.ts';
import type { TaskPlace } from './readings.ts';
import type { TaskStore } from './store.ts';
import { openTaskStore } from './store-sql.ts';
import { taskReader } from './worker-host.ts';

/** Opens, and creates, the facts of tasks: beside the delivery facts, to be backed up and erased with them. */
export function openTasks(named: NamedPlace): Promise<TaskStore> {
  const place = placeNamed(named);
  if ('database' in place) return openTaskStore(deliveryLocation('', place.database));
  makeFolder(place.dataDir, 0o700);
  return openTaskStore(deliveryLocation(place.dataDir));
}

/** Reads the figures of tasks of a server, in a thread of its own that starts with the first question. */
export function openTaskReader(
  { dataDir, database }: TaskPlace,
  program: Program,
  onTrouble: (message: string) => void,
): TaskReader {
  return taskReader({ place: { dataDir, database }, program: taskProgram(program) }, onTrouble);
}
