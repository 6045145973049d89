import type { ErrorCode } from '@fairlead/core/errors';
import { FairleadError } from '@fairlead/core/errors';
import type { Database } from 'better-sqlite3';
import type { ClientBase, Pool } from 'pg';

/**
 * One step of a store's schema, written in both dialects. `id` sorts in the order of application
 * (`0001-keys`, `0002-…`); once released, a step is never edited.
 */
export interface Migration {
  readonly id: string;
  readonly sqlite: readonly string[];
  readonly postgres: readonly string[];
}

/** Any number will do, as long as every Fairlead process takes the same one. */
const advisoryLock = 7_420_742_001;
/** Nothing was ever kept here of what is asked for. */
export const schemaAbsent: ErrorCode = 'server.schema-absent';
const schemaNewer: ErrorCode = 'server.schema-newer';

/**
 * Brings a SQLite store to the newest schema, all steps in one transaction, and returns the ids applied now. `area`
 * keeps stores that share a file apart. A store that a newer Fairlead wrote is refused with `server.schema-newer`:
 * its meaning is not known here.
 */
export function migrateSqlite(
  database: Database,
  migrations: readonly Migration[],
  area = 'state',
): readonly string[] {
  assertOrdered(migrations);
  const applyAll = database.transaction(() => {
    database.exec(
      `create table if not exists schema_migrations
         (area text not null, id text not null, applied_at text not null, primary key (area, id)) strict`,
    );
    const rows = database.prepare('select id from schema_migrations where area = ?').all(area) as {
      id: string;
    }[];
    const pending = pendingOf(
      migrations,
      rows.map((row) => row.id),
    );
    const record = database.prepare(
      "insert into schema_migrations (area, id, applied_at) values (?, ?, strftime('%Y-%m-%dT%H:%M:%fZ','now'))",
    );
    for (const migration of pending) {
      for (const statement of migration.sqlite) database.exec(statement);
      record.run(area, migration.id);
    }
    return pending.map((migration) => migration.id);
  });
  return applyAll.immediate();
}

/**
 * The same for PostgreSQL, in the connection's current schema, under an advisory lock so that replicas which start
 * together don't collide. `area` keeps stores that share a database apart.
 */
export async function migratePostgres(
  client: ClientBase | Pool,
  migrations: readonly Migration[],
  area = 'state',
): Promise<readonly string[]> {
  assertOrdered(migrations);
  if (isPool(client)) {
    const connection = await client.connect();
    try {
      return await migrateOver(connection, migrations, area);
    } finally {
      connection.release();
    }
  }
  return migrateOver(client, migrations, area);
}

async function migrateOver(
  client: ClientBase,
  migrations: readonly Migration[],
  area: string,
): Promise<readonly string[]> {
  await client.query('begin');
  try {
    const applied = await migrateWithin(client, migrations, area);
    await client.query('commit');
    return applied;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

/** The same within a transaction that the caller has begun: it ends the transaction, and with it the lock. */
export async function migrateWithin(
  client: ClientBase,
  migrations: readonly Migration[],
  area: string,
): Promise<readonly string[]> {
  assertOrdered(migrations);
  await lockSchema(client);
  await client.query(
    `create table if not exists schema_migrations
       (area text not null, id text not null, applied_at timestamptz not null default now(),
        primary key (area, id))`,
  );
  const result = await client.query<{ id: string }>('select id from schema_migrations where area = $1', [
    area,
  ]);
  const pending = pendingOf(
    migrations,
    result.rows.map((row) => row.id),
  );
  for (const migration of pending) {
    for (const statement of migration.postgres) await client.query(statement);
    await client.query('insert into schema_migrations (area, id) values ($1, $2)', [area, migration.id]);
  }
  return pending.map((migration) => migration.id);
}

/** Keeps everybody else from making or changing tables until the caller's transaction ends. */
export async function lockSchema(client: ClientBase): Promise<void> {
  await client.query('select pg_advisory_xact_lock($1)', [advisoryLock]);
}

function isPool(client: ClientBase | Pool): client is Pool {
  return 'totalCount' in client;
}

/**
 * Refuses a SQLite store that is opened for reading only, and so isn't brought up to date, when it has another schema
 * than the one that is known here. @throws FairleadError `server.schema-newer`, `server.schema-older`, `server.schema-absent`.
 */
export function assertSchema(database: Database, migrations: readonly Migration[], area = 'state'): void {
  const known = database.prepare("select 1 from sqlite_master where name = 'schema_migrations'").get();
  const applied = known
    ? (database.prepare('select id from schema_migrations where area = ?').pluck().all(area) as string[])
    : [];
  refuseMissing(
    applied,
    pendingOf(migrations, applied).find(({ sqlite }) => sqlite.length > 0),
  );
}

/** The same for PostgreSQL. */
export async function assertPostgresSchema(
  pool: Pick<Pool, 'query'>,
  migrations: readonly Migration[],
  area: string,
): Promise<void> {
  const { rows: tables } = await pool.query(
    "select 1 from pg_class where oid = to_regclass('schema_migrations')",
  );
  const { rows } = tables.length
    ? await pool.query<{ id: string }>('select id from schema_migrations where area = $1', [area])
    : { rows: [] };
  const applied = rows.map(({ id }) => id);
  refuseMissing(
    applied,
    pendingOf(migrations, applied).find(({ postgres }) => postgres.length > 0),
  );
}

function refuseMissing(applied: readonly string[], missing: Migration | undefined): void {
  if (missing === undefined) return;
  if (applied.length === 0) throw new FairleadError(schemaAbsent);
  throw new FairleadError('server.schema-older', {
    message: `This data was written by an older Fairlead: it lacks schema step ${missing.id}.`,
  });
}

/** What is still to apply. Applied ids must be a prefix of the known ones. */
function pendingOf(migrations: readonly Migration[], applied: readonly string[]): readonly Migration[] {
  const known = new Set(migrations.map((migration) => migration.id));
  const unknown = applied.filter((id) => !known.has(id)).sort();
  if (unknown.length > 0) {
    throw new FairleadError(schemaNewer, {
      message: `This data was written by a newer Fairlead: it has schema step ${unknown.at(-1)}, which this one does not know.`,
    });
  }
  const done = new Set(applied);
  return migrations.filter((migration) => !done.has(migration.id));
}

function assertOrdered(migrations: readonly Migration[]): void {
  for (let i = 1; i < migrations.length; i++) {
    const [before, after] = [migrations[i - 1]!.id, migrations[i]!.id];
    if (before >= after) throw new TypeError(`migrations out of order: ${before} before ${after}`);
  }
}
