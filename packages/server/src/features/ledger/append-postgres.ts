import type pg from 'pg';
import { planOver, writePlan } from './effects-postgres.ts';
import { leafOf } from './rows.ts';
import type { PreparedDraft, StoreReceipt } from './types.ts';

const maxAttempts = 5;

/** Unique violation and deadlock: the transaction is certainly undone, so trying again is safe. */
const undoneCodes = new Set(['23505', '40P01']);

/** Appends on one session, in one durable transaction; as {@link LedgerStore.appendBatch} says. */
export async function appendOn(
  writer: pg.Client,
  drafts: readonly PreparedDraft[],
): Promise<readonly StoreReceipt[]> {
  if (drafts.some(({ effect }) => effect !== null)) return appendWithEffects(writer, drafts);
  const known = new Map<string, number>();
  for (let attempt = 1; ; attempt += 1) {
    const fresh = withoutRepeats(drafts, known);
    try {
      const first = fresh.length === 0 ? 0 : await insertFresh(writer, fresh);
      if (fresh.length === 0) await waitForStandby(writer);
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

/**
 * A session that was ended while it waited for a synchronous standby has committed on the primary alone. A commit behind
 * it waits for the standby to have both, so that what is found there may be called recorded.
 */
export async function waitForStandby(session: pg.Client): Promise<void> {
  await session.query(`select pg_logical_emit_message(true, 'fairlead', '')`);
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

/** Adds the index of every draft that is there. */
export async function findKnown(
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
