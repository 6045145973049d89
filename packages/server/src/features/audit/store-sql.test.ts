import { join } from 'node:path';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import {
  createPostgresDatabase,
  describePostgres,
  temporaryFolder,
} from '../../../../../test/setup/database.ts';
import { openState } from '../../platform/db/index.ts';
import { auditMigrations } from './migrations.ts';
import { projectEntries, readStored } from './project.ts';
import { openAuditStore } from './store-sql.ts';
import { type AuditTables, columnsOf } from './tables.ts';
import { decision, stored } from './testing/entries.ts';
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

describe('SQLite audit store of an earlier version', () => {
  it('finds by two values what was written before combinations were noted', async () => {
    const folder = temporaryFolder();
    const location = { kind: 'sqlite', file: join(folder.path, 'metrics.db') } as const;
    const before = auditMigrations.findIndex(({ id }) => id === '0004-combinations');
    const old = await openState<AuditTables>(location, 'audit', auditMigrations.slice(0, before));
    const read = stored([decision()], 0).map(readStored);
    const [row] = projectEntries(read, []).rows.map(columnsOf);
    await old.db.insertInto('audit_entries').values(row!).execute();
    await sql`insert into audit_text (rowid, words) values (0, ${projectEntries(read, []).rows[0]!.words})`.execute(
      old.db,
    );
    await old.close();
    const store = await openAuditStore(location);
    const { kind, vendor } = row!;
    expect(await store.rows({ kind, vendor: vendor! }, 10)).toHaveLength(1);
    expect(await store.rows({ kind: 'admin', vendor: vendor! }, 10)).toEqual([]);
    await store.close();
    folder.remove();
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
