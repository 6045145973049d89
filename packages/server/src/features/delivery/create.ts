import { join } from 'node:path';
import { type LateFacts, productionEnvironments } from '@fairlead/core/delivery';
import type { Program } from '@fairlead/core/program';
import { systemClock } from '../../platform/clock/index.ts';
import { nodeRandom } from '../../platform/crypto/index.ts';
import type { StateLocation } from '../../platform/db/index.ts';
import { makeFolder } from '../../platform/files/index.ts';
import { readFacts } from './read-facts.ts';
import type { DeliveryProgram, DeliveryReader } from './reader.ts';
import type { Account, DeliveryStore } from './store.ts';
import type { Writes } from './store-room.ts';
import { openDeliveryStore } from './store-sql.ts';
import { deliveryReader } from './worker-host.ts';
import { writingApart } from './writing-apart.ts';

/** The delivery facts of a data folder; apart from the ledger, so that an import never holds up a call. */
export const deliveryFile = (dataDir: string) => join(dataDir, 'delivery.db');

/** How long a command that writes many facts waits for another one's turn to end. */
const patienceMs = 60_000;

/** Opens, and creates, the delivery facts of a data folder. */
export async function openDelivery(dataDir: string, writes: Writes = 'few'): Promise<DeliveryStore> {
  makeFolder(dataDir, 0o700);
  const options = writes === 'few' ? {} : { busyTimeoutMs: patienceMs };
  const location = { kind: 'sqlite', file: deliveryFile(dataDir), options } as const;
  const store = await openDeliveryStore(location, nodeRandom, writes);
  return writes === 'apart' ? writingApart(store, location) : store;
}

/** The store of a running server, opened when it is first asked for; all of the process share its one connection. */
export interface SharedDelivery {
  open(): Promise<DeliveryStore>;
  close(): Promise<void>;
}

/** How long a statement waits where it keeps the whole process waiting. */
const busyTimeoutMs = 50;

/** Where a server keeps delivery facts. @param database URL of PostgreSQL; SQLite in the data folder without one. */
export function deliveryLocation(dataDir: string, database?: string): StateLocation {
  return database === undefined
    ? { kind: 'sqlite', file: deliveryFile(dataDir) }
    : { kind: 'postgres', url: database };
}

/** @param database URL of PostgreSQL; SQLite in the data folder without one. */
export function shareDelivery(
  dataDir: string,
  database: string | undefined,
  production: readonly string[],
): SharedDelivery {
  const place = deliveryLocation(dataDir, database);
  const location = place.kind === 'sqlite' ? { ...place, options: { busyTimeoutMs } } : place;
  let opened: Promise<DeliveryStore> | null = null;
  return {
    open() {
      opened ??= openSaying(location, production).catch((error: unknown) => {
        opened = null;
        throw error;
      });
      return opened;
    },
    async close() {
      await (await opened?.catch(() => null))?.close();
    },
  };
}

/** What came before the program's word follows it, too. */
async function openSaying(location: StateLocation, production: readonly string[]): Promise<DeliveryStore> {
  const store = await openDeliveryStore(location, nodeRandom);
  try {
    await store.takeProduction(production);
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Reads the delivery facts of a server, in a thread of its own that starts with the first question. */
export function openDeliveryReader(
  { dataDir, database }: { readonly dataDir: string; readonly database?: string | undefined },
  program: Program,
  onTrouble: (message: string) => void,
): DeliveryReader {
  const location = deliveryLocation(dataDir, database);
  return deliveryReader({ location, program: programFacts(program) }, onTrouble);
}

/** The same of a data folder that no server uses; who owns what is for programs to say. */
export function openDeliveryFolder(dataDir: string): DeliveryReader {
  return readFacts(deliveryLocation(dataDir), { teams: {}, members: [] }, systemClock);
}

/** What figures need of a program. */
export function programFacts(program: Program): DeliveryProgram {
  const { repositories, teams } = program;
  return {
    teams: teamsOfRepositories(repositories),
    members: teams.flatMap(({ members }) => members.map(({ id }) => id.toLowerCase())),
    accounts: accountsOf(program),
    production: productionOf(program),
    lateFacts: lateFactsOf(program),
  };
}

/** Whose accounts are whose, as teams.yaml says; those of services and assistants, and a service's own id, are a machine's. */
export function accountsOf({ teams, assistants }: Pick<Program, 'teams' | 'assistants'>): readonly Account[] {
  const machines = assistants.flatMap(({ accounts = [] }) =>
    accounts.map((account) => ({ account: account.toLowerCase(), person: null })),
  );
  const members = teams.flatMap(({ members }) =>
    members.flatMap(({ id, kind, accounts = [] }): readonly Account[] => {
      const person = id.toLowerCase();
      if (kind === 'service') return [person, ...accounts].map((account) => ({ account, person: null }));
      return accounts.filter((account) => account !== person).map((account) => ({ account, person }));
    }),
  );
  return [...members, ...machines];
}

/** Environments that are production. */
export function productionOf({ delivery }: Pick<Program, 'delivery'>): readonly string[] {
  return delivery?.productionEnvironments ?? productionEnvironments;
}

/** When published figures count what comes late. */
export function lateFactsOf({ delivery }: Pick<Program, 'delivery'>): LateFacts {
  return delivery?.lateFacts ?? 'at_once';
}

/** Team of each repository, under each of its names. */
export function teamsOfRepositories(repositories: Program['repositories']): DeliveryProgram['teams'] {
  return Object.fromEntries(
    repositories.flatMap(({ id, aliases, team }) => [id, ...aliases].map((name) => [name, team])),
  );
}
