import { createHash, type Hash } from 'node:crypto';
import { FairleadError } from '@fairlead/core/errors';
import type { Database } from 'better-sqlite3';
import type { ClientBase } from 'pg';

/* Copies tables from SQLite to PostgreSQL as they are, and proves that every row arrived as it was. */

type ColumnType = 'integer' | 'text' | 'bytes' | 'uuid';

/** A value of either database in the form that both are compared in. */
export type CopiedValue = Buffer | null;

/** A table of the source with the one that it is copied to. Columns have the same names on both sides. */
export interface PairedTable {
  readonly source: string;
  readonly target: string;
  readonly columns: readonly { readonly name: string; readonly type: ColumnType }[];
  /** Names of the columns that order the rows. */
  readonly key: readonly string[];
}

/** What a table holds on one side: SHA-256 over all values in order of key. */
export interface TableProof {
  readonly rows: number;
  /** Lower-case hex. */
  readonly digest: string;
}

const rowsPerRead = 500;
const bytesPerInsert = 4_000_000;

/** Which PostgreSQL type takes what of SQLite, and how. Nothing is converted that doesn't come back as it was. */
const typeOf: { readonly [pair: string]: ColumnType } = {
  'INTEGER int4': 'integer',
  'INTEGER int8': 'integer',
  'TEXT text': 'text',
  'BLOB bytea': 'bytes',
  'BLOB uuid': 'uuid',
};

/** True when the connection's schema holds no table, view or sequence. */
export async function isEmptyPostgres(client: ClientBase): Promise<boolean> {
  return (await objectsOf(client)).length === 0;
}

/** Tables, views and sequences of the connection's schema by name, but for sequences that belong to a table. */
export async function objectsOf(
  client: ClientBase,
): Promise<readonly { readonly name: string; readonly isTable: boolean }[]> {
  const { rows } = await client.query<{ name: string; isTable: boolean }>(
    `select relname as name, relkind in ('r', 'p') as "isTable" from pg_class c
     where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p', 'v', 'm', 'S', 'f')
       and not (relkind = 'S' and exists (
         select 1 from pg_depend where classid = 'pg_class'::regclass and objid = c.oid and deptype in ('a', 'i')
           and refclassid = 'pg_class'::regclass))
     order by relname`,
  );
  return rows;
}

/**
 * Pairs every table of a SQLite database with the PostgreSQL table that `targetOf` names.
 * @throws FairleadError `store.not-copyable` when a table or column has no counterpart: nothing is left behind unsaid.
 */
export async function pairTables(
  source: Database,
  client: ClientBase,
  targetOf: (table: string) => string | null,
): Promise<readonly PairedTable[]> {
  const names = source
    .prepare(
      `select name from sqlite_master
       where type = 'table' and name not glob 'sqlite_*' and name <> 'schema_migrations' order by name`,
    )
    .pluck()
    .all() as string[];
  const pairs: PairedTable[] = [];
  for (const name of names) {
    const target = targetOf(name);
    if (target !== null) pairs.push(await pairTable(source, client, name, target));
  }
  return pairs;
}

async function pairTable(
  source: Database,
  client: ClientBase,
  table: string,
  target: string,
): Promise<PairedTable> {
  const columns = source.pragma(`table_info(${quoted(table)})`) as {
    name: string;
    type: string;
    pk: number;
  }[];
  const { rows } = await client.query<{ name: string; type: string; counted: boolean }>(
    `select column_name as name, udt_name as type,
       is_identity = 'YES' or coalesce(column_default like 'nextval%', false) as counted
     from information_schema.columns where table_schema = current_schema() and table_name = $1`,
    [target],
  );
  const there = new Map(rows.map((row) => [row.name, row]));
  const paired = columns.map(({ name, type }) => {
    const counterpart = there.get(name);
    const kind = counterpart?.counted === false ? typeOf[`${type} ${counterpart.type}`] : undefined;
    if (kind === undefined) throw notCopyable(`${table}.${name}`);
    return { name, type: kind };
  });
  if (there.size !== columns.length) throw notCopyable(table);
  const key = columns.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk);
  return {
    source: table,
    target,
    columns: paired,
    key: (key.length > 0 ? key : columns).map(({ name }) => name),
  };
}

function notCopyable(what: string): FairleadError {
  return new FairleadError('store.not-copyable', {
    message: `${what} has no counterpart in PostgreSQL that would hold it as it is.`,
  });
}

/** A table as it was copied. */
export interface CopiedTable {
  /** Its name in PostgreSQL. */
  readonly name: string;
  /** Rows that are there now. */
  readonly rows: number;
  /** Whether every value there is that of the source. */
  readonly same: boolean;
}

/**
 * Copies every table of a SQLite database, inside the caller's transaction.
 * @param targetOf name of the table in PostgreSQL; null for one that is not to be copied
 */
