import type { Database } from 'better-sqlite3';
import { Kysely, PostgresDialect, SqliteDialect } from 'kysely';
import pg from 'pg';
import { damagedFile } from './damaged.ts';
import { describeFull } from './disk-full.ts';
import {
  assertPostgresSchema,
  assertSchema,
  type Migration,
  migratePostgres,
  migrateSqlite,
} from './migrations.ts';
import { type OpenSqliteOptions, openSqlite } from './open-sqlite.ts';
import { openPool } from './postgres-pool.ts';
import { WritingSqliteDialect } from './writing-dialect.ts';

/** Where the state (everything but the ledger's entries) is kept. */
export type StateLocation =
  | { readonly kind: 'sqlite'; readonly file: string; readonly options?: OpenSqliteOptions }
  | {
      readonly kind: 'postgres';
      readonly url: string;
      /** Without the right to change anything, its schema included. */
      readonly readonly?: boolean;
    };

/** One open state database. `Tables` are those of the feature that opened it. */
export interface StateDatabase<Tables> {
  readonly kind: 'sqlite' | 'postgres';
  readonly db: Kysely<Tables>;
  /** The one connection of SQLite, for statements that are prepared once; null on PostgreSQL. */
  readonly sqlite: Database | null;
  /** Closes it, also when it was never asked anything, which Kysely would leave open. */
  close(): Promise<void>;
}

/** Opens the state for one feature and brings that feature's tables (`area`) to their newest schema. */
export async function openState<Tables>(
  location: StateLocation,
  area: string,
  migrations: readonly Migration[],
): Promise<StateDatabase<Tables>> {
  if (location.kind === 'sqlite') return openSqliteState(location, area, migrations);
  const pool = openPool({
    connectionString: location.url,
    max: 4,
    statement_timeout: 10_000,
    ...(location.readonly && { readsOnly: true, options: '-c default_transaction_read_only=on' }),
    // A database that hangs answers no time-out of its own.
    query_timeout: 15_000,
    types: { getTypeParser: numericParser },
  });
  try {
    if (location.readonly) await assertPostgresSchema(pool, migrations, area);
    else await migratePostgres(pool, migrations, area);
  } catch (error) {
    await pool.end();
    throw error;
  }
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  const close = async () => {
    await db.destroy();
    if (!pool.ending) await pool.end();
  };
  return { kind: 'postgres', db, sqlite: null, close };
}

function openSqliteState<Tables>(
  location: Extract<StateLocation, { kind: 'sqlite' }>,
  area: string,
  migrations: readonly Migration[],
): StateDatabase<Tables> {
  const database = openSqlite(location.file, location.options);
  try {
    if (location.options?.readonly) assertSchema(database, migrations, area);
    else migrateSqlite(database, migrations, area);
  } catch (error) {
    database.close();
    throw damagedFile(error, location.file) ?? describeFull(error, location.file) ?? error;
  }
  const dialect = location.options?.readonly
    ? new SqliteDialect({ database })
    : new WritingSqliteDialect(database);
  const db = new Kysely<Tables>({ dialect });
  return {
    kind: 'sqlite',
    db,
    sqlite: database,
    close: async () => {
      await db.destroy();
      if (database.open) database.close();
    },
  };
}

const int8 = 20;

/** PostgreSQL's bigint as a number, as SQLite gives it: what we keep there are milliseconds and counters. */
const numericParser: typeof pg.types.getTypeParser = ((oid: number, format?: 'text' | 'binary') =>
  oid === int8 ? (text: string) => Number(text) : pg.types.getTypeParser(oid, format)) as never;
