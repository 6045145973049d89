import { join } from 'node:path';
import { loadSecret } from '../../platform/crypto/index.ts';
import type { StateLocation } from '../../platform/db/index.ts';
import { withLastingRevocations } from '../identity/api.ts';
import type { Devices } from './api.ts';
import type { DevicesDeps } from './deps.ts';
import { createDevicesService } from './service.ts';
import { openSigningKeys, readKeys } from './signing-keys.ts';
import { openSharedSigningKeys } from './signing-keys-shared.ts';
import { openDeviceStore } from './store-sql.ts';

/** Tokens are renewed while a run lasts, so they needn't live longer than a stolen one may. */
export const defaultTokenLifeSeconds = 600;

/** What seals the signing keys that replicas share in their database. */
export const tokenSecretFile = 'assistant-tokens.key';

/** Opens the store and the signing keys, and wires the feature. `keysDir` lies outside the data folder. */
export async function createDevices(
  location: StateLocation,
  keysDir: string,
  deps: Omit<DevicesDeps, 'store' | 'keys'>,
): Promise<Devices> {
  const file = join(keysDir, 'assistant-tokens.json');
  const own = location.kind === 'postgres' ? null : openSigningKeys(file);
  const store = withLastingRevocations(await openDeviceStore(location), ['revokeDevice', 'insertRevocation']);
  try {
    const keys =
      own ??
      (await openSharedSigningKeys(
        store,
        loadSecret(join(keysDir, tokenSecretFile)),
        readKeys(file),
        deps.clock.now(),
      ));
    return await createDevicesService({ ...deps, store, keys });
  } catch (error) {
    await store.close();
    throw error;
  }
}
