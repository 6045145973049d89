import { FairleadError } from '@fairlead/core/errors';
import type pg from 'pg';
import { migratePostgres, openPool, refusePooler } from '../../platform/db/index.ts';
import { appendOn } from './append-postgres.ts';
import { ledgerMigrations } from './migrations.ts';
import { postgresReader, type Queryable } from './reader-postgres.ts';
import { postgresPruning } from './replicas/pruning-steps-postgres.ts';
import { openWriter } from './replicas/writer.ts';
import { keptCheckpoints, type LedgerStore } from './store.ts';
import type { Seal } from './types.ts';

const readConnections = 4;
export interface PostgresStore extends LedgerStore {
  /** Sessions for what is not an append. */
  readonly pool: pg.Pool;
}

/**
 * Opens the ledger in a PostgreSQL database. Appends go over one session of their own, whose durability settings are
 * set and read back; several processes may append at once without gaps. Not through a transaction pooler: settings belong
 * to the session.
 * @param onSession asked of every new session that is to append, before it does
 * @throws FairleadError `store.not-durable`, `store.pooled`.
 */
export async function openPostgresStore(
  url: string,
  onSession: (session: pg.Client) => Promise<void> = async () => undefined,
): Promise<PostgresStore> {
  const prepare = async (session: pg.Client) => {
    await refusePooler(session, url);
    await assertDurable(session);
    await onSession(session);
  };
  const writer = await openWriter({ url, prepare, append: appendOn });
  const pool = openPool({
    connectionString: url,
    max: readConnections,
    // A database that hangs is an error soon, not a round that never ends.
    query_timeout: 15_000,
    options: '-c synchronous_commit=on',
  });
  const pruning = postgresPruning(url, pool);
  const close = async () => {
    if (pool.ending) return;
    await pruning.close();
    await pool.end();
    await writer.close();
  };
  try {
    await migratePostgres(pool, ledgerMigrations, 'ledger');
  } catch (error) {
    await close();
    throw error;
  }
  return {
    ...postgresReader(pool),
    appendBatch: writer.append,
    // Not on the writer's session, where it could fall into the transaction of an append.
    seal: (seal) => writeSeal(pool, seal),
    pool,
    setIdentity: async ({ origin, vkey }) => {
      await pool.query('insert into ledger_identity (one, origin, vkey) values (1, $1, $2)', [origin, vkey]);
    },
    pruning: pruning.steps,
    close,
  };
}

/** Sets and reads back what makes a commit of this session durable. @throws FairleadError `store.not-durable`. */
export async function assertDurable(writer: pg.Client): Promise<void> {
  await writer.query('set synchronous_commit = on');
  for (const setting of ['fsync', 'full_page_writes', 'synchronous_commit']) {
    const { rows } = await writer.query<Record<string, string>>(`show ${setting}`);
    if (rows[0]?.[setting] === 'on') continue;
    throw new FairleadError('store.not-durable', {
      message: `PostgreSQL has ${setting}=${rows[0]?.[setting]}; a record would not survive a crash.`,
      fix: `Set ${setting} = on in the server's configuration.`,
    });
  }
}

/** Writes a checkpoint and the hashes that it completes, in one statement. */
export async function writeSeal(session: Queryable, seal: Seal): Promise<void> {
  const { size, root, note } = seal.checkpoint;
  await session.query(
    `with hashes as (
       insert into ledger_tree_hashes (level, n, hash) select * from unnest($1::int[], $2::bigint[], $3::bytea[])
     ), pruned as (
       delete from ledger_checkpoints
       where size <= (select size from ledger_checkpoints order by size desc limit 1 offset ${keptCheckpoints - 1})
     )
     insert into ledger_checkpoints (size, root, note) values ($4, $5, $6)`,
    [
      seal.hashes.map(({ level }) => level),
      seal.hashes.map(({ index }) => index),
      seal.hashes.map(({ hash }) => hash),
      size,
      root,
      note,
    ],
  );
}
