/* Keys, people, devices and their tokens. */
import { existsSync } from 'node:fs';
import type { ProgramIndex } from '@fairlead/core/decision';
import type { Devices } from '../features/devices/api.ts';
import { createDevices, defaultTokenLifeSeconds } from '../features/devices/create.ts';
import type { Identity } from '../features/identity/api.ts';
import { createIdentity } from '../features/identity/create.ts';
import type { OpenLedger } from '../features/ledger/create.ts';
import { liveGrants } from '../features/upkeep/fsck/lost-grants.ts';
import { systemClock } from '../platform/clock/index.ts';
import { nodeRandom } from '../platform/crypto/index.ts';
import { damagedFile } from '../platform/db/index.ts';
import { secretsDirOf, stateLocation } from './places.ts';
import type { AppOptions, Closers } from './types.ts';

/**
 * @param index the program, also while this replica may decide nothing
 * @param current the same, refused while it may decide nothing
 * @param say warns
 */
export async function openIdentity(
  options: AppOptions,
  ledger: OpenLedger,
  { index, current }: { readonly index: () => ProgramIndex; readonly current: () => ProgramIndex },
  closers: Closers,
  say: (message: string) => void,
): Promise<{ readonly identity: Identity; readonly devices: Devices }> {
  const { origin, database, tokenLifeSeconds = defaultTokenLifeSeconds } = options;
  const location = stateLocation(options);
  const { instance } = ledger;
  const deps = { ledger, clock: systemClock, random: nodeRandom, instance, origin };
  const isNew = location.kind === 'sqlite' && !existsSync(location.file);
  const named = (error: unknown) => {
    throw (location.kind === 'sqlite' && damagedFile(error, location.file)) || error;
  };
  const identity = await createIdentity(location, { ...deps, index }).catch(named);
  closers.push(() => identity.close());
  const devices = await createDevices(location, secretsDirOf(options), {
    ...deps,
    index: current,
    identity,
    tokenLifeSeconds,
    // A token of one replica is one of all.
    ...(database !== undefined && { issuer: ledger.vkey.split('+')[0] }),
  }).catch(named);
  closers.push(() => devices.close());
  if (isNew) await warnOfLostState(ledger, say);
  return { identity, devices };
}

/** A state that is new beside a log that grants something was removed, or left out of a copy. */
async function warnOfLostState(
  { readAdministration }: Pick<OpenLedger, 'readAdministration'>,
  say: (message: string) => void,
): Promise<void> {
  const lost = Object.entries(await liveGrants(readAdministration, systemClock.now()));
  if (lost.length === 0) return;
  const counts = lost.map(([table, count]) => `${table} ${count}`).join(', ');
  say(
    `state.db is new, and the log grants what is not in it: ${counts}. Those keys, tokens and logins work no more. Stop the server and restore a backup, or issue them again; fairlead ledger fsck names them.`,
  );
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
