import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { StateLocation } from '../../platform/db/index.ts';
import { allFacts, type DeliveryStore } from '../delivery/api.ts';
import { openDeviceStore } from '../devices/reading/api.ts';
import { openIdentityStore, stateFile } from '../identity/reading/api.ts';
import { type LedgerView, openLedgerView, openSharedLedgerView } from '../ledger/reading/api.ts';
import type { Enrolled, TaskReadings } from './service.ts';
import type { TaskStore } from './store.ts';
import { followUsage } from './usage.ts';

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
    usage: () =>
      withLedger(place, async (ledger) => {
        if (ledger !== null) await follower.follow(ledger);
        return follower.usage();
      }),
    withLedger: (use) => withLedger(place, use),
    enrolled: () => enrolledIn(place),
    deliveryPseudonyms: (logins) => delivery.knownPseudonyms(logins),
  };
}

function ledgerOf({ dataDir, database }: TaskPlace): LedgerView | null {
  if (database !== undefined) return openSharedLedgerView(database);
  return existsSync(join(dataDir, 'ledger.db')) ? openLedgerView(dataDir) : null;
}

async function withLedger<Value>(
  place: TaskPlace,
  use: (ledger: LedgerView | null) => Promise<Value>,
): Promise<Value> {
  const view = ledgerOf(place);
  try {
    return await use(view);
  } finally {
    await view?.close();
  }
}

interface Grant {
  readonly principal: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly revokedAt: number | null;
}

function stateOf({ dataDir, database }: TaskPlace): StateLocation | null {
  if (database !== undefined) return { kind: 'postgres', url: database, readonly: true };
  const file = stateFile(dataDir);
  return existsSync(file) ? { kind: 'sqlite', file, options: { readonly: true } } : null;
}

/** Everyone who has, or had, a key or an enrolled device. */
async function enrolledIn(place: TaskPlace): Promise<readonly Enrolled[]> {
  const location = stateOf(place);
  if (location === null) return [];
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
