import type { Kysely } from 'kysely';
import { openState, type StateLocation } from '../../platform/db/index.ts';
import type { TokenScope } from './api.ts';
import { identityMigrations } from './migrations.ts';
import type { IdentityStore } from './store.ts';
import type { KeyRecord, TokenRecord } from './types.ts';

interface Tables {
  identity_keys: {
    id: string;
    digest: string;
    principal: string;
    /** JSON array. */
    repositories: string;
    assistant: string;
    device: string | null;
    vendor: string | null;
    label: string | null;
    created_at: number;
    expires_at: number;
    revoked_at: number | null;
  };
  identity_tokens: {
    id: string;
    digest: string;
    scope: string;
    label: string | null;
    created_at: number;
    expires_at: number;
    revoked_at: number | null;
  };
  identity_pseudonyms: { principal: string; pseudonym: string };
}

/** The identity store on SQLite or PostgreSQL. */
export async function openIdentityStore(location: StateLocation): Promise<IdentityStore> {
  const { db, close } = await openState<Tables>(location, 'identity', identityMigrations);
  const revoke = async (table: 'identity_keys' | 'identity_tokens', id: string, at: number) => {
    const result = await db
      .updateTable(table)
      .set({ revoked_at: at })
      .where('id', '=', id)
      .where('revoked_at', 'is', null)
      .executeTakeFirst();
    return Number(result.numUpdatedRows) > 0;
  };
  return {
    async insertKey(key) {
      await db.insertInto('identity_keys').values(rowOfKey(key)).execute();
    },
    revokeKey: (id, at) => revoke('identity_keys', id, at),
    async keys() {
      const rows = await db
        .selectFrom('identity_keys')
        .selectAll()
        .orderBy('created_at')
        .orderBy('id')
        .execute();
      return rows.map(keyOfRow);
    },
    async insertToken({ createdAt, expiresAt, revokedAt, ...rest }) {
      const times = { created_at: createdAt, expires_at: expiresAt, revoked_at: revokedAt };
      await db
        .insertInto('identity_tokens')
        .values({ ...rest, ...times })
        .execute();
    },
    revokeToken: (id, at) => revoke('identity_tokens', id, at),
    async tokens() {
      const rows = await db
        .selectFrom('identity_tokens')
        .selectAll()
        .orderBy('created_at')
        .orderBy('id')
        .execute();
      return rows.map(tokenOfRow);
    },
    ...pseudonyms(db),
    close,
  };
}

/** Whose pseudonym is whose. */
function pseudonyms(
  db: Kysely<Tables>,
): Pick<IdentityStore, 'pseudonym' | 'principalOf' | 'knownPseudonyms'> {
  return {
    async pseudonym(principal, proposed) {
      await db
        .insertInto('identity_pseudonyms')
        .values({ principal, pseudonym: proposed })
        .onConflict((conflict) => conflict.column('principal').doNothing())
        .execute();
      const row = await db
        .selectFrom('identity_pseudonyms')
        .select('pseudonym')
        .where('principal', '=', principal)
        .executeTakeFirstOrThrow();
      return row.pseudonym;
    },
    async principalOf(pseudonym) {
      const row = await db
        .selectFrom('identity_pseudonyms')
        .select('principal')
        .where('pseudonym', '=', pseudonym)
        .executeTakeFirst();
      return row?.principal ?? null;
    },
    async knownPseudonyms() {
      const rows = await db.selectFrom('identity_pseudonyms').selectAll().execute();
      return new Map(rows.map(({ principal, pseudonym }) => [principal, pseudonym]));
    },
  };
}

function rowOfKey(key: KeyRecord): Tables['identity_keys'] {
  const { createdAt, expiresAt, revokedAt, repositories, ...rest } = key;
  const times = { created_at: createdAt, expires_at: expiresAt, revoked_at: revokedAt };
  return { ...rest, ...times, repositories: JSON.stringify(repositories) };
}

function keyOfRow(row: Tables['identity_keys']): KeyRecord {
  const { created_at, expires_at, revoked_at, repositories, ...rest } = row;
  const times = { createdAt: created_at, expiresAt: expires_at, revokedAt: revoked_at };
  return { ...rest, ...times, repositories: JSON.parse(repositories) as string[] };
}

function tokenOfRow(row: Tables['identity_tokens']): TokenRecord {
  const { created_at, expires_at, revoked_at, scope, ...rest } = row;
  const times = { createdAt: created_at, expiresAt: expires_at, revokedAt: revoked_at };
  return { ...rest, ...times, scope: scope as TokenScope };
}
