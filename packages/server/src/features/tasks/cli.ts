/* What the command line needs of tasks. */
import type { Grouping, KpiRow } from '@fairlead/core/delivery';
import { FairleadError } from '@fairlead/core/errors';
import type { Program } from '@fairlead/core/program';
import { systemClock } from '../../platform/clock/index.ts';
import { deliveryLocation } from '../delivery/api.ts';
import { openDelivery } from '../delivery/create.ts';
import { ownerOf, startOfDay } from '../delivery/kpis.ts';
import { dayOf, loadProgram } from '../program/api.ts';
import { hasTasks, openTasks } from './create.ts';
import { importTaskFacts, type TaskFormat, type TaskImportCounts, taskFormats } from './import.ts';
import { programDeps, taskProgram } from './program.ts';
import { readingsOf, type TaskStores } from './readings.ts';
import { createTaskFigures } from './service.ts';
import { openTaskSnapshot } from './snapshot/snapshot.ts';
import type { ProvenanceDocument, TaskFigures } from './types.ts';

export type { ProvenanceDocument };

const names = { defaultHost: 'github.com' };
const nowSeconds = () => Math.floor(systemClock.now() / 1000);

/** Whether an import of this format is one of tasks. */
export function isTaskFormat(format: string): format is TaskFormat {
  return (taskFormats as readonly string[]).includes(format);
}

/** Imports a file (`-`: standard input) or, of `git-ai`, a clone into a data folder, also beside a running server. */
export async function importInto(
  dataDir: string,
  format: TaskFormat,
  file: string,
  repository?: string,
): Promise<TaskImportCounts> {
  return opened(dataDir, ({ tasks, delivery }) => {
    const pseudonyms = (logins: readonly string[]) => delivery.pseudonyms(logins);
    return importTaskFacts(tasks, { format, file, names, repository, pseudonyms });
  });
}

export interface TaskKpiFlags {
  /** `YYYY-MM-DD`; `to` isn't part of the window. */
  readonly from: string;
  readonly to: string;
  readonly by?: Grouping | undefined;
  /** Program directory: teams, members, and the assistants' own accounts. */
  readonly program?: string | undefined;
}

/** @throws FairleadError `delivery.no-facts`, `delivery.window-invalid`, and those of reading the program. */
export async function taskRowsIn(
  dataDir: string,
  { from, to, by, program }: TaskKpiFlags,
): Promise<readonly KpiRow[]> {
  const window = { from: startOfDay(from), to: startOfDay(to), by };
  return reading(dataDir, program, (figures) => figures.taskRows(window));
}

/** @throws FairleadError `delivery.no-facts`, `delivery.change-unknown`, `delivery.repository-invalid`, and those of reading the program. */
export async function provenanceIn(
  dataDir: string,
  change: string,
  program?: string,
): Promise<ProvenanceDocument> {
  return reading(dataDir, program, (figures) => figures.provenance(change));
}

async function reading<Value>(
  dataDir: string,
  directory: string | undefined,
  read: (figures: TaskFigures) => Promise<Value>,
): Promise<Value> {
  if (!hasTasks(dataDir)) throw new FairleadError('delivery.no-facts', { place: { file: dataDir } });
  const program = directory === undefined ? null : await programOf(directory);
  return opened(dataDir, async (stores) => {
    const readings = readingsOf({ dataDir }, stores);
    const known =
      program === null
        ? { agentAccounts: [], names, teamOf: ownerOf, teamOfMember: () => null, tree: 'owners' }
        : programDeps(taskProgram(program));
    const { closedAtoms } = stores.delivery;
    const snapshot = await openTaskSnapshot(deliveryLocation(dataDir));
    try {
      const deps = { readings, snapshot, isGuest: true, now: nowSeconds, closedAtoms };
      return await read(createTaskFigures({ ...deps, ...known }));
    } finally {
      await snapshot.close();
    }
  });
}

async function programOf(directory: string): Promise<Program> {
  return (await loadProgram(directory, { today: dayOf(systemClock.now()) })).program;
}

async function opened<Value>(dataDir: string, use: (stores: TaskStores) => Promise<Value>): Promise<Value> {
  const delivery = await openDelivery(dataDir);
  try {
    const tasks = await openTasks(dataDir);
    try {
      return await use({ tasks, delivery });
    } finally {
      await tasks.close();
    }
  } finally {
    await delivery.close();
  }
}
