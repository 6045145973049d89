import { type Kysely, sql } from 'kysely';
import type { AuditTables, EntryColumns } from './tables.ts';
import type { Facet } from './types.ts';

type Db = Kysely<AuditTables>;

/** Kinds whose entries lose their bytes when they are pruned. */
const prunedKinds = ['decision', 'outcome', 'recovery', 'repeat'];
const rowsPerStep = 500;

/** Removes what is said of pruned entries, a few hundred rows in a transaction, so that questions get their turn. */
export async function forgetBelow(db: Db, kind: 'sqlite' | 'postgres', minimum: number): Promise<number> {
  let [from, count] = [-1, 0];
  for (;;) {
    const rows = await db
      .selectFrom('audit_entries')
      .selectAll()
      .where('idx', '>', from)
      .where('idx', '<', minimum)
      .where('kind', 'in', prunedKinds)
      .orderBy('idx')
      .limit(rowsPerStep)
      .execute();
    const last = rows.at(-1);
    if (last === undefined) break;
    await db.transaction().execute((transaction) => forgetRows(transaction, kind, rows));
    [from, count] = [last.idx, count + rows.length];
  }
  await forgetSessions(db, minimum);
  return count;
}

async function forgetRows(db: Db, kind: 'sqlite' | 'postgres', rows: readonly EntryColumns[]): Promise<void> {
  const indexes = rows.map(({ idx }) => idx);
  await db.deleteFrom('audit_entries').where('idx', 'in', indexes).execute();
  const key = sql.ref(kind === 'sqlite' ? 'rowid' : 'idx');
  await sql`delete from audit_text where ${key} in (${sql.join(indexes)})`.execute(db);
  if (kind === 'postgres') await db.deleteFrom('audit_policies').where('idx', 'in', indexes).execute();
  for (const [facet, value, count] of totalsOf(rows)) {
    await db
      .updateTable('audit_totals')
      .set(({ eb }) => ({ count: eb('count', '-', count) }))
      .where('facet', '=', facet)
      .where('value', '=', value)
      .execute();
  }
  await db.deleteFrom('audit_totals').where('count', '<=', 0).execute();
}

const columns = {
  kind: 'kind',
  decision: 'decision',
  repository: 'repository',
  vendor: 'vendor',
  model: 'model',
  assistant: 'assistant',
} as const satisfies { readonly [facet in Exclude<Facet, 'policyId'>]: keyof EntryColumns };

/** What these rows had added to the values that one can filter by. */
function totalsOf(rows: readonly EntryColumns[]): readonly (readonly [Facet, string, number])[] {
  const counted = new Map<string, [Facet, string, number]>();
  const add = (facet: Facet, value: string | null) => {
    if (value === null) return;
    const key = `${facet}\n${value}`;
    const found = counted.get(key) ?? [facet, value, 0];
    found[2] += 1;
    counted.set(key, found);
  };
  for (const row of rows) {
    for (const [facet, column] of Object.entries(columns)) add(facet as Facet, row[column]);
    for (const policyId of JSON.parse(row.policy_ids) as string[]) add('policyId', policyId);
  }
  return [...counted.values()];
}

async function forgetSessions(db: Db, minimum: number): Promise<void> {
  const ended = db.selectFrom('audit_sessions').select('session').where('last_idx', '<', minimum);
  await db.deleteFrom('audit_session_repositories').where('session', 'in', ended).execute();
  await db.deleteFrom('audit_sessions').where('last_idx', '<', minimum).execute();
}
