import { type Kysely, sql } from 'kysely';
import { addCombinations } from './combinations.ts';
import { type AuditTables, columnsOf } from './tables.ts';
import type { AuditBatch, CountDelta, HourDelta, SessionDelta, TotalDelta } from './types.ts';
import { type WriteRows, whole } from './write-rows-sqlite.ts';

type Db = Kysely<AuditTables>;

/** SQLite takes 32,766 values in one statement; the widest rows have 22. */
const rowsPerInsert = 500;

/**
 * Writes a run of entries inside the caller's transaction. False when the store is not where the run begins. `native`
 * writes the rows of SQLite; without it they are written as PostgreSQL takes them.
 */
export async function writeBatch(db: Db, native: WriteRows | null, batch: AuditBatch): Promise<boolean> {
  // First, so that of two replicas the second waits here, and then finds that it is too late.
  const moved = await db
    .updateTable('audit_state')
    .set({ next: batch.next, last_id: batch.lastId })
    .where('next', '=', batch.first)
    .executeTakeFirst();
  if (Number(moved.numUpdatedRows) === 0) return false;
  if (native) native(batch);
  else await writeRows(db, batch);
  await inParts(batch.hours.map(hourColumns), (rows) => addHours(db, rows));
  await inParts(batch.counts.map(countColumns), (rows) => addCounts(db, rows));
  await inParts(batch.totals, (rows) => addTotals(db, rows));
  await addCombinations(db, batch.rows);
  await inParts(batch.sessions.map(sessionColumns), (rows) => addSessions(db, rows));
  await inParts(repositoryColumns(batch.sessions), (rows) =>
    db
      .insertInto('audit_session_repositories')
      .values(rows)
      .onConflict((conflict) => conflict.doNothing())
      .execute(),
  );
  return true;
}

async function writeRows(db: Db, batch: AuditBatch): Promise<void> {
  await inParts(batch.rows.map(columnsOf), (rows) => db.insertInto('audit_entries').values(rows).execute());
  const policies = batch.rows.flatMap(({ index, policyIds }) =>
    [...new Set(policyIds)].map((policyId) => ({ policy_id: policyId, idx: index })),
  );
  await inParts(policies, (rows) => db.insertInto('audit_policies').values(rows).execute());
  for (const { index, words } of batch.rows) await writeWords(db, index, words);
  await writeOutcomes(db, batch);
}

async function inParts<Row>(
  rows: readonly Row[],
  write: (part: readonly Row[]) => Promise<unknown>,
): Promise<void> {
  for (let at = 0; at < rows.length; at += rowsPerInsert) await write(rows.slice(at, at + rowsPerInsert));
}

async function writeWords(db: Db, index: number, words: string): Promise<void> {
  const list = words.split(' ').filter(Boolean);
  await sql`insert into audit_text (idx, words) values (${index}, array_to_tsvector(${list}::text[]))`.execute(
    db,
  );
}

/** A decision's row says what its call ended with. */
async function writeOutcomes(db: Db, { outcomes }: AuditBatch): Promise<void> {
  for (const { op, result } of outcomes) {
    await db
      .updateTable('audit_entries')
      .set({
        outcome: result.outcome,
        status: result.status,
        cost: result.costMicroUsd,
        latency_ms: whole(result.latencyMs),
        first_byte_ms: whole(result.firstByteMs),
        usage: result.usage === null ? null : JSON.stringify(result.usage),
      })
      .where('op', '=', op)
      .where('kind', '=', 'decision')
      .execute();
  }
}

const hourColumns = ({
  firstIndex,
  lastIndex,
  costMicroUsd,
  ...rest
}: HourDelta): AuditTables['audit_hours'] => ({
  ...rest,
  first_idx: firstIndex,
  last_idx: lastIndex,
  cost: costMicroUsd,
});

const countColumns = ({ lastIndex, ...rest }: CountDelta): AuditTables['audit_counts'] => ({
  ...rest,
  last_idx: lastIndex,
});

const sessionColumns = (delta: SessionDelta): AuditTables['audit_sessions'] => ({
  session: delta.session,
  assistant: delta.assistant,
  actor: delta.actor,
  started_at: delta.firstAt,
  last_at: delta.lastAt,
  last_idx: delta.lastIndex,
  calls: delta.calls,
  refused: delta.refused,
  input_tokens: delta.inputTokens,
  output_tokens: delta.outputTokens,
  cost: delta.costMicroUsd,
  priced: delta.priced,
});

function repositoryColumns(sessions: readonly SessionDelta[]): AuditTables['audit_session_repositories'][] {
  return sessions.flatMap(({ session, repositories }) =>
    repositories.map((repository) => ({ session, repository })),
  );
}

const addHours = (db: Db, rows: readonly AuditTables['audit_hours'][]) =>
  db
    .insertInto('audit_hours')
    .values(rows)
    .onConflict((conflict) =>
      conflict.column('hour').doUpdateSet(({ ref, eb }) => ({
        last_idx: ref('excluded.last_idx'),
        allowed: eb('audit_hours.allowed', '+', ref('excluded.allowed')),
        refused: eb('audit_hours.refused', '+', ref('excluded.refused')),
        failed: eb('audit_hours.failed', '+', ref('excluded.failed')),
        unknown: eb('audit_hours.unknown', '+', ref('excluded.unknown')),
        cost: eb('audit_hours.cost', '+', ref('excluded.cost')),
        priced: eb('audit_hours.priced', '+', ref('excluded.priced')),
        unpriced: eb('audit_hours.unpriced', '+', ref('excluded.unpriced')),
      })),
    )
    .execute();

const addCounts = (db: Db, rows: readonly AuditTables['audit_counts'][]) =>
  db
    .insertInto('audit_counts')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['dimension', 'hour', 'value']).doUpdateSet(({ ref, eb }) => ({
        last_idx: ref('excluded.last_idx'),
        calls: eb('audit_counts.calls', '+', ref('excluded.calls')),
        refused: eb('audit_counts.refused', '+', ref('excluded.refused')),
      })),
    )
    .execute();

const addTotals = (db: Db, rows: readonly TotalDelta[]) =>
  db
    .insertInto('audit_totals')
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .columns(['facet', 'value'])
        .doUpdateSet(({ ref, eb }) => ({ count: eb('audit_totals.count', '+', ref('excluded.count')) })),
    )
    .execute();

const addSessions = (db: Db, rows: readonly AuditTables['audit_sessions'][]) =>
  db
    .insertInto('audit_sessions')
    .values(rows)
    .onConflict((conflict) =>
      conflict.column('session').doUpdateSet(({ ref, eb }) => ({
        last_at: ref('excluded.last_at'),
        last_idx: ref('excluded.last_idx'),
        calls: eb('audit_sessions.calls', '+', ref('excluded.calls')),
        refused: eb('audit_sessions.refused', '+', ref('excluded.refused')),
        input_tokens: eb('audit_sessions.input_tokens', '+', ref('excluded.input_tokens')),
        output_tokens: eb('audit_sessions.output_tokens', '+', ref('excluded.output_tokens')),
        cost: eb('audit_sessions.cost', '+', ref('excluded.cost')),
        priced: eb('audit_sessions.priced', '+', ref('excluded.priced')),
      })),
    )
    .execute();