export async function copyTables(
  source: Database,
  client: ClientBase,
  targetOf: (table: string) => string | null,
  onRow: (table: PairedTable, row: readonly CopiedValue[]) => void = () => undefined,
): Promise<readonly CopiedTable[]> {
  const copied: CopiedTable[] = [];
  for (const table of await pairTables(source, client, targetOf)) {
    const { sent, arrived } = await copyTable(source, client, table, (row) => onRow(table, row));
    const same = sent.rows === arrived.rows && sent.digest === arrived.digest;
    copied.push({ name: table.target, rows: arrived.rows, same });
  }
  return copied;
}

/**
 * Copies one table inside the caller's transaction, then reads it back there.
 * @param onRow called with each row as PostgreSQL has it, in order of key
 */
async function copyTable(
  source: Database,
  client: ClientBase,
  table: PairedTable,
  onRow: (row: readonly CopiedValue[]) => void,
): Promise<{ readonly sent: TableProof; readonly arrived: TableProof }> {
  const sent = proof();
  const insert = insertInto(table);
  let batch: (readonly CopiedValue[])[] = [];
  let bytes = 0;
  const flush = async () => {
    if (batch.length === 0) return;
    const values = table.columns.map(({ type }, i) => batch.map((row) => parameter(type, row[i] ?? null)));
    await client.query(insert, values);
    batch = [];
    bytes = 0;
  };
  for (const row of sourceRows(source, table)) {
    sent.take(row);
    batch.push(row);
    bytes += row.reduce((sum, value) => sum + (value?.length ?? 0), 0);
    if (batch.length === rowsPerRead || bytes >= bytesPerInsert) await flush();
  }
  await flush();
  const arrived = proof();
  for await (const row of targetRows(client, table)) {
    arrived.take(row);
    onRow(row);
  }
  return { sent: sent.finish(), arrived: arrived.finish() };
}

export function* sourceRows(source: Database, table: PairedTable): Generator<readonly CopiedValue[]> {
  const columns = table.columns.map(({ name }) => quoted(name)).join(', ');
  const order = table.key.map(quoted).join(', ');
  const statement = source.prepare(`select ${columns} from ${quoted(table.source)} order by ${order}`);
  for (const row of statement.raw().safeIntegers().iterate() as Iterable<unknown[]>)
    yield row.map((value) => {
      if (value === null || Buffer.isBuffer(value)) return value;
      return Buffer.from(String(value));
    });
}

const castOf: { readonly [type in ColumnType]: string } = {
  integer: 'bigint',
  text: 'text',
  bytes: 'bytea',
  uuid: 'uuid',
};

function insertInto({ target, columns }: PairedTable): string {
  const names = columns.map(({ name }) => quoted(name)).join(', ');
  const arrays = columns.map(({ type }, i) => `$${i + 1}::${castOf[type]}[]`).join(', ');
  return `insert into ${quoted(target)} (${names}) select * from unnest(${arrays})`;
}

function parameter(type: ColumnType, value: CopiedValue): Buffer | string | null {
  if (value === null || type === 'bytes') return value;
  return type === 'uuid' ? value.toString('hex') : value.toString();
}

export async function* targetRows(
  client: ClientBase,
  table: PairedTable,
): AsyncGenerator<readonly CopiedValue[]> {
  const columns = table.columns.map(({ name, type }) => `${readAs[type](quoted(name))} as ${quoted(name)}`);
  const types = new Map(table.columns.map(({ name, type }) => [name, type]));
  const order = table.key.map((name) =>
    types.get(name) === 'text' ? `t.${quoted(name)} collate "C"` : `t.${quoted(name)}`,
  );
  const cursor = 'fairlead_copy';
  await client.query(
    `declare ${cursor} no scroll cursor for
     select ${columns.join(', ')} from ${quoted(table.target)} t order by ${order.join(', ')}`,
  );
  for (;;) {
    const { rows } = await client.query<(string | Buffer | null)[]>({
      text: `fetch ${rowsPerRead} from ${cursor}`,
      rowMode: 'array',
    });
    for (const row of rows)
      yield row.map((value) => (typeof value === 'string' ? Buffer.from(value) : value));
    if (rows.length < rowsPerRead) break;
  }
  await client.query(`close ${cursor}`);
}

const readAs: { readonly [type in ColumnType]: (column: string) => string } = {
  integer: (column) => `t.${column}::text`,
  text: (column) => `t.${column}`,
  bytes: (column) => `t.${column}`,
  uuid: (column) => `uuid_send(t.${column})`,
};

/** Every value with its length, so that no two tables have the same digest by running values together. */
export function proof(): { take(row: readonly CopiedValue[]): void; finish(): TableProof } {
  const hash: Hash = createHash('sha256');
  let rows = 0;
  return {
    take(row) {
      rows += 1;
      for (const value of row) {
        hash.update(value === null ? 'null;' : `${value.length};`);
        if (value !== null) hash.update(value);
      }
    },
    finish: () => ({ rows, digest: hash.digest('hex') }),
  };
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
