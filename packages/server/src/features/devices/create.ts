import { join } from 'node:path';
import type { StateLocation } from '../../platform/db/index.ts';
import type { Devices } from './api.ts';
import type { DevicesDeps } from './deps.ts';
import { createDevicesService } from './service.ts';
import { openSigningKeys } from './signing-keys.ts';
import { openDeviceStore } from './store-sql.ts';

/** Tokens are renewed while a run lasts, so they needn't live longer than a stolen one may. */
export const defaultTokenLifeSeconds = 600;

/** Opens the store and the signing keys, and wires the feature. `keysDir` lies outside the data folder. */
export async function createDevices(
  location: StateLocation,
  keysDir: string,
  deps: Omit<DevicesDeps, 'store' | 'keys'>,
): Promise<Devices> {
  const keys = openSigningKeys(join(keysDir, 'assistant-tokens.json'));
  const store = await openDeviceStore(location);
  try {
    return await createDevicesService({ ...deps, store, keys });
  } catch (error) {
    await store.close();
    throw error;
  }
}
