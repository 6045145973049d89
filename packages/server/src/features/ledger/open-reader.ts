import { join } from 'node:path';
import { FairleadError } from '@fairlead/core/errors';
import { describeDatabase, openSession } from '../../platform/db/index.ts';
import type { Rows } from './fsck/api.ts';
import { postgresReader } from './reader-postgres.ts';
import { sqliteReader } from './reader-sqlite.ts';
import { describeSqlite, openSqliteReader } from './sqlite-open.ts';
import type { LedgerReader } from './store.ts';

/** A data folder, or a PostgreSQL database. */
export type LedgerPlace = { readonly dataDir: string } | { readonly database: string };

/** A ledger opened for reading, with a way to ask for rows of the same snapshot. */
export interface OpenedReader extends LedgerReader {
  readonly rows: Rows;
  readonly kind: 'sqlite' | 'postgres';
}

/**
 * Opens a ledger for reading, in one snapshot, beside whoever writes it.
 * @throws FairleadError `ledger.not-found`, `store.unreadable`
 */
export async function openReaderOf(place: LedgerPlace): Promise<OpenedReader> {
  return 'dataDir' in place ? openFolder(place.dataDir) : openPostgresReader(place.database);
}

function openFolder(dataDir: string): OpenedReader {
  const database = openSqliteReader(join(dataDir, 'ledger.db'));
  database.exec('begin');
  const rows: Rows = async (sql) => database.prepare(sql).all() as Awaited<ReturnType<Rows>>;
  return { ...sqliteReader(database), rows, kind: 'sqlite' };
}

async function openPostgresReader(url: string): Promise<OpenedReader> {
  const session = await openSession(url, { readsOnly: true }).catch((error: unknown) => {
    throw describeDatabase(error);
  });
  try {
    await session.query('begin isolation level repeatable read read only');
    const { rows } = await session.query<{ found: string | null }>(
      `select to_regclass('ledger_identity') as found`,
    );
    if (rows[0]?.found === null)
      throw new FairleadError('ledger.not-found', { message: 'There is no ledger in this database.' });
  } catch (error) {
    await session.end().catch(() => undefined);
    throw describeDatabase(error);
  }
  const rows: Rows = async (sql) => (await session.query(sql)).rows;
  return { ...postgresReader(session), rows, kind: 'postgres', close: () => session.end() };
}

/** Opens, uses and closes a ledger for reading; errors of the database come as ours. */
export async function readingFrom<Result>(
  place: LedgerPlace,
  use: (reader: OpenedReader) => Promise<Result>,
): Promise<Result> {
  const reader = await openReaderOf(place);
  try {
    return await use(reader);
  } catch (error) {
    throw 'dataDir' in place ? describeSqlite(error, place.dataDir) : describeDatabase(error);
  } finally {
    await reader.close();
  }
}
