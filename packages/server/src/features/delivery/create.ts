import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { nodeRandom } from '../../platform/crypto/index.ts';
import type { DeliveryStore } from './store.ts';
import { openDeliveryStore } from './store-sql.ts';

/** The delivery facts of a data folder; apart from the ledger, so that an import never holds up a call. */
export const deliveryFile = (dataDir: string) => join(dataDir, 'delivery.db');

/** Opens, and creates, the delivery facts of a data folder. */
export function openDelivery(dataDir: string): Promise<DeliveryStore> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  return openDeliveryStore({ kind: 'sqlite', file: deliveryFile(dataDir) }, nodeRandom);
}
