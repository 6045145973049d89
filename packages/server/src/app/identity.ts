/* Keys, people, devices and their tokens. */
import type { ProgramIndex } from '@fairlead/core/decision';
import type { Devices } from '../features/devices/api.ts';
import { createDevices, defaultTokenLifeSeconds } from '../features/devices/create.ts';
import type { Identity } from '../features/identity/api.ts';
import { createIdentity } from '../features/identity/create.ts';
import type { OpenLedger } from '../features/ledger/create.ts';
import { systemClock } from '../platform/clock/index.ts';
import { nodeRandom } from '../platform/crypto/index.ts';
import { secretsDirOf, stateLocation } from './places.ts';
import type { AppOptions, Closers } from './types.ts';

/**
 * @param index the program, also while this replica may decide nothing
 * @param current the same, refused while it may decide nothing
 */
export async function openIdentity(
  options: AppOptions,
  ledger: OpenLedger,
  { index, current }: { readonly index: () => ProgramIndex; readonly current: () => ProgramIndex },
  closers: Closers,
): Promise<{ readonly identity: Identity; readonly devices: Devices }> {
  const { origin, database, tokenLifeSeconds = defaultTokenLifeSeconds } = options;
  const location = stateLocation(options);
  const { instance } = ledger;
  const deps = { ledger, clock: systemClock, random: nodeRandom, instance, origin };
  const identity = await createIdentity(location, { ...deps, index });
  closers.push(() => identity.close());
  const devices = await createDevices(location, secretsDirOf(options), {
    ...deps,
    index: current,
    identity,
    tokenLifeSeconds,
    // A token of one replica is one of all.
    ...(database !== undefined && { issuer: ledger.vkey.split('+')[0] }),
  });
  closers.push(() => devices.close());
  return { identity, devices };
}

/** Keys and the tokens of devices, told apart by their prefix. */
export function callersOf(
  identity: Identity,
  devices: Devices,
): Pick<Identity, 'authenticate' | 'isRevoked'> {
  return {
    authenticate: (key) => (key.startsWith('fla_') ? devices.authenticate(key) : identity.authenticate(key)),
    isRevoked: (caller) => devices.isRevoked(caller) || identity.isRevoked(caller),
  };
}
