import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listEntries, verifyLedger } from '../../packages/server/src/features/ledger/cli.ts';
import { type OpenLedger, openLedger } from '../../packages/server/src/features/ledger/create.ts';
import { readLastSigned } from '../../packages/server/src/features/ledger/keys.ts';
import { ledgerMigrations } from '../../packages/server/src/features/ledger/migrations.ts';
import { postgresReader } from '../../packages/server/src/features/ledger/reader-postgres.ts';
import {
  configDraft,
  decisionDraft,
  keyDraft,
  outcomeDraft,
  reservingDraft,
  settlingDraft,
} from '../../packages/server/src/features/ledger/testing/entries.ts';
import { verifyLog } from '../../packages/server/src/features/ledger/verify.ts';
import {
  copyTables,
  type Migration,
  migrateSqlite,
  migrateWithin,
  openSqlite,
  type StateLocation,
} from '../../packages/server/src/platform/db/index.ts';
import {
  createPostgresDatabase,
  describePostgres,
  type TemporaryFolder,
  type TestDatabase,
  temporaryFolder,
} from '../setup/database.ts';
import { stateParts as parts, schemaAreas } from '../support/state-parts.ts';

/*
 * Data that was written under every earlier schema, brought to the newest one. The earlier schemas are made by the steps
 * up to theirs; the rows are what today's stores write, in the columns that there were.
 */

const levels = parts.flatMap((part) =>
  part.migrations.map((step, i) => ({ ...part, step: step.id, level: i + 1 })),
);

let folder: TemporaryFolder;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const inFolder = (name: string) => join(folder.path, name);
const sqliteAt = (name: string): StateLocation => ({ kind: 'sqlite', file: inFolder(name) });

/** Tables with their columns; those of a full-text index are its own. */
function tablesOf(database: Database): ReadonlyMap<string, readonly string[]> {
  const tables = database.pragma('table_list') as { schema: string; name: string; type: string }[];
  const own = tables.filter(
    ({ schema, name, type }) =>
      schema === 'main' && type === 'table' && !/^(?:sqlite_|schema_migrations)/.test(name),
  );
  return new Map(
    own.map(({ name }) => {
      const columns = database.pragma(`main.table_info(${name})`) as { name: string }[];
      return [name, columns.map((column) => column.name)];
    }),
  );
}

/** A database with the first `level` steps, and what `seeded` has of its tables and columns. */
function makeOlder(
  file: string,
  seeded: string,
  migrations: readonly Migration[],
  level: number,
  area?: string,
): Database {
  const database = openSqlite(file);
  migrateSqlite(database, migrations.slice(0, level), area);
  database.exec(`attach '${seeded}' as seeded`);
  const there = database.prepare('select name from seeded.sqlite_master').pluck().all();
  for (const [table, columns] of tablesOf(database)) {
    // What is made again from the ledger may lose a table; its rows are nobody's only copy.
    if (area === 'audit' && !there.includes(table)) continue;
    const list = columns.join(', ');
    database.exec(`insert into main.${table} (${list}) select ${list} from seeded.${table}`);
  }
  database.exec('detach seeded');
  return database;
}

function rowsIn(file: string, tables: ReadonlyMap<string, readonly string[]>): unknown {
  const database = openSqlite(file, { readonly: true });
  const rows = [...tables].map(([table, columns]) =>
    database
      .prepare(`select ${columns.join(', ')} from ${table} order by ${columns.join(', ')}`)
      .raw()
      .all(),
  );
  database.close();
  return rows;
}

