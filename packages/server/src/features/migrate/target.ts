/*
 * The database that a copy goes into: empty, or holding what a start leaves there that recorded nothing. A start makes
 * its tables before it can know that it will be refused, so such tables are no sign that somebody works there.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { FairleadError } from '@fairlead/core/errors';
import type pg from 'pg';
import { isEmptyPostgres, lockSchema, type Migration, objectsOf, quoted } from '../../platform/db/index.ts';

/** Schema steps by the area that they stand under. */
export type SchemaAreas = Readonly<Record<string, readonly Migration[]>>;

/**
 * Rows that nobody misses where no entry was recorded: counters and leases of servers, the name of a log that never had an
 * entry, digests of secrets, and what is made again from the ledger and from facts.
 */
const dispensable =
  /^(?:schema_migrations|config_epochs|ledger_(?:head|lease|instances|identity)|replica_secrets|audit_.*|measured_.*)$/;

/** A server is taken for alive until it was silent for so long; its lease says the same. */
const silentSeconds = 60;
/** Sessions of a server that has just ended are gone within a moment. */
const endedWithinMs = 2_000;
const lockWithinMs = 5_000;

/**
 * @throws FairleadError `store.database-not-empty` for a database that holds anything else, `store.database-in-use` beside
 * a server. Nothing is changed.
 */
export async function assertVacant(client: pg.Client, areas: SchemaAreas): Promise<void> {
  await tablesInTheWay(client, areas);
}

/**
 * The same, and takes those tables away, and the functions of their triggers, within the caller's transaction: whatever ends that leaves them as they were. No
 * server can make tables meanwhile.
 */
export async function clearTarget(client: pg.Client, areas: SchemaAreas): Promise<void> {
  await lockSchema(client);
  const tables = await tablesInTheWay(client, areas);
  if (tables.length === 0) return;
  await client.query(`set local lock_timeout = ${lockWithinMs}`);
  try {
    await client.query(`drop table ${tables.map(quoted).join(', ')}`);
    for (const name of namesMade('function', Object.values(areas).flat()))
      await client.query(`drop function if exists ${quoted(name)}`);
  } catch (error) {
    throw notDropped(error);
  }
  await client.query('set local lock_timeout = 0');
}

async function tablesInTheWay(client: pg.Client, areas: SchemaAreas): Promise<readonly string[]> {
  if (await isEmptyPostgres(client)) return [];
  const ours = await tablesMadeBy(client, areas);
  const tables: string[] = [];
  for (const { name, isTable } of await objectsOf(client)) {
    if (!isTable || !ours.has(name)) throw notEmpty(`${name} is there, which no start of Fairlead made.`);
    tables.push(name);
  }
  for (const name of tables) {
    if (dispensable.test(name)) continue;
    const { rowCount } = await client.query(`select 1 from ${quoted(name)} limit 1`);
    if (rowCount !== 0) throw notEmpty(`${name} has rows.`);
  }
  await assertUnused(client, tables);
  return tables;
}

/** By the steps that the database itself says it has: a table of the same name that others made isn't ours. */
async function tablesMadeBy(client: pg.Client, areas: SchemaAreas): Promise<ReadonlySet<string>> {
  const { rows: columns } = await client.query(
    `select 1 from information_schema.columns where table_schema = current_schema()
     and table_name = 'schema_migrations' and column_name in ('area', 'id', 'applied_at')`,
  );
  if (columns.length !== 3) return new Set();
  const { rows } = await client.query<{ area: string }>('select distinct area from schema_migrations');
  const made = rows.flatMap(({ area }) => namesMade('table', areas[area] ?? []));
  return new Set(['schema_migrations', ...made]);
}

/** Names of what schema steps make on PostgreSQL. */
export function namesMade(kind: 'table' | 'function', steps: readonly Migration[]): readonly string[] {
  const text = steps.flatMap(({ postgres }) => postgres).join(';\n');
  const made = new RegExp(`create (?:or replace )?${kind} (?:if not exists )?(\\w+)`, 'g');
  return [...new Set([...text.matchAll(made)].map(([, name]) => name as string))];
}

async function assertUnused(client: pg.Client, tables: readonly string[]): Promise<void> {
  if (tables.includes('ledger_instances')) {
    const { rows } = await client.query<{ seconds: number }>(
      `select floor(extract(epoch from now() - renewed_at))::int as seconds from ledger_instances
       where renewed_at > now() - make_interval(secs => $1) order by renewed_at desc limit 1`,
      [silentSeconds],
    );
    const [heard] = rows;
    if (heard !== undefined) throw inUse(`A server said ${heard.seconds} s ago that it uses this database.`);
  }
  for (const until = performance.now() + endedWithinMs; await hasServer(client); await wait(100)) {
    if (performance.now() > until) throw inUse('A server has sessions with this database.');
  }
}

async function hasServer(client: pg.Client): Promise<boolean> {
  // Within a transaction the answer stays the first one otherwise.
  await client.query('select pg_stat_clear_snapshot()');
  const { rows } = await client.query(
    `select 1 from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
     and (application_name like 'fairlead-ledger%' or application_name = 'fairlead-replica') limit 1`,
  );
  return rows.length > 0;
}

function notEmpty(what: string): FairleadError {
  return new FairleadError('store.database-not-empty', { message: `${what} Nothing was copied.` });
}

function inUse(what: string): FairleadError {
  return new FairleadError('store.database-in-use', { message: `${what} Nothing was copied.` });
}

/** Somebody else holds them, owns them, or has made something of them. */
function notDropped(error: unknown): unknown {
  const { code } = (error ?? {}) as { code?: unknown };
  if (code === '55P03') return inUse('Another session holds tables of this database.');
  if (code === '42501') return notEmpty('The tables there belong to another role.');
  if (code === '2BP01') return notEmpty('Something in another schema is made of the tables there.');
  return error;
}
