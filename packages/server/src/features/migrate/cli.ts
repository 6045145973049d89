/* `fairlead migrate`: moves an installation from its data folder to PostgreSQL. A composition root: it knows every store. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { FairleadError, isFairleadError } from '@fairlead/core/errors';
import type { Database } from 'better-sqlite3';
import type pg from 'pg';
import {
  type CopiedTable,
  copyTables,
  type Migration,
  migrateSqlite,
  migrateWithin,
  openSession,
  openSqlite,
} from '../../platform/db/index.ts';
import { acquireWriterLock } from '../../platform/lock/index.ts';
import { auditMigrations } from '../audit/migrations.ts';
import { consoleMigrations } from '../console/migrations.ts';
import { contentMigrations } from '../content/migrations.ts';
import { deliveryMigrations } from '../delivery/migrations.ts';
import { deviceMigrations } from '../devices/migrations.ts';
import { identityMigrations } from '../identity/migrations.ts';
import { copyLedger } from '../ledger/copy-postgres.ts';
import { ledgerFile } from '../ledger/create.ts';
import { defaultKeysDir, readLastSigned, readVerifierKey } from '../ledger/keys.ts';
import { ledgerMigrations } from '../ledger/migrations.ts';
import { readMove, refusedMove } from '../ledger/move-mark.ts';
import { sqliteReader } from '../ledger/reader-sqlite.ts';
import { openSqliteWriter, type SqliteWriter } from '../ledger/sqlite-open.ts';
import { assertDurable } from '../ledger/store-postgres.ts';
import { type TrustedOutside, verifyLog } from '../ledger/verify.ts';
import { replicaMigrations } from '../replicas/migrations.ts';
import { viewMigrations } from '../saved-views/migrations.ts';
import { streamMigrations } from '../streams/migrations.ts';
import { taskMigrations } from '../tasks/migrations.ts';
import { type Moving, movingOf, notMoving, settleMove } from './moving/cli.ts';
import { clearTarget, type SchemaAreas } from './target.ts';

/** The files beside the ledger, with the features that share each, by the area that their schema steps stand under. */
export const stateFiles: Readonly<Record<string, Readonly<Record<string, readonly Migration[]>>>> = {
  'state.db': {
    console: consoleMigrations,
    devices: deviceMigrations,
    identity: identityMigrations,
    'saved-views': viewMigrations,
    streams: streamMigrations,
  },
  'content.db': { content: contentMigrations },
  'delivery.db': { delivery: deliveryMigrations, tasks: taskMigrations },
};

/** All that servers keep in a PostgreSQL database. */
export const databaseAreas: SchemaAreas = {
  ...Object.assign({}, ...Object.values(stateFiles)),
  audit: auditMigrations,
  ledger: ledgerMigrations,
  replicas: replicaMigrations,
};

/** What is made again: the audit's read model from the ledger, and measured changes from delivery's facts. */
const madeAgain = /^(?:audit|measured)_/;