async function inPostgres<Result>(url: string, use: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client(url);
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

it('covers every feature that has a schema', async () => {
  expect(await schemaAreas()).toEqual([...parts.map(({ area }) => area), 'ledger'].sort());
});

const newer = (area: string) =>
  `insert into schema_migrations (area, id, applied_at) values ('${area}', '9999-future', `;
const isNewer = { code: 'server.schema-newer', message: expect.stringContaining('9999-future') };

describe('state in SQLite', () => {
  it.each(levels)('$area as of $step', async ({ seed, works, open, migrations, level, area }) => {
    await seed(sqliteAt('seeded.db'));
    const database = makeOlder(inFolder('old.db'), inFolder('seeded.db'), migrations, level, area);
    const tables = tablesOf(database);
    database.close();
    const before = rowsIn(inFolder('old.db'), tables);
    await open(sqliteAt('old.db'));
    if (area !== 'audit') expect(rowsIn(inFolder('old.db'), tables)).toEqual(before);
    await works(sqliteAt('old.db'));
  });

  it.each(parts)('$area of a newer version is refused, also for reading', async ({ seed, open, area }) => {
    await seed(sqliteAt('state.db'));
    const database = openSqlite(inFolder('state.db'));
    database.exec(`${newer(area)} '')`);
    database.close();
    await expect(open(sqliteAt('state.db'))).rejects.toMatchObject(isNewer);
    const reading = { ...sqliteAt('state.db'), options: { readonly: true } } as StateLocation;
    await expect(open(reading)).rejects.toMatchObject(isNewer);
  });
});

/** Calls that ended, two that did not, and with budgets one of either kind; more than a tile of entries. */
async function seedLedger(dataDir: string, withBudgets: boolean): Promise<void> {
  const ledger = await openLedger({ dataDir, clock: { now: Date.now } });
  const { instance } = ledger;
  const decisions = Array.from({ length: 150 }, () => decisionDraft(instance));
  await ledger.append(decisions);
  await ledger.append(decisions.slice(2).map(({ op }) => outcomeDraft(instance, op)));
  if (withBudgets) {
    const limits = { 'key|day|2026-11-05|k-1': 1000 };
    const [settled, open] = [reservingDraft(instance, 40, limits), reservingDraft(instance, 60, limits)];
    await ledger.append([settled]);
    await ledger.append([open]);
    await ledger.append([settlingDraft(instance, settled.op, 25), keyDraft(instance, 'pause', 'k-1')]);
  }
  await ledger.close();
}

/** A data folder whose ledger has the first `level` steps, with its keys beside it. */
async function olderFolder(
  level: number,
): Promise<{ readonly dataDir: string; readonly database: Database }> {
  const [seeded, dataDir] = [inFolder('seeded'), inFolder('old')];
  await seedLedger(seeded, level > 1);
  mkdirSync(dataDir);
  cpSync(`${seeded}.keys`, `${dataDir}.keys`, { recursive: true });
  cpSync(join(seeded, 'instance.json'), join(dataDir, 'instance.json'));
  const database = makeOlder(join(dataDir, 'ledger.db'), join(seeded, 'ledger.db'), ledgerMigrations, level);
  return { dataDir, database };
}

/** Calls that were open are closed, and the log goes on: with budgets, whatever the data had. */
async function goesOn(ledger: OpenLedger, open: number): Promise<void> {
  expect(ledger.recovered).toBe(open);
  const { instance } = ledger;
  const call = reservingDraft(instance, 7, { 'key|day|2026-11-06|k-2': 10 });
  await ledger.append([call]);
  await ledger.append([settlingDraft(instance, call.op, 3), configDraft(instance)]);
  expect((await ledger.readBudgets()).accounts).toContainEqual(
    expect.objectContaining({ limit: 10, settled: 3 }),
  );
  await ledger.close();
}

const ledgerLevels = ledgerMigrations.map((step, i) => ({
  step: step.id,
  level: i + 1,
  open: i === 0 ? 2 : 3,
}));

describe('the ledger in SQLite', () => {
  it.each(ledgerLevels)('as of $step', async ({ level, open }) => {
    const { dataDir, database } = await olderFolder(level);
    const tables = tablesOf(database);
    database.close();
    const before = rowsIn(join(dataDir, 'ledger.db'), new Map([['entries', tables.get('entries')!]]));
    if (level === 1) {
      // Reading commands change nothing, so they can't bring it up to date.
      const reading = { dataDir };
      await expect(verifyLedger(reading)).rejects.toMatchObject({ code: 'server.schema-older' });
      await expect(listEntries(dataDir, {}, () => undefined)).rejects.toMatchObject({
        code: 'server.schema-older',
      });
    }
    await goesOn(await openLedger({ dataDir, clock: { now: Date.now } }), open);
    const after = rowsIn(join(dataDir, 'ledger.db'), new Map([['entries', tables.get('entries')!]]));
    const [rows, kept] = [after, before].map((read) => (read as unknown[][])[0]!);
    expect(rows!.slice(0, kept!.length)).toEqual(kept);
    expect(await verifyLedger({ dataDir })).toMatchObject({
      ...{ ok: true, problems: [], rollbackChecked: true },
      ...{ size: kept!.length + open + 3, signedSize: kept!.length + open + 3 },
    });
  });

  it('of a newer version is refused, also for reading', async () => {
    const dataDir = inFolder('data');
    await seedLedger(dataDir, false);
    const database = openSqlite(join(dataDir, 'ledger.db'));
    database.exec(`${newer('state')} '')`);
    database.close();
    await expect(openLedger({ dataDir, clock: { now: Date.now } })).rejects.toMatchObject(isNewer);
    await expect(verifyLedger({ dataDir })).rejects.toMatchObject(isNewer);
  });
});

describePostgres('on PostgreSQL', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createPostgresDatabase();
  });
  afterEach(() => database.drop());
  const there = (): StateLocation => ({ kind: 'postgres', url: database.url });

  /** What the tables of a SQLite database hold, under the first `level` steps. */
  const fill = (from: Database, migrations: readonly Migration[], level: number, area: string) =>
    inPostgres(database.url, async (client) => {
      await client.query('begin');
      await migrateWithin(client, migrations.slice(0, level), area);
      // What is measured of facts is measured again where they arrive.
      const name = (table: string) =>
        table.startsWith('measured_')
          ? null
          : area === 'ledger'
            ? `ledger_${table.replace(/^log_/, '')}`
            : table;
      const copied = await copyTables(from, client, name);
      expect(copied.filter(({ same }) => !same)).toEqual([]);
      if (area === 'ledger') {
        await client.query('update ledger_head set size = (select count(*) from ledger_entries)');
      }
      await client.query('commit');
      return copied;
    });

  it.each(levels.filter(({ area }) => area !== 'audit'))('$area as of $step', async (part) => {
    await part.seed(sqliteAt('seeded.db'));
    const { migrations, level, area } = part;
    const old = makeOlder(inFolder('old.db'), inFolder('seeded.db'), migrations, level, area);
    const copied = await fill(old, migrations, level, area);
    old.close();
    expect(copied.every(({ rows }) => rows > 0)).toBe(true);
    await part.open(there());
    await part.works(there());
  });

  it.each(ledgerLevels)('the ledger as of $step', async ({ level, open }) => {
    const { dataDir, database: old } = await olderFolder(level);
    const size = (await fill(old, ledgerMigrations, level, 'ledger')).find(
      ({ name }) => name === 'ledger_entries',
    )!.rows;
    old.close();
    const shared = { url: database.url, maySign: true };
    await goesOn(await openLedger({ dataDir, clock: { now: Date.now }, database: shared }), open);
    const lastSigned = readLastSigned(`${dataDir}.keys`);
    const verdict = await inPostgres(database.url, (client) => {
      const reader = { ...postgresReader(client), close: async () => undefined };
      return verifyLog(reader, { vkey: null, lastSigned });
    });
    expect(verdict).toMatchObject({
      ...{ ok: true, problems: [], rollbackChecked: true },
      ...{ size: size + open + 3, signedSize: size + open + 3 },
    });
  });

  it.each(parts)('$area of a newer version is refused', async ({ seed, open, area }) => {
    await seed(there());
    await inPostgres(database.url, (client) => client.query(`${newer(area)} now())`));
    await expect(open(there())).rejects.toMatchObject(isNewer);
  });

  it('the ledger of a newer version is refused', async () => {
    const opening = { dataDir: inFolder('data'), clock: { now: Date.now } };
    const shared = { database: { url: database.url, maySign: true } };
    await (await openLedger({ ...opening, ...shared })).close();
    await inPostgres(database.url, (client) => client.query(`${newer('ledger')} now())`));
    await expect(openLedger({ ...opening, ...shared })).rejects.toMatchObject(isNewer);
  });
});
