import type { Database } from 'better-sqlite3';
import type { ClientBase } from 'pg';
import {
  type CopiedTable,
  type CopiedValue,
  type PairedTable,
  pairTables,
  proof,
  quoted,
  sourceRows,
  targetRows,
} from './table-copy.ts';

/* The way back: tables of PostgreSQL into a SQLite database that has their schema, with the same proof of every row. */

/** Names of the tables of the connection's schema. */
export async function tablesOf(client: ClientBase): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select relname as name from pg_class join pg_namespace n on n.oid = relnamespace
     where n.nspname = current_schema() and relkind in ('r', 'p') order by relname`,
  );
  return rows.map(({ name }) => name);
}

/**
 * Fills every table of a SQLite database from PostgreSQL, within the caller's transaction there.
 * @param targetOf name of the table in PostgreSQL; null for one that is not to be copied
 * @throws FairleadError `store.not-copyable` when a table or column has no counterpart
 */
export async function copyTablesBack(
  client: ClientBase,
  into: Database,
  targetOf: (table: string) => string | null,
): Promise<readonly CopiedTable[]> {
  const copied: CopiedTable[] = [];
  for (const table of await pairTables(into, client, targetOf))
    copied.push(await copyBack(client, into, table));
  return copied;
}

async function copyBack(client: ClientBase, into: Database, table: PairedTable): Promise<CopiedTable> {
  const names = table.columns.map(({ name }) => quoted(name)).join(', ');
  const places = table.columns.map(() => '?').join(', ');
  const insert = into.prepare(`insert into ${quoted(table.source)} (${names}) values (${places})`);
  const sent = proof();
  into.exec('begin');
  for await (const row of targetRows(client, table)) {
    sent.take(row);
    insert.run(table.columns.map(({ type }, i) => sqliteValue(type, row[i] ?? null)));
  }
  into.exec('commit');
  const arrived = proof();
  for (const row of sourceRows(into, table)) arrived.take(row);
  const [there, here] = [sent.finish(), arrived.finish()];
  return {
    name: table.target,
    rows: here.rows,
    same: there.rows === here.rows && there.digest === here.digest,
  };
}

function sqliteValue(
  type: PairedTable['columns'][number]['type'],
  value: CopiedValue,
): Buffer | string | bigint | null {
  if (value === null || type === 'bytes' || type === 'uuid') return value;
  return type === 'integer' ? BigInt(value.toString()) : value.toString();
}