export interface MoveOptions {
  readonly dataDir: string;
  /** Folder of the signing key; beside the data folder unless told. */
  readonly keysDir?: string;
  /** URL of a PostgreSQL database that holds nothing, or nothing but tables of a start that recorded nothing. */
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
 * committed once everything was read back there and is the same: whatever ends it before leaves it as it was. The read model of the audit isn't copied, it is made again. Afterwards the data folder's ledger is not written any more.
 * @throws FairleadError `store.locked`, `ledger.not-found`, `store.database-not-empty`, `store.database-in-use`, `store.database-unreachable`,
 * `store.not-copyable`, `store.not-durable`, `server.schema-newer`; `store.moved-elsewhere`, `store.move-unfinished` for one
 * that goes to another database.
 */
export async function moveToPostgres(options: MoveOptions): Promise<MoveVerdict> {
  const { dataDir, keysDir, url } = options;
  return withFolder(options, async (file) => {
    const arrived = await settled(file, url);
    if (arrived !== null) return { ...arrived, ok: true };
    const keys = keysDir ?? defaultKeysDir(dataDir);
    const outside = { vkey: readVerifierKey(keys), lastSigned: readLastSigned(keys) };
    return copyFolder({ dataDir, url, outside, moving: (ledger) => movingOf(ledger, file) });
  });
}

/**
 * Goes on with a data folder whose copy was begun, and didn't arrive in its database. @returns what the folder holds
 * @throws FairleadError `store.moved` when it did arrive, and those of {@link moveToPostgres}
 */
export async function giveUpMove(options: MoveOptions): Promise<MoveVerdict> {
  return withFolder(options, async (file) => {
    const isThere = (await settled(file, options.url)) !== null;
    const ledger = openSqliteWriter(file, 'opened');
    try {
      const move = readMove(ledger.database);
      if (isThere || move !== null) throw refusedMove(move ?? { state: 'done', target: null }, file);
      return await holding(ledger);
    } finally {
      ledger.close();
    }
  });
}

async function withFolder<Result>(
  { dataDir }: MoveOptions,
  use: (file: string) => Promise<Result>,
): Promise<Result> {
  const file = join(dataDir, ledgerFile);
  if (!existsSync(file)) throw new FairleadError('ledger.not-found', { place: { file } });
  const lock = acquireWriterLock(dataDir);
  try {
    return await use(file);
  } finally {
    lock.release();
  }
}

/** What an earlier copy brought to the database, although it never said so here; null where none did. */
async function settled(file: string, url: string): Promise<MoveVerdict | null> {
  const ledger = openSqliteWriter(file, 'opened');
  try {
    if (readMove(ledger.database) === null) return null;
    const tables = await withPostgres(url, (client) => settleMove(ledger, file, client));
    return tables === null ? null : { ...(await holding(ledger)), tables };
  } finally {
    ledger.close();
  }
}

/** Whatever was signed since: the log may have gone on in its database. */
async function holding({ database }: SqliteWriter): Promise<MoveVerdict> {
  const { size, root } = await verifyLog(sqliteReader(database), { vkey: null, lastSigned: null });
  return { ok: false, size, root, tables: {}, problems: [] };
}

export interface FolderCopy {
  /** A data folder that no server uses. */
  readonly dataDir: string;
  /** URL of a PostgreSQL database that holds nothing, or nothing but tables of a start that recorded nothing. */
  readonly url: string;
  /** What the ledger must agree with. */
  readonly outside: TrustedOutside;
  /** Tables that come from elsewhere, in the same transaction. */
  readonly besides?: (client: pg.Client) => Promise<readonly CopiedTable[]>;
  /** What the folder is told of it; nothing, unless it goes there for good. */
  readonly moving?: (ledger: SqliteWriter) => Moving;
}

/** What {@link moveToPostgres} does, for any folder. @throws as it says */
export async function copyFolder({
  dataDir,
  url,
  outside,
  besides = async () => [],
  moving = () => notMoving,
}: FolderCopy): Promise<MoveVerdict> {
  const states: Database[] = [];
  const ledger = openSqliteWriter(join(dataDir, ledgerFile), 'opened');
  try {
    for (const name of Object.keys(stateFiles)) states.push(...openState(dataDir, name));
    const { size, root, problems } = await verifyLog(sqliteReader(ledger.database), outside);
    const source = { ok: false, size, root, tables: {}, problems };
    if (problems.length > 0) return source;
    const own = moving(ledger);
    return await withPostgres(url, async (client) => {
      await own.begin(client);
      return copyAll(client, { ledger, states, source, besides, moving: own });
    });
  } finally {
    for (const state of states) state.close();
    ledger.close();
  }
}

/** A file, if it is there, brought up to date like at any start, so that both sides have the same tables. */
function openState(dataDir: string, name: string): readonly Database[] {
  const file = join(dataDir, name);
  if (!existsSync(file)) return [];
  const state = openSqlite(file);
  try {
    for (const [area, migrations] of Object.entries(stateFiles[name]!))
      migrateSqlite(state, migrations, area);
    return [state];
  } catch (error) {
    state.close();
    throw error;
  }
}

interface Sources extends Pick<Required<FolderCopy>, 'besides'> {
  readonly ledger: SqliteWriter;
  readonly states: readonly Database[];
  /** What the ledger holds. */
  readonly source: MoveVerdict;
  readonly moving: Moving;
}

async function copyAll(client: pg.Client, sources: Sources): Promise<MoveVerdict> {
  const { moving } = sources;
  const verdict = await copyUncommitted(client, sources).catch((error: unknown) => {
    moving.failed();
    throw error;
  });
  if (!verdict.ok) {
    moving.failed();
    await client.query('rollback');
    return verdict;
  }
  // A session that breaks here leaves it open whether the copy is there: the folder then says so.
  await client.query('commit');
  moving.done();
  return verdict;
}

async function copyUncommitted(
  client: pg.Client,
  { ledger, states, source, besides, moving }: Sources,
): Promise<MoveVerdict> {
  await client.query('begin');
  await clearTarget(client, databaseAreas);
  const { size, root, changed, tables } = await copyLedger(ledger, client);
  const areas = Object.values(stateFiles).flatMap((file) => Object.entries(file));
  for (const [area, migrations] of areas) await migrateWithin(client, migrations, area);
  const all = [...tables, ...(await besides(client))];
  for (const state of states) {
    all.push(...(await copyTables(state, client, (table) => (madeAgain.test(table) ? null : table))));
  }
  const problems = differences(all);
  if (changed > 0 || size !== source.size || root !== source.root) {
    problems.push({
      problem: 'tree-differs',
      message: 'The entries that arrived are not those that were sent.',
    });
  }
  await moving.receive(client);
  const ok = problems.length === 0;
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
  let client: pg.Client | null = null;
  try {
    client = await openSession(url, { application_name: 'fairlead-migrate' });
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
    await client?.end().catch(() => undefined);
  }
}
