import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { nodeRandom } from '../../platform/crypto/index.ts';
import type { StateLocation } from '../../platform/db/index.ts';
import type { DeliveryStore } from './store.ts';
import { openDeliveryStore } from './store-sql.ts';

/** The delivery facts of a data folder; apart from the ledger, so that an import never holds up a call. */
export const deliveryFile = (dataDir: string) => join(dataDir, 'delivery.db');

/** Opens, and creates, the delivery facts of a data folder. */
export function openDelivery(dataDir: string): Promise<DeliveryStore> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  return openDeliveryStore({ kind: 'sqlite', file: deliveryFile(dataDir) }, nodeRandom);
}

/** The store of a running server, opened when it is first asked for; all of the process share its one connection. */
export interface SharedDelivery {
  open(): Promise<DeliveryStore>;
  close(): Promise<void>;
}

/** How long a statement waits where it keeps the whole process waiting. */
const busyTimeoutMs = 50;

/** @param database URL of PostgreSQL; SQLite in the data folder without one. */
export function shareDelivery(dataDir: string, database?: string): SharedDelivery {
  const location: StateLocation =
    database === undefined
      ? { kind: 'sqlite', file: deliveryFile(dataDir), options: { busyTimeoutMs } }
      : { kind: 'postgres', url: database };
  let opened: Promise<DeliveryStore> | null = null;
  return {
    open() {
      opened ??= openDeliveryStore(location, nodeRandom).catch((error: unknown) => {
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
