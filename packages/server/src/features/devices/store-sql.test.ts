import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  createPostgresDatabase,
  describePostgres,
  temporaryFolder,
} from '../../../../../test/setup/database.ts';
import { openDeviceStore } from './store-sql.ts';
import { deviceRecord, deviceStoreContract } from './testing/store-contract.ts';

describe('the store of devices on SQLite, in memory', () => {
  deviceStoreContract(async () => ({
    store: await openDeviceStore({ kind: 'sqlite', file: ':memory:' }),
    remove: async () => undefined,
  }));
});

describe('the store of devices on SQLite, in a file', () => {
  it('is there again after it was closed', async () => {
    const folder = temporaryFolder();
    const file = join(folder.path, 'state.db');
    const first = await openDeviceStore({ kind: 'sqlite', file });
    await first.insertDevice(deviceRecord('d1'));
    await first.close();
    const second = await openDeviceStore({ kind: 'sqlite', file });
    expect(await second.devices()).toEqual([deviceRecord('d1')]);
    await second.close();
    folder.remove();
  });
});

describePostgres('the store of devices on PostgreSQL', () => {
  deviceStoreContract(async () => {
    const database = await createPostgresDatabase();
    const store = await openDeviceStore({ kind: 'postgres', url: database.url });
    return { store, remove: () => database.drop() };
  });
});
