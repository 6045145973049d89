import { sql } from 'kysely';
import { openState, type StateLocation } from '../../platform/db/index.ts';
import { deviceMigrations } from './migrations.ts';
import type { DeviceStore } from './store.ts';
import type { CodeRecord, DeviceRecord, SealedKey } from './types.ts';

interface Tables {
  device_codes: {
    id: string;
    digest: string;
    principal: string;
    /** JSON array, or null. */
    repositories: string | null;
    login_expires_at: number;
    created_at: number;
    expires_at: number;
    used_at: number | null;
  };
  devices: {
    id: string;
    digest: string;
    principal: string;
    /** JSON array, or null. */
    repositories: string | null;
    name: string;
    code_id: string;
    created_at: number;
    expires_at: number;
    revoked_at: number | null;
  };
  device_revocations: { jti: string; revoked_at: number; until: number };
  device_signing_keys: { kid: string; sealed: string; verifies_until: number | null; created_at: number };
}

type State = Awaited<ReturnType<typeof openState<Tables>>>['db'];

/** The store of devices on SQLite or PostgreSQL. */
export async function openDeviceStore(location: StateLocation): Promise<DeviceStore> {
  const { db, close } = await openState<Tables>(location, 'devices', deviceMigrations);
  return {
    ...codes(db),
    ...devices(db),
    ...revocations(db),
    ...signingKeys(db),
    async prune(now) {
      await db.deleteFrom('device_codes').where('expires_at', '<=', now).execute();
      await db.deleteFrom('device_revocations').where('until', '<=', now).execute();
      await db.deleteFrom('device_signing_keys').where('verifies_until', '<=', now).execute();
    },
    close,
  };
}

function codes(db: State): Pick<DeviceStore, 'insertCode' | 'findCode' | 'useCode'> {
  return {
    async insertCode(code) {
      await db.insertInto('device_codes').values(rowOfCode(code)).execute();
    },
    async findCode(digest) {
      const row = await db
        .selectFrom('device_codes')
        .selectAll()
        .where('digest', '=', digest)
        .where('used_at', 'is', null)
        .executeTakeFirst();
      return row === undefined ? null : codeOfRow(row);
    },
    async useCode(id, at) {
      const result = await db
        .updateTable('device_codes')
        .set({ used_at: at })
        .where('id', '=', id)
        .where('used_at', 'is', null)
        .executeTakeFirst();
      return Number(result.numUpdatedRows) > 0;
    },
  };
}

function devices(db: State): Pick<DeviceStore, 'insertDevice' | 'revokeDevice' | 'devices'> {
  return {
    async insertDevice(device) {
      await db.insertInto('devices').values(rowOfDevice(device)).execute();
    },
    async revokeDevice(id, at) {
      const result = await db
        .updateTable('devices')
        .set({ revoked_at: at })
        .where('id', '=', id)
        .where('revoked_at', 'is', null)
        .executeTakeFirst();
      return Number(result.numUpdatedRows) > 0;
    },
    async devices() {
      const rows = await db.selectFrom('devices').selectAll().orderBy('created_at').orderBy('id').execute();
      return rows.map(deviceOfRow);
    },
  };
}

function revocations(db: State): Pick<DeviceStore, 'insertRevocation' | 'revocations'> {
  return {
    async insertRevocation({ jti, revokedAt, until }) {
      await db
        .insertInto('device_revocations')
        .values({ jti, revoked_at: revokedAt, until })
        .onConflict((conflict) => conflict.column('jti').doNothing())
        .execute();
    },
    async revocations(now) {
      const rows = await db.selectFrom('device_revocations').selectAll().where('until', '>', now).execute();
      return rows.map(({ jti, revoked_at, until }) => ({ jti, revokedAt: revoked_at, until }));
    },
  };
}

function signingKeys(db: State): Pick<DeviceStore, 'signingKeys' | 'insertSigningKey' | 'endSigningKeys'> {
  const rowOf = ({ verifiesUntil, createdAt, ...rest }: SealedKey) => ({
    ...rest,
    verifies_until: verifiesUntil,
    created_at: createdAt,
  });
  return {
    async signingKeys() {
      const rows = await db
        .selectFrom('device_signing_keys')
        .selectAll()
        .orderBy('created_at')
        .orderBy('kid')
        .execute();
      return rows.map(({ verifies_until, created_at, ...rest }) => ({
        ...rest,
        verifiesUntil: verifies_until,
        createdAt: created_at,
      }));
    },
    async insertSigningKey(key) {
      await db.insertInto('device_signing_keys').values(rowOf(key)).execute();
    },
    async endSigningKeys(verifiesUntil, next) {
      await db.transaction().execute(async (transaction) => {
        await transaction
          .updateTable('device_signing_keys')
          .set({ verifies_until: verifiesUntil })
          .where(sql<boolean>`verifies_until is null or verifies_until > ${verifiesUntil}`)
          .execute();
        await transaction.insertInto('device_signing_keys').values(rowOf(next)).execute();
      });
    },
  };
}

const listOf = (text: string | null) => (text === null ? null : (JSON.parse(text) as string[]));
const textOf = (list: readonly string[] | null) => (list === null ? null : JSON.stringify(list));

function rowOfCode(code: CodeRecord): Tables['device_codes'] {
  const { loginExpiresAt, createdAt, expiresAt, usedAt, repositories, ...rest } = code;
  const times = { login_expires_at: loginExpiresAt, created_at: createdAt, expires_at: expiresAt };
  return { ...rest, ...times, used_at: usedAt, repositories: textOf(repositories) };
}

function codeOfRow(row: Tables['device_codes']): CodeRecord {
  const { login_expires_at, created_at, expires_at, used_at, repositories, ...rest } = row;
  const times = { loginExpiresAt: login_expires_at, createdAt: created_at, expiresAt: expires_at };
  return { ...rest, ...times, usedAt: used_at, repositories: listOf(repositories) };
}

function rowOfDevice(device: DeviceRecord): Tables['devices'] {
  const { codeId, createdAt, expiresAt, revokedAt, repositories, ...rest } = device;
  const times = { created_at: createdAt, expires_at: expiresAt, revoked_at: revokedAt };
  return { ...rest, ...times, code_id: codeId, repositories: textOf(repositories) };
}

function deviceOfRow(row: Tables['devices']): DeviceRecord {
  const { code_id, created_at, expires_at, revoked_at, repositories, ...rest } = row;
  const times = { createdAt: created_at, expiresAt: expires_at, revokedAt: revoked_at };
  return { ...rest, ...times, codeId: code_id, repositories: listOf(repositories) };
}
