import { FairleadError } from '@fairlead/core/errors';
import pg from 'pg';
import { migratePostgres } from '../../platform/db/migrations.ts';
import { planOver, writePlan } from './effects-postgres.ts';
import { ledgerMigrations } from './migrations.ts';
import { postgresReader, type Queryable } from './reader-postgres.ts';
import { leafOf } from './rows.ts';
import { keptCheckpoints, type LedgerStore } from './store.ts';
import type { PreparedDraft, Seal, StoreReceipt } from './types.ts';

const readConnections = 4;
const maxAttempts = 5;

/** Unique violation and deadlock: the transaction is certainly undone, so trying again is safe. */
const undoneCodes = new Set(['23505', '40P01']);

export interface PostgresStore extends LedgerStore {
  /** Sessions for what is not an append. */
  readonly pool: pg.Pool;
}

/**
 * Opens the ledger in a PostgreSQL database. Appends go over one session of their own, whose durability settings are
 * set and read back; several processes may append at once without gaps. Not for connections through a transaction
 * pooler: settings belong to the session.
 * @throws FairleadError `store.not-durable`.
 */
export async function openPostgresStore(url: string): Promise<PostgresStore> {
  const writer = new pg.Client({ connectionString: url, application_name: 'fairlead-ledger' });
  await writer.connect();
  // Reported by the append that uses it; without a listener the process would end.
  writer.on('error', () => undefined);
  const pool = new pg.Pool({
    connectionString: url,
    max: readConnections,
    options: '-c synchronous_commit=on',
  });
  pool.on('error', () => undefined);
  const close = async () => {
    if (pool.ending) return;
    await pool.end();
    await writer.end().catch(() => undefined);
  };
  try {
    await assertDurable(writer);
    await migratePostgres(writer, ledgerMigrations, 'ledger');
  } catch (error) {
    await close();
    throw error;
  }
  return {
    ...postgresReader(pool),
    appendBatch: (drafts) => appendBatch(writer, drafts),
    // Not on the writer's session, where it could fall into the transaction of an append.
    seal: (seal) => writeSeal(pool, seal),
    pool,
    setIdentity: async ({ origin, vkey }) => {
      await writer.query('insert into ledger_identity (one, origin, vkey) values (1, $1, $2)', [
        origin,
        vkey,
      ]);
    },
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

async function appendBatch(
  writer: pg.Client,
  drafts: readonly PreparedDraft[],
): Promise<readonly StoreReceipt[]> {
  if (drafts.some(({ effect }) => effect !== null)) return appendWithEffects(writer, drafts);
  const known = new Map<string, number>();
  for (let attempt = 1; ; attempt += 1) {
    const fresh = withoutRepeats(drafts, known);
    try {
      const first = fresh.length === 0 ? 0 : await insertFresh(writer, fresh);
      const written = new Map(fresh.map((draft, i) => [draft.id, first + i]));
      return receiptsOf(drafts, known, written);
    } catch (error) {
      if (attempt === maxAttempts || !undoneCodes.has((error as { code?: string }).code ?? '')) throw error;
      await findKnown(writer, drafts, known);
    }
  }
}

/**
 * A batch that touches budgets is a transaction of several statements. It takes the head's row first, so that no other
 * writer stands between what is read of the accounts and what is written.
 */
async function appendWithEffects(
  writer: pg.Client,
  drafts: readonly PreparedDraft[],
): Promise<readonly StoreReceipt[]> {
  await writer.query('begin');
  try {
    await writer.query('select size from ledger_head for update');
    const known = new Map<string, number>();
    await findKnown(writer, drafts, known);
    const fresh = withoutRepeats(drafts, known);
    const plan = await planOver(writer, fresh);
    const written = fresh.filter((draft) => !plan.refused.has(draft));
    const first = written.length === 0 ? 0 : await insertFresh(writer, written);
    await writePlan(writer, plan);
    await writer.query('commit');
    const indexes = new Map(written.map((draft, i) => [draft.id, first + i]));
    const refused = new Map([...plan.refused].map(([draft, account]) => [draft.id, account]));
    return receiptsOf(drafts, known, indexes).map((receipt, i) => {
      const full = refused.get(drafts[i]!.id);
      return full ? { index: -1, duplicate: false, refused: full } : receipt;
    });
  } catch (error) {
    // A session that is gone has rolled back already.
    await writer.query('rollback').catch(() => undefined);
    throw error;
  }
}

function withoutRepeats(
  drafts: readonly PreparedDraft[],
  known: ReadonlyMap<string, number>,
): readonly PreparedDraft[] {
  const seen = new Set<string>();
  return drafts.filter((draft) => {
    const fresh = !known.has(draft.id) && !seen.has(draft.id);
    seen.add(draft.id);
    return fresh;
  });
}

function receiptsOf(
  drafts: readonly PreparedDraft[],
  known: ReadonlyMap<string, number>,
  written: Map<string, number>,
): readonly StoreReceipt[] {
  const told = new Set<string>();
  return drafts.map(({ id }) => {
    const duplicate = known.has(id) || told.has(id);
    told.add(id);
    return { index: known.get(id) ?? written.get(id) ?? -1, duplicate };
  });
}

async function findKnown(
  writer: pg.Client,
  drafts: readonly PreparedDraft[],
  known: Map<string, number>,
): Promise<void> {
  const { rows } = await writer.query<{ id: string; idx: string }>(
    'select id, idx from ledger_entries where id = any($1::uuid[])',
    [drafts.map((draft) => draft.id)],
  );
  for (const { id, idx } of rows) known.set(id, Number(idx));
}

/**
 * One statement, one round trip, one commit. The head's row lock makes writers take turns, so that indexes have no
 * gaps; a sequence would leave one behind every failed insert.
 */
const insertSql = `
  with head as (
    update ledger_head set size = size + $1::bigint returning size - $1::bigint as first
  ), inserted as (
    insert into ledger_entries (idx, id, op, kind, ts, leaf, bytes)
    select head.first + draft.ord - 1, draft.id, draft.op, draft.kind, draft.ts, draft.leaf, draft.bytes
    from head, unnest($2::uuid[], $3::uuid[], $4::text[], $5::bigint[], $6::bytea[], $7::bytea[])
      with ordinality as draft (id, op, kind, ts, leaf, bytes, ord)
  ), inputs as (
    insert into ledger_decision_inputs (digest, json)
    select * from unnest($8::bytea[], $9::text[]) on conflict do nothing
  ), opened as (
    insert into ledger_open_operations (op, instance, incarnation)
    select * from unnest($10::uuid[], $11::uuid[], $12::uuid[]) on conflict do nothing
  ), closed as (
    delete from ledger_open_operations where op = any($13::uuid[])
  )
  select first from head`;

async function insertFresh(writer: pg.Client, drafts: readonly PreparedDraft[]): Promise<number> {
  const leaves = drafts.map(leafOf);
  const inputs = drafts.flatMap((draft) => draft.inputs);
  const closed = drafts.filter((draft) => draft.operation === 'closes').map((draft) => draft.op);
  const closedHere = new Set(closed);
  const opened = drafts.filter((draft) => draft.operation === 'opens' && !closedHere.has(draft.op));
  const { rows } = await writer.query<{ first: string }>({
    name: 'ledger-append',
    text: insertSql,
    values: [
      drafts.length,
      drafts.map((draft) => draft.id),
      drafts.map((draft) => draft.op),
      drafts.map((draft) => draft.kind),
      drafts.map((draft) => draft.ts),
      leaves.map(({ leaf }) => leaf),
      leaves.map(({ bytes }) => bytes),
      inputs.map((input) => Buffer.from(input.digest, 'hex')),
      inputs.map((input) => input.json),
      opened.map((draft) => draft.op),
      opened.map((draft) => draft.instance),
      opened.map((draft) => draft.incarnation),
      closed,
    ],
  });
  return Number(rows[0]!.first);
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
