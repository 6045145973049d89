/* Reading who may use assistants beside the server that grants it, for features that count. */
import type { StateLocation } from '../../../platform/db/index.ts';
import { openIdentityStore } from '../store-sql.ts';

/** A grant to somebody, expired and revoked ones included. Times are milliseconds since the epoch. */
export interface Grant {
  readonly principal: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly revokedAt: number | null;
}

export interface KeyGrants {
  readonly grants: readonly Grant[];
  /** Principal to the pseudonym that entries have of them. */
  readonly pseudonyms: ReadonlyMap<string, string>;
}

/** Every key ever issued. @throws FairleadError `store.unreadable` */
export async function readKeyGrants(location: StateLocation): Promise<KeyGrants> {
  const store = await openIdentityStore(location);
  try {
    const grants = (await store.keys()).map(({ principal, createdAt, expiresAt, revokedAt }) => ({
      ...{ principal, createdAt, expiresAt, revokedAt },
    }));
    return { grants, pseudonyms: await store.knownPseudonyms() };
  } finally {
    await store.close();
  }
}
