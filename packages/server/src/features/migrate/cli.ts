/* `fairlead migrate`: moves an installation from its data folder to PostgreSQL. A composition root: it knows every store. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { FairleadError, isFairleadError } from '@fairlead/core/errors';
import type { Database } from 'better-sqlite3';
import pg from 'pg';
import {
  type CopiedTable,
  copyTables,
  isEmptyPostgres,
  type Migration,
  migrateSqlite,
  migrateWithin,
  openSqlite,
} from '../../platform/db/index.ts';
import { acquireWriterLock } from '../../platform/lock/index.ts';
import { consoleMigrations } from '../console/migrations.ts';
import { deviceMigrations } from '../devices/migrations.ts';
import { stateFile } from '../identity/create.ts';
import { identityMigrations } from '../identity/migrations.ts';
import { copyLedger } from '../ledger/copy-postgres.ts';
import { ledgerFile } from '../ledger/create.ts';
import { defaultKeysDir, readLastSigned, readVerifierKey } from '../ledger/keys.ts';
import { sqliteReader } from '../ledger/reader-sqlite.ts';
import { markMoved, openSqliteWriter, type SqliteWriter } from '../ledger/sqlite-open.ts';
import { assertDurable } from '../ledger/store-postgres.ts';
import { verifyLog } from '../ledger/verify.ts';

/** The features that share `state.db`, by the area that their schema steps are recorded under. */
export const stateAreas: Readonly<Record<string, readonly Migration[]>> = {
  console: consoleMigrations,
  devices: deviceMigrations,
  identity: identityMigrations,
};

export interface MoveOptions {
  readonly dataDir: string;
  /** Folder of the signing key; beside the data folder unless told. */
  readonly keysDir?: string;
  /** URL of an empty PostgreSQL database. */
  readonly url: string;
}

export interface MoveVerdict {
  /** Whether everything is there as it was. Otherwise nothing is there. */
  readonly ok: boolean;
  /** Entries, and the root of their tree (lower-case hex), recomputed from the bytes in PostgreSQL. */
  readonly size: number;
  readonly root: string;
  /** Rows by table, as they are in PostgreSQL. */
  readonly tables: Readonly<Record<string, number>>;
  readonly problems: readonly { readonly problem: string; readonly message: string }[];
}

/**
 * Copies the ledger and the state of a data folder into an empty PostgreSQL database, in one transaction that is only
 * committed once everything was read back there and is the same: whatever ends it before leaves an empty database. The
 * read model of the audit isn't copied, it is made again. Afterwards the data folder's ledger is not written any more.
 * @throws FairleadError `store.locked`, `ledger.not-found`, `store.database-not-empty`, `store.database-unreachable`,
 * `store.not-copyable`, `store.not-durable`, `server.schema-newer`.
 */
export async function moveToPostgres(options: MoveOptions): Promise<MoveVerdict> {
  const { dataDir } = options;
  const file = join(dataDir, ledgerFile);
  if (!existsSync(file)) throw new FairleadError('ledger.not-found', { place: { file } });
  const lock = acquireWriterLock(dataDir);
  let ledger: SqliteWriter | null = null;
  let state: Database | null = null;
  try {
    ledger = openSqliteWriter(file, 'opened');
    state = openStateOf(dataDir);
    const source = await verifySource(ledger, options);
    if (source.problems.length > 0) return source;
    const verdict = await withPostgres(options.url, (client) => copyAll(client, ledger!, state, source));
    if (verdict.ok) markMoved(ledger);
    return verdict;
  } finally {
    state?.close();
    ledger?.close();
    lock.release();
  }
}

/** Brought up to date like at any start, so that both sides have the same tables. */
function openStateOf(dataDir: string): Database | null {
  if (!existsSync(stateFile(dataDir))) return null;
  const state = openSqlite(stateFile(dataDir));
  for (const [area, migrations] of Object.entries(stateAreas)) migrateSqlite(state, migrations, area);
  return state;
}

async function verifySource(ledger: SqliteWriter, { dataDir, keysDir }: MoveOptions): Promise<MoveVerdict> {
  const keys = keysDir ?? defaultKeysDir(dataDir);
  const outside = { vkey: readVerifierKey(keys), lastSigned: readLastSigned(keys) };
  const { size, root, problems } = await verifyLog(sqliteReader(ledger.database), outside);
  return { ok: false, size, root, tables: {}, problems };
}

async function copyAll(
  client: pg.Client,
  ledger: SqliteWriter,
  state: Database | null,
  source: MoveVerdict,
): Promise<MoveVerdict> {
  await client.query('begin');
  if (!(await isEmptyPostgres(client))) throw new FairleadError('store.database-not-empty');
  const { size, root, changed, tables } = await copyLedger(ledger, client);
  for (const [area, migrations] of Object.entries(stateAreas)) await migrateWithin(client, migrations, area);
  const stateTables = state === null ? [] : await copyTables(state, client, (table) => table);
  const all = [...tables, ...stateTables];
  const problems = differences(all);
  if (changed > 0 || size !== source.size || root !== source.root) {
    problems.push({
      problem: 'tree-differs',
      message: 'The entries that arrived are not those that were sent.',
    });
  }
  const ok = problems.length === 0;
  await client.query(ok ? 'commit' : 'rollback');
  return { ok, size, root, tables: Object.fromEntries(all.map(({ name, rows }) => [name, rows])), problems };
}

function differences(tables: readonly CopiedTable[]): { problem: string; message: string }[] {
  return tables
    .filter(({ same }) => !same)
    .map(({ name }) => ({
      problem: 'table-differs',
      message: `${name} holds something else than its source.`,
    }));
}

/** One session of its own. PostgreSQL undoes what a session leaves uncommitted, however that ends. */
async function withPostgres<Result>(
  url: string,
  use: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'fairlead-migrate',
    connectionTimeoutMillis: 10_000,
  });
  // Reported by the query that is under way.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await assertDurable(client);
    return await use(client);
  } catch (error) {
    if (isFairleadError(error)) throw error;
    // A message of the driver may quote a value, and the URL has the password in it.
    const { code = 'no code' } = error as { code?: string };
    throw new FairleadError('store.database-unreachable', {
      message: `PostgreSQL: ${code}. Nothing was copied, unless the session broke while it was committing.`,
      cause: error,
    });
  } finally {
    await client.end().catch(() => undefined);
  }
}
