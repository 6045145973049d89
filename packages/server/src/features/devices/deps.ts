import type { ProgramIndex } from '@fairlead/core/decision';
import { type AdminEntry, entryVersion } from '@fairlead/core/ledger';
import type { Clock, Random } from '@fairlead/core/ports';
import { v7 as uuidv7 } from 'uuid';
import type { Identity } from '../identity/api.ts';
import type { Ledger } from '../ledger/api.ts';
import type { DeviceRow } from './api.ts';
import type { SigningKeyRing } from './signing-keys.ts';
import type { DeviceStore } from './store.ts';
import type { DeviceRecord } from './types.ts';

export interface DevicesDeps {
  readonly store: DeviceStore;
  readonly ledger: Pick<Ledger, 'append'>;
  readonly identity: Pick<Identity, 'actorOf'>;
  readonly clock: Clock;
  readonly random: Random;
  /** The program in force; null where none is at hand (a command without a server). */
  readonly index: () => ProgramIndex | null;
  readonly keys: SigningKeyRing;
  readonly instance: { readonly id: string; readonly incarnation: string };
  /** The installation that tokens are of; what replicas share, so not the instance there. */
  readonly issuer?: string;
  readonly origin: 'live' | 'demo';
  /** Of tokens that are renewed while a run lasts. */
  readonly tokenLifeSeconds: number;
}

/** What is looked up on every request. */
export interface Known {
  /** By id; a changed row is a new object. */
  readonly devices: Map<string, DeviceRecord>;
  /** Id of a device, by the digest of its login. */
  readonly byDigest: Map<string, string>;
  /** Ids of revoked tokens, and when they would have expired. */
  readonly revoked: Map<string, number>;
}

/** Tokens of this use are not renewed, so they last a working day; a run ends its own. */
export const sessionLifeSeconds = 12 * 3_600;

export function isLive(device: DeviceRow, now: number): boolean {
  return device.revokedAt === null && device.expiresAt > now;
}

export function rowOf({ digest: _, codeId: __, ...row }: DeviceRecord): DeviceRow {
  return row;
}

/** Writes an administrative act to the ledger. */
export async function recordAdmin(
  { clock, instance, origin, ledger }: Pick<DevicesDeps, 'clock' | 'instance' | 'origin' | 'ledger'>,
  what: string,
  details: AdminEntry['details'],
): Promise<void> {
  const ts = new Date(clock.now()).toISOString();
  const envelope = { v: entryVersion, id: uuidv7(), ts, op: null, origin, instance } as const;
  await ledger.append([{ entry: { ...envelope, kind: 'admin', what, actor: null, details } }]);
}
