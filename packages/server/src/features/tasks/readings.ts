import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { StateLocation } from '../../platform/db/index.ts';
import { allFacts, type DeliveryStore } from '../delivery/api.ts';
import { readDeviceGrants } from '../devices/reading/api.ts';
import { readKeyGrants } from '../identity/reading/api.ts';
import { openLedgerView, openSharedLedgerView } from '../ledger/reading/api.ts';
import type { Enrolled, TaskReadings } from './service.ts';
import type { TaskStore } from './store.ts';
import { followUsage, type UsageFollower } from './usage.ts';

/** A data folder, and the database that is used instead of its files. */
export interface TaskPlace {
  readonly dataDir: string;
  readonly database?: string | undefined;
}

/** Facts of tasks and of delivery, open. */
export interface TaskStores {
  readonly tasks: TaskStore;
  readonly delivery: DeliveryStore;
}

/** Reads everything anew each time; of the ledger only what came since the time before. */
export function readingsOf(place: TaskPlace, { tasks, delivery }: TaskStores): TaskReadings {
  const follower = followUsage();
  return {
    delivery: () => allFacts(delivery),
    facts: () => tasks.facts(),
    usage: () => usageOf(place, follower),
    enrolled: () => enrolledIn(place),
    deliveryPseudonyms: (logins) => delivery.knownPseudonyms(logins),
  };
}

async function usageOf({ dataDir, database }: TaskPlace, follower: UsageFollower) {
  if (database === undefined && !existsSync(join(dataDir, 'ledger.db'))) return follower.usage();
  const view = database === undefined ? openLedgerView(dataDir) : openSharedLedgerView(database);
  try {
    await follower.follow(view);
    return follower.usage();
  } finally {
    await view.close();
  }
}

function stateOf({ dataDir, database }: TaskPlace): StateLocation | null {
  if (database !== undefined) return { kind: 'postgres', url: database, readonly: true };
  const file = join(dataDir, 'state.db');
  return existsSync(file) ? { kind: 'sqlite', file, options: { readonly: true } } : null;
}

/** Everyone who has, or had, a key or an enrolled device. */
async function enrolledIn(place: TaskPlace): Promise<readonly Enrolled[]> {
  const location = stateOf(place);
  if (location === null) return [];
  const { grants, pseudonyms } = await readKeyGrants(location);
  const devices = await readDeviceGrants(location);
  return [...grants, ...devices].flatMap(({ principal, createdAt, expiresAt, revokedAt }) => {
    const pseudonym = pseudonyms.get(principal);
    if (pseudonym === undefined) return [];
    const until = Math.floor((revokedAt ?? expiresAt) / 1000);
    return [{ pseudonym, principal, from: Math.floor(createdAt / 1000), until }];
  });
}
