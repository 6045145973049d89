/* What the command line needs of tasks. */
import type { Grouping, KpiRow } from '@fairlead/core/delivery';
import type { Program } from '@fairlead/core/program';
import { deliveryPlace } from '../../app/delivery-place.ts';
import { systemClock } from '../../platform/clock/index.ts';
import type { DownloadFlags } from '../delivery/download.ts';
import { ownerOf, startOfDay } from '../delivery/kpis.ts';
import {
  type DeliveryPlace,
  describePlace,
  hasTable,
  locationOf,
  type NamedPlace,
  openFacts,
  openKnownFacts,
} from '../delivery/places.ts';
import { fromSource } from '../delivery/source.ts';
import type { DeliveryStore } from '../delivery/store.ts';
import { dayOf, loadProgram } from '../program/api.ts';
import { openTasks } from './create.ts';
import { importTaskFacts, type TaskFormat, type TaskImportCounts, taskFormats } from './import.ts';
import { programDeps, taskProgram } from './program.ts';
import { readingsOf, type TaskStores } from './readings.ts';
import { createTaskFigures, type TaskReadings } from './service.ts';
import { openTaskSnapshot } from './snapshot/snapshot.ts';
import type { ProvenanceDocument, TaskFigures } from './types.ts';
import { followUsage } from './usage.ts';

export type { ProvenanceDocument };

const names = { defaultHost: 'github.com' };
const nowSeconds = () => Math.floor(systemClock.now() / 1000);

/** Whether an import of this format is one of tasks. */
export function isTaskFormat(format: string): format is TaskFormat {
  return (taskFormats as readonly string[]).includes(format);
}

/**
 * Imports a file (`-`: standard input), what is at a URL or, of `git-ai`, a clone into a data folder or a database, also
 * beside running servers. @throws FairleadError as `importTaskFacts`, and as delivery's `importInto`
 */
export async function importInto(
  named: NamedPlace,
  format: TaskFormat,
  source: string,
  repository?: string,
  flags: DownloadFlags = {},
): Promise<TaskImportCounts> {
  const place = deliveryPlace(named);
  return fromSource({ format, source, ...flags }, async (file) =>
    opened(place, await openFacts(place, 'few'), ({ tasks, delivery }) => {
      const pseudonyms = (logins: readonly string[]) => delivery.pseudonyms(logins);
      return importTaskFacts(tasks, { format, file, names, repository, pseudonyms });
    }),
  );
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
  place: NamedPlace,
  { from, to, by, program }: TaskKpiFlags,
): Promise<readonly KpiRow[]> {
  const window = { from: startOfDay(from), to: startOfDay(to), by };
  return reading(place, program, (figures) => figures.taskRows(window));
}

/** @throws FairleadError `delivery.no-facts`, `delivery.change-unknown`, `delivery.repository-invalid`, and those of reading the program. */
export async function provenanceIn(
  place: NamedPlace,
  change: string,
  program?: string,
): Promise<ProvenanceDocument> {
  return reading(place, program, (figures) => figures.provenance(change));
}

async function reading<Value>(
  named: NamedPlace,
  directory: string | undefined,
  read: (figures: TaskFigures) => Promise<Value>,
): Promise<Value> {
  const place = deliveryPlace(named);
  const program = directory === undefined ? null : await programOf(directory);
  return opened(place, await openKnownFacts(place, 'keeps'), async (stores) => {
    const readings = await readingsIn(place, stores);
    const known =
      program === null
        ? {
            agentAccounts: [],
            names,
            teamOf: ownerOf,
            teamsKnown: false,
            teamOfMember: () => null,
            tree: 'owners',
          }
        : programDeps(taskProgram(program));
    const { closedAtoms, lateFacts } = stores.delivery;
    const snapshot = await openTaskSnapshot(locationOf(place));
    try {
      const deps = { readings, snapshot, isGuest: true, now: nowSeconds, closedAtoms, lateFacts };
      return await read(createTaskFigures({ ...deps, ...known }));
    } finally {
      await snapshot.close();
    }
  });
}

/** Of a database that no server was ever started on there is neither a ledger nor anybody enrolled. */
async function readingsIn(place: DeliveryPlace, stores: TaskStores): Promise<TaskReadings> {
  if ('dataDir' in place) return readingsOf(place, stores);
  const readings = readingsOf({ dataDir: '', ...place }, stores);
  if (await hasTable(place, 'ledger_entries')) return readings;
  return {
    ...readings,
    usage: async () => followUsage().usage(),
    withLedger: (use) => use(null),
    enrolled: async () => [],
  };
}

async function programOf(directory: string): Promise<Program> {
  return (await loadProgram(directory, { today: dayOf(systemClock.now()) })).program;
}

async function opened<Value>(
  place: DeliveryPlace,
  delivery: DeliveryStore,
  use: (stores: TaskStores) => Promise<Value>,
): Promise<Value> {
  try {
    const tasks = await openTasks(place);
    try {
      return await use({ tasks, delivery });
    } finally {
      await tasks.close();
    }
  } catch (error) {
    throw 'database' in place ? describePlace(error, place) : error;
  } finally {
    await delivery.close();
  }
}
