import { describeDatabase, type StateLocation } from '../../platform/db/index.ts';
import { openDeviceStore } from '../devices/reading/api.ts';
import { openIdentityStore } from './store-sql.ts';

/** What can be called with: keys, tokens of the control API, and enrolled devices. */
export const grantKinds = ['keys', 'tokens', 'devices'] as const;
export type GrantKind = (typeof grantKinds)[number];

/** One of them as the control API shows it. Times are RFC 3339. */
export interface Grant {
  readonly id: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly revokedAt: string | null;
  readonly [member: string]: unknown;
}

/**
 * Every grant of a kind, newest first; also beside running servers. Secrets aren't kept, nor are their digests shown.
 * @throws FairleadError `store.*`, `server.schema-*`
 */
export async function grantsIn(location: StateLocation, kind: GrantKind): Promise<readonly Grant[]> {
  try {
    return kind === 'devices' ? await devicesIn(location) : await identityIn(location, kind);
  } catch (error) {
    throw describeDatabase(error);
  }
}

async function devicesIn(location: StateLocation): Promise<readonly Grant[]> {
  const store = await openDeviceStore(location);
  try {
    return shown((await store.devices()).map(({ codeId: _, ...row }) => row));
  } finally {
    await store.close();
  }
}

async function identityIn(location: StateLocation, kind: 'keys' | 'tokens'): Promise<readonly Grant[]> {
  const store = await openIdentityStore(location);
  try {
    return shown(kind === 'keys' ? await store.keys() : await store.tokens());
  } finally {
    await store.close();
  }
}

interface Kept {
  readonly id: string;
  readonly digest: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly revokedAt: number | null;
}

/** The stores have the oldest first. */
function shown(rows: readonly Kept[]): readonly Grant[] {
  const iso = (time: number) => new Date(time).toISOString();
  return rows
    .map(({ digest: _, createdAt, expiresAt, revokedAt, ...rest }) => ({
      ...rest,
      createdAt: iso(createdAt),
      expiresAt: iso(expiresAt),
      revokedAt: revokedAt === null ? null : iso(revokedAt),
    }))
    .reverse();
}
