import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  createPostgresDatabase,
  describePostgres,
  type TestDatabase,
} from '../../../../../test/setup/database.ts';
import { newKey } from './signing-keys.ts';
import { openSharedSigningKeys } from './signing-keys-shared.ts';
import type { DeviceStore } from './store.ts';
import { openDeviceStore } from './store-sql.ts';

const secret = randomBytes(32);
let database: TestDatabase;
let store: DeviceStore;

describePostgres('signing keys that replicas share', () => {
  beforeEach(async () => {
    database = await createPostgresDatabase();
    store = await openDeviceStore({ kind: 'postgres', url: database.url });
  });
  afterEach(async () => {
    await store.close();
    await database.drop();
  });

  it('are the same for all, also after a rotation on one of them', async () => {
    const one = await openSharedSigningKeys(store, secret, null, 0);
    const two = await openSharedSigningKeys(store, secret, null, 0);
    expect(two.current(0).kid).toBe(one.current(0).kid);
    const { kid } = await one.rotate(1_000, 10);
    await two.refresh();
    expect(two.current(10).kid).toBe(kid);
    expect(two.current(10).verifying.size).toBe(2);
    expect(two.current(1_000).verifying.size).toBe(1);
    await two.rotate(20, 20);
    await one.refresh();
    expect(one.current(20).verifying.size).toBe(1);
  });

  it('begin with those that an installation had', async () => {
    const own = [newKey()];
    const ring = await openSharedSigningKeys(store, secret, own, 0);
    expect(ring.current(0).kid).toBe(own[0]!.kid);
  });

  it('stand in the database sealed, and open with the replicas’ secret only', async () => {
    const ring = await openSharedSigningKeys(store, secret, null, 0);
    const [kept] = await store.signingKeys();
    const pem = ring.current(0).key.export({ format: 'der', type: 'pkcs8' });
    expect(Buffer.from(kept!.sealed, 'base64').includes(pem.subarray(-32))).toBe(false);
    await expect(openSharedSigningKeys(store, randomBytes(32), null, 0)).rejects.toMatchObject({
      code: 'identity.signing-key-invalid',
    });
  });
});
