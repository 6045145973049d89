import { join } from 'node:path';
import { describe } from 'vitest';
import {
  createPostgresDatabase,
  describePostgres,
  temporaryFolder,
} from '../../../../../test/setup/database.ts';
import { openAuditStore } from './store-sql.ts';
import { auditStoreContract } from './testing/store-contract.ts';

describe('SQLite audit store, in memory', () => {
  auditStoreContract(async () => ({
    store: await openAuditStore({ kind: 'sqlite', file: ':memory:' }),
    remove: async () => undefined,
  }));
});

describe('SQLite audit store, in a file', () => {
  auditStoreContract(async () => {
    const folder = temporaryFolder();
    return {
      store: await openAuditStore({ kind: 'sqlite', file: join(folder.path, 'metrics.db') }),
      remove: async () => folder.remove(),
    };
  });
});

describePostgres('PostgreSQL audit store', () => {
  auditStoreContract(async () => {
    const database = await createPostgresDatabase();
    return {
      store: await openAuditStore({ kind: 'postgres', url: database.url }),
      remove: () => database.drop(),
    };
  });
});
