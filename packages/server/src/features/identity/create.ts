import { join } from 'node:path';
import type { StateLocation } from '../../platform/db/index.ts';
import type { Identity } from './api.ts';
import { withLastingRevocations } from './lasting-revocations.ts';
import { createIdentityService, type IdentityDeps } from './service.ts';
import { openIdentityStore } from './store-sql.ts';

/** The state database of a data folder. */
export function stateFile(dataDir: string): string {
  return join(dataDir, 'state.db');
}

/** Opens the identity store and wires the feature. */
export async function createIdentity(
  location: StateLocation,
  deps: Omit<IdentityDeps, 'store'>,
): Promise<Identity> {
  const store = withLastingRevocations(await openIdentityStore(location), ['revokeKey', 'revokeToken']);
  try {
    return await createIdentityService({ ...deps, store });
  } catch (error) {
    await store.close();
    throw error;
  }
}
