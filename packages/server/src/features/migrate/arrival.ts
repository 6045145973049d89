/* What a PostgreSQL database says that it is, and whether a copy arrived there. */
import type pg from 'pg';
import { sha256Hex } from '../../platform/crypto/index.ts';
import { lockSchema, objectsOf, quoted } from '../../platform/db/index.ts';

const area = 'moved-from';
/** What isn't copied. */
const besides =
  /^(?:schema_migrations|config_epochs|ledger_(?:head|lease|instances)|replica_.*|audit_.*|measured_.*)$/;

export interface DatabaseIdentity {
  /** The same by whatever host name, account or standby that took over it is reached. Lower-case hex. */
  readonly digest: string;
  /** To be shown; never with the account. */
  readonly name: string;
}

/** By its cluster's own number and its names there; by its address where the role may not ask for the number. */
export async function identifyDatabase(client: pg.Client): Promise<DatabaseIdentity> {
  const { rows } = await client.query<{ name: string; schema: string; may: boolean }>(
    `select current_database() as name, current_schema() as schema,
       has_function_privilege('pg_control_system()', 'execute') as may`,
  );
  const { name, schema, may } = rows[0]!;
  const address = `${client.host}:${client.port}`;
  const cluster = may
    ? (await client.query<{ id: string }>('select system_identifier::text as id from pg_control_system()'))
        .rows[0]!.id
    : address;
  return { digest: sha256Hex(JSON.stringify([cluster, name, schema])), name: `${name} on ${address}` };
}

/** Within the transaction of the copy, so that one is there exactly if the other is. */
export async function leaveReceipt(client: pg.Client, receipt: string): Promise<void> {
  await client.query('insert into schema_migrations (area, id) values ($1, $2)', [area, receipt]);
}

/** Rows by table of a copy that arrived with this receipt, null where none did; waits for one that is still at it. */
export async function arrivedWith(
  client: pg.Client,
  receipt: string,
): Promise<Readonly<Record<string, number>> | null> {
  await client.query('begin');
  try {
    await lockSchema(client);
    const objects = await objectsOf(client);
    const has = (name: string) => objects.some((one) => one.isTable && one.name === name);
    if (!has('schema_migrations') || !has('ledger_entries')) return null;
    const { rowCount } = await client.query('select 1 from schema_migrations where area = $1 and id = $2', [
      area,
      receipt,
    ]);
    if (rowCount === 0) return null;
    const tables: Record<string, number> = {};
    for (const { name } of objects.filter((one) => one.isTable && !besides.test(one.name))) {
      const { rows } = await client.query<{ n: string }>(`select count(*) as n from ${quoted(name)}`);
      tables[name] = Number(rows[0]!.n);
    }
    return tables;
  } finally {
    await client.query('rollback');
  }
}
