/* `fairlead backup` and `fairlead restore` of a PostgreSQL database: the same file as that of a data folder. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { FairleadError } from '@fairlead/core/errors';
import Database from 'better-sqlite3';
import type pg from 'pg';
import {
  assertPostgresSchema,
  type CopiedTable,
  copyTables,
  copyTablesBack,
  describeDatabase,
  migrateSqlite,
  migrateWithin,
  openSession,
  tablesOf,
} from '../../../../platform/db/index.ts';
import { fairleadVersion } from '../../../../platform/process/version.ts';
import { ledgerTableOf } from '../../../ledger/copy-postgres.ts';
import { ledgerFile } from '../../../ledger/create.ts';
import type { KeyPlace } from '../../../ledger/keys.ts';
import { ledgerMigrations } from '../../../ledger/migrations.ts';
import { copyFolder, databaseAreas, stateFiles } from '../../../migrate/cli.ts';
import { assertVacant } from '../../../migrate/target.ts';
import { replicaMigrations, replicaTables } from '../../../replicas/migrations.ts';
import { digestFile } from '../archive.ts';
import { checksOver, copyChecks, describeLedger, type Restored } from '../cli.ts';
import { writeBackup } from '../create.ts';
import { type BackupManifest, replicasPart } from '../manifest.ts';
import { unpacking } from '../restore.ts';

/** How long nothing may have changed the state before the snapshot, milliseconds: a row is written right behind its entry. */
const settledMs = 250;
const attempts = 10;

/** What is made again: lengths and leases of running servers, counters of changes, the audit's read model. */
const madeAgain =
  /^(?:ledger_head|ledger_lease|ledger_instances|config_epochs|schema_migrations|audit_.*|measured_.*)$/;

/**
 * Writes a backup of a database, in one snapshot of it, beside running servers.
 * @throws FairleadError `backup.exists`, `backup.no-room`, `backup.unwritable`, `backup.unsettled`, `ledger.not-found`,
 * `backup.source-damaged`, `store.not-copyable`, `store.unavailable`, `server.schema-older`, `server.schema-newer`
 */
export function backupDatabase(options: {
  readonly database: string;
  readonly out: string;
  readonly gzip: boolean;
}): Promise<BackupManifest> {
  const readsOnly = true;
  const checks = copyChecks(() => null);
  return writeBackup(options, checks, (staging) =>
    withSession(
      options.database,
      async (client) => {
        await beginSettled(client);
        const names = await fill(client, staging);
        await client.query('commit');
        const ledger = await describeLedger(staging);
        const parts = [];
        for (const name of names) parts.push(await digestFile(staging, name));
        const createdAt = new Date().toISOString();
        return {
          format: 'fairlead-backup',
          version: 1,
          createdAt,
          fairlead: fairleadVersion,
          ...ledger,
          parts,
        };
      },
      readsOnly,
    ),
  );
}

/**
 * Begins a snapshot in which every entry that changes the state has its row: none was written in the quarter of a second
 * before it.
 */
async function beginSettled(client: pg.Client): Promise<void> {
  const { rows } = await client.query(`select to_regclass('ledger_identity') is not null as there`);
  if (!rows[0]?.there)
    throw new FairleadError('ledger.not-found', { message: 'There is no ledger in this database.' });
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const before = await client.query<{ size: string }>('select size from ledger_head');
    await wait(settledMs);
    await client.query('begin isolation level repeatable read read only');
    const changed = await client.query(
      `select 1 from ledger_entries where idx >= $1 and kind = 'admin'
       and position('"what":"assistant-token.issued"'::bytea in bytes) = 0 limit 1`,
      [before.rows[0]?.size ?? 0],
    );
    if (changed.rows.length === 0) return;
    await client.query('rollback');
  }
  throw new FairleadError('backup.unsettled');
}

