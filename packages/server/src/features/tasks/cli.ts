/* What the command line needs of tasks. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Grouping, KpiRow } from '@fairlead/core/delivery';
import { FairleadError } from '@fairlead/core/errors';
import type { Program } from '@fairlead/core/program';
import { systemClock } from '../../platform/clock/index.ts';
import { openDelivery } from '../delivery/create.ts';
import { allFacts, ownerOf, startOfDay } from '../delivery/kpis.ts';
import type { DeliveryStore } from '../delivery/store.ts';
import { openDeviceStore } from '../devices/store-sql.ts';
import { stateFile } from '../identity/create.ts';
import { openIdentityStore } from '../identity/store-sql.ts';
import { openLedgerView } from '../ledger/reading/api.ts';
import { dayOf, loadProgram } from '../program/api.ts';
import type { ProvenanceDocument, TaskFigures } from './api.ts';
import { hasTasks, openTasks } from './create.ts';
import { importTaskFacts, type TaskFormat, type TaskImportCounts, taskFormats } from './import.ts';
import { createTaskFigures, type Enrolled, type TaskReadings } from './service.ts';
import type { TaskStore } from './store.ts';
import { type LedgerUsage, readUsage } from './usage.ts';

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
  return opened(dataDir, (stores) => {
    const teams = new Map(program?.repositories.map(({ id, team }) => [id, team]));
    const members = new Map(
      program?.teams.flatMap(({ id, members: some }) => some.map((member) => [member.id, id])),
    );
    return read(
      createTaskFigures({
        readings: readingsOf(dataDir, stores),
        agentAccounts: program?.assistants.flatMap(({ accounts = [] }) => accounts) ?? [],
        names: { defaultHost: program?.organisation.defaultHost ?? names.defaultHost },
        teamOf: program === null ? ownerOf : (repository) => teams.get(repository) ?? 'unmapped',
        teamOfMember: (principal) => members.get(principal) ?? null,
        now: nowSeconds,
      }),
    );
  });
}

async function programOf(directory: string): Promise<Program> {
  return (await loadProgram(directory, { today: dayOf(systemClock.now()) })).program;
}

interface Stores {
  readonly tasks: TaskStore;
  readonly delivery: DeliveryStore;
}

async function opened<Value>(dataDir: string, use: (stores: Stores) => Promise<Value>): Promise<Value> {
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

function readingsOf(dataDir: string, { tasks, delivery }: Stores): TaskReadings {
  return {
    delivery: () => allFacts(delivery),
    facts: () => tasks.facts(),
    usage: () => usageOf(dataDir),
    enrolled: () => enrolledIn(dataDir),
    deliveryPseudonyms: (logins) => delivery.knownPseudonyms(logins),
  };
}

async function usageOf(dataDir: string): Promise<LedgerUsage> {
  if (!existsSync(join(dataDir, 'ledger.db'))) return { calls: [], assistants: new Map() };
  const view = openLedgerView(dataDir);
  try {
    return await readUsage(view);
  } finally {
    await view.close();
  }
}

interface Grant {
  readonly principal: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly revokedAt: number | null;
}

/** Everyone who has, or had, a key or an enrolled device. */
async function enrolledIn(dataDir: string): Promise<readonly Enrolled[]> {
  if (!existsSync(stateFile(dataDir))) return [];
  const location = { kind: 'sqlite', file: stateFile(dataDir), options: { readonly: true } } as const;
  const identity = await openIdentityStore(location);
  try {
    const devices = await openDeviceStore(location);
    const grants: Grant[] = [...(await identity.keys()), ...(await devices.devices())];
    await devices.close();
    const pseudonyms = await identity.knownPseudonyms();
    return grants.flatMap(({ principal, createdAt, expiresAt, revokedAt }) => {
      const pseudonym = pseudonyms.get(principal);
      const until = Math.floor((revokedAt ?? expiresAt) / 1000);
      return pseudonym === undefined
        ? []
        : [{ pseudonym, principal, from: Math.floor(createdAt / 1000), until }];
    });
  } finally {
    await identity.close();
  }
}
