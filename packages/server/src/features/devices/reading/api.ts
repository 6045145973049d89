/* Reading enrolled devices beside the server that enrols them. */
import type { StateLocation } from '../../../platform/db/index.ts';
import type { Grant } from '../../identity/reading/api.ts';
import { openDeviceStore } from '../store-sql.ts';

/** Every device ever enrolled. @throws FairleadError `store.unreadable` */
export async function readDeviceGrants(location: StateLocation): Promise<readonly Grant[]> {
  const store = await openDeviceStore(location);
  try {
    return (await store.devices()).map(({ principal, createdAt, expiresAt, revokedAt }) => ({
      ...{ principal, createdAt, expiresAt, revokedAt },
    }));
  } finally {
    await store.close();
  }
}