/** Writes every part into the folder; returns their names, the ledger's first. */
async function fill(client: pg.Client, folder: string): Promise<readonly string[]> {
  const taken = new Set<string>();
  const copy = async (name: string, prepare: (into: Database.Database) => void, targetOf = sameName) => {
    const into = new Database(join(folder, name));
    try {
      into.pragma('synchronous = off');
      prepare(into);
      const copied = await copyTablesBack(client, into, targetOf);
      refuseDifferences(copied);
      for (const table of copied) taken.add(table.name);
    } finally {
      into.close();
    }
    return name;
  };
  const names: string[] = [];
  await assertPostgresSchema(client, ledgerMigrations, 'ledger');
  names.push(await copy(ledgerFile, (into) => migrateSqlite(into, ledgerMigrations), ledgerTableOf));
  for (const [name, areas] of Object.entries(stateFiles)) {
    const used = await usedAreas(client, areas);
    if (used.length === 0) continue;
    names.push(
      await copy(name, (into) => {
        for (const [area, steps] of used) migrateSqlite(into, steps, area);
      }),
    );
  }
  if ((await usedAreas(client, { replicas: replicaMigrations })).length > 0)
    names.push(await copy(replicasPart, (into) => void into.exec(replicaTables.join(';'))));
  const left = (await tablesOf(client)).find((name) => !taken.has(name) && !madeAgain.test(name));
  if (left === undefined) return names;
  throw new FairleadError('store.not-copyable', {
    message: `${left} is a table that a backup would leave out.`,
  });
}

/** What is measured of facts is measured again where it's restored: the facts that arrive say so themselves. */
const sameName = (table: string): string | null => (table.startsWith('measured_') ? null : table);

/** Areas that a server has opened in this database; those of features that were never used have no tables. */
async function usedAreas(client: pg.Client, areas: (typeof stateFiles)[string]) {
  const { rows } = await client.query<{ area: string }>('select distinct area from schema_migrations');
  const known = new Set(rows.map(({ area }) => area));
  const used = Object.entries(areas).filter(([area]) => known.has(area));
  for (const [area, steps] of used) await assertPostgresSchema(client, steps, area);
  return used;
}

function refuseDifferences(copied: readonly CopiedTable[]): void {
  const differs = copied.find(({ same }) => !same);
  if (differs === undefined) return;
  throw new FairleadError('store.not-copyable', { message: `${differs.name} did not arrive as it is.` });
}

export interface DatabaseRestore extends KeyPlace {
  readonly from: string;
  /** URL of an empty database. */
  readonly database: string;
  readonly startNewLog: boolean;
}

/**
 * Restores a backup, of a database or of a data folder, into an empty database: in one transaction, which is committed
 * once everything was read back. @throws FairleadError of `unpacking`, of `copyFolder` and of the checks
 */
export async function restoreDatabase(options: DatabaseRestore): Promise<Restored> {
  const { from, database, startNewLog, keysDir } = options;
  await withSession(database, (client) => assertVacant(client, databaseAreas));
  const { checks, newOrigin } = checksOver(options, startNewLog);
  const staging = `${resolve(keysDir)}.restoring`;
  const manifest = await unpacking(from, staging, async (found) => {
    await checks.verify(staging, found);
    const besides = (client: pg.Client) => copyReplicas(client, join(staging, replicasPart));
    const outside = { vkey: null, lastSigned: null };
    const copied = await copyFolder({ dataDir: staging, url: database, outside, besides });
    const [problem] = copied.problems;
    if (problem !== undefined) throw new FairleadError('store.not-copyable', { message: problem.message });
    checks.onPlaced();
    return found;
  });
  return { ...manifest, newOrigin: newOrigin() };
}

async function copyReplicas(client: pg.Client, file: string): Promise<readonly CopiedTable[]> {
  if (!existsSync(file)) return [];
  const source = new Database(file, { readonly: true });
  try {
    await migrateWithin(client, replicaMigrations, 'replicas');
    return await copyTables(source, client, sameName);
  } finally {
    source.close();
  }
}

/** One session of its own, whose errors come as ours. */
async function withSession<Result>(
  url: string,
  use: (client: pg.Client) => Promise<Result>,
  readsOnly = false,
): Promise<Result> {
  let client: pg.Client | null = null;
  try {
    client = await openSession(url, { application_name: 'fairlead-backup', readsOnly });
    return await use(client);
  } catch (error) {
    throw describeDatabase(error);
  } finally {
    await client?.end().catch(() => undefined);
  }
}
