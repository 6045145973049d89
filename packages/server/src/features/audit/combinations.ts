import type { Kysely } from 'kysely';
import type { AuditFilter } from './api.ts';
import type { AuditTables } from './tables.ts';
import type { NewRow } from './types.ts';

type Db = Kysely<AuditTables>;

/** Columns with few values. */
const columns = ['kind', 'decision', 'assistant', 'vendor', 'model'] as const;

/** What rows have in these columns, each combination once; nothing is '', since null is never equal to null. */
function combinationsOf(rows: readonly NewRow[]): readonly AuditTables['audit_combinations'][] {
  const found = new Map<string, AuditTables['audit_combinations']>();
  for (const row of rows) {
    const { kind, decision, assistant, vendor, model } = row;
    // No value has a line end in it but names of models, which clients choose and stand last.
    const key = `${kind}\n${decision ?? ''}\n${assistant ?? ''}\n${vendor ?? ''}\n${model ?? ''}`;
    if (found.has(key)) continue;
    const values = { kind, decision: decision ?? '', assistant: assistant ?? '', vendor: vendor ?? '' };
    found.set(key, { ...values, model: model ?? '' });
  }
  return [...found.values()];
}

export async function addCombinations(db: Db, rows: readonly NewRow[]): Promise<void> {
  const found = combinationsOf(rows);
  if (found.length === 0) return;
  await db
    .insertInto('audit_combinations')
    .values(found)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/**
 * Whether an entry ever had what a filter wants of these columns. Two frequent values that nothing has both of would
 * otherwise have their long lists read to the end to find that out.
 */
export async function everCombined(db: Db, filter: AuditFilter): Promise<boolean> {
  const wanted = columns.flatMap((column) => {
    const value = filter[column];
    return value === undefined ? [] : [[column, value] as const];
  });
  // One value alone is looked up at once.
  if (wanted.length < 2) return true;
  let query = db.selectFrom('audit_combinations').select('kind');
  for (const [column, value] of wanted) query = query.where(column, '=', value);
  return (await query.limit(1).executeTakeFirst()) !== undefined;
}
