import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { nodeRandom } from '../../platform/crypto/index.ts';
import type { StateLocation } from '../../platform/db/index.ts';
import { allFacts, openDeliveryStore } from '../delivery/api.ts';
import { readDeviceGrants } from '../devices/reading/api.ts';
import { readKeyGrants } from '../identity/reading/api.ts';
import { type LedgerView, openLedgerView, openSharedLedgerView } from '../ledger/reading/api.ts';
import type { Enrolled, TaskReadings } from './service.ts';
import { openTaskStore } from './store-sql.ts';
import { followUsage, type LedgerUsage } from './usage.ts';

/** A data folder, or the PostgreSQL database that replicas share. */
export interface TaskPlace {
  readonly dataDir: string;
  readonly database?: string | undefined;
}

export interface OpenReadings extends TaskReadings {
  close(): Promise<void>;
}

/** Opens what figures of tasks are computed from, beside a server that writes it. @throws FairleadError `store.*` */
export async function openReadings(place: TaskPlace): Promise<OpenReadings> {
  const location = locationOf(place, 'delivery.db');
  const delivery = await openDeliveryStore(location, nodeRandom);
  const tasks = await openTaskStore(location);
  const ledger = followLedger(place);
  return {
    delivery: () => allFacts(delivery),
    facts: () => tasks.facts(),
    usage: ledger.usage,
    enrolled: () => enrolledIn(place),
    deliveryPseudonyms: (logins) => delivery.knownPseudonyms(logins),
    async close() {
      await ledger.close();
      await tasks.close();
      await delivery.close();
    },
  };
}

function locationOf({ dataDir, database }: TaskPlace, file: string, readonly = false): StateLocation {
  if (database !== undefined) return { kind: 'postgres', url: database, ...(readonly && { readonly }) };
  return { kind: 'sqlite', file: join(dataDir, file), ...(readonly && { options: { readonly } }) };
}

/** A ledger that isn't there yet has no calls; it is looked for again when it's asked for again. */
function followLedger({ dataDir, database }: TaskPlace) {
  let open: { readonly view: LedgerView; readonly usage: () => Promise<LedgerUsage> } | null = null;
  return {
    async usage(): Promise<LedgerUsage> {
      if (open === null) {
        if (database === undefined && !existsSync(join(dataDir, 'ledger.db')))
          return { calls: [], assistants: new Map() };
        const view = database === undefined ? openLedgerView(dataDir) : openSharedLedgerView(database);
        open = { view, usage: followUsage(view) };
      }
      return open.usage();
    },
    async close(): Promise<void> {
      await open?.view.close();
    },
  };
}

/** Everyone who has, or had, a key or an enrolled device. */
async function enrolledIn(place: TaskPlace): Promise<readonly Enrolled[]> {
  const location = locationOf(place, 'state.db', true);
  if (location.kind === 'sqlite' && !existsSync(location.file)) return [];
  const { grants, pseudonyms } = await readKeyGrants(location);
  const devices = await readDeviceGrants(location);
  return [...grants, ...devices].flatMap(({ principal, createdAt, expiresAt, revokedAt }) => {
    const pseudonym = pseudonyms.get(principal);
    if (pseudonym === undefined) return [];
    const until = Math.floor((revokedAt ?? expiresAt) / 1000);
    return [{ pseudonym, principal, from: Math.floor(createdAt / 1000), until }];
  });
}
