import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  createPostgresDatabase,
  describePostgres,
  temporaryFolder,
} from '../../../../../test/setup/database.ts';
import { openIdentityStore } from './store-sql.ts';
import { identityStoreContract, keyRecord } from './testing/store-contract.ts';

describe('the identity store on SQLite, in memory', () => {
  identityStoreContract(async () => ({
    store: await openIdentityStore({ kind: 'sqlite', file: ':memory:' }),
    remove: async () => undefined,
  }));
});

describe('the identity store on SQLite, in a file', () => {
  identityStoreContract(async () => {
    const folder = temporaryFolder();
    const store = await openIdentityStore({ kind: 'sqlite', file: join(folder.path, 'state.db') });
    return { store, remove: async () => folder.remove() };
  });

  it('is there again after it was closed, and can be read beside a writer', async () => {
    const folder = temporaryFolder();
    const file = join(folder.path, 'state.db');
    const first = await openIdentityStore({ kind: 'sqlite', file });
    await first.insertKey(keyRecord('k1'));
    const reader = await openIdentityStore({ kind: 'sqlite', file, options: { readonly: true } });
    expect(await reader.keys()).toHaveLength(1);
    await expect(reader.insertKey(keyRecord('k2'))).rejects.toThrow(/readonly/);
    await reader.close();
    await first.close();
    const second = await openIdentityStore({ kind: 'sqlite', file });
    expect(await second.keys()).toHaveLength(1);
    await second.close();
    folder.remove();
  });
});

describePostgres('the identity store on PostgreSQL', () => {
  identityStoreContract(async () => {
    const database = await createPostgresDatabase();
    const store = await openIdentityStore({ kind: 'postgres', url: database.url });
    return { store, remove: () => database.drop() };
  });
});
