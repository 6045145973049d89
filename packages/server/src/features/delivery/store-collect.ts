import type { ChangeEvent, DeliveryFact } from '@fairlead/core/delivery';
import type { Kysely } from 'kysely';
import { type RowsOfPage, rowOf } from './fact-row.ts';
import type { CollectCounts } from './store.ts';
import { relink } from './store-links.ts';
import { otherIds } from './store-numbers.ts';
import { inPresentNames } from './store-rename.ts';
import { slices } from './store-room.ts';
import { type FactRows, inOrder, keyOf } from './store-rows.ts';
import type { FactRow, Tables } from './store-tables.ts';
import { upsert } from './store-upsert.ts';
import { supersedes } from './supersedes.ts';

/** Kinds of events that a collector reads all of, so that one which isn't there any more is gone at the host too. */
const collectedKinds = new Set([
  'draft',
  'ready',
  'closed',
  'reopened',
  'merged',
  'review_requested',
  'review',
  'inline_comment',
  'dismissed',
  'comment',
  'head_ref_force_pushed',
]);

/**
 * Takes a page within a transaction. The state is written first: it takes the lock of SQLite before anything is read,
 * so that no other process's write comes between.
 */
export async function collectPage(
  db: Kysely<Tables>,
  page: RowsOfPage,
  table: FactRows,
): Promise<CollectCounts> {
  await saveProgress(db, page);
  await table.alone(db);
  const counts = { added: 0, changed: 0, unchanged: 0, forgotten: 0 };
  for (const some of slices(await inPresentRows(db, page.whole))) await takeWhole(db, some, table, counts);
  if (page.facts.length === 0) return counts;
  const { added, changed, unchanged } = await upsert(db, table, page.facts, 'stated');
  return {
    added: counts.added + added,
    changed: counts.changed + changed,
    unchanged: counts.unchanged + unchanged,
    forgotten: counts.forgotten,
  };
}

function saveProgress(db: Kysely<Tables>, { source, state }: RowsOfPage) {
  return db
    .insertInto('delivery_progress')
    .values({ source, state })
    .onConflict((conflict) => conflict.column('source').doUpdateSet({ state }))
    .execute();
}

async function inPresentRows(db: Kysely<Tables>, whole: RowsOfPage['whole']): Promise<RowsOfPage['whole']> {
  const present = await inPresentNames(db);
  if (present === null) return whole;
  return whole.map((rows) => rows.map(({ body }) => rowOf(present(JSON.parse(body) as DeliveryFact))));
}

type Counts = { -readonly [Name in keyof CollectCounts]: number };

async function takeWhole(
  db: Kysely<Tables>,
  whole: RowsOfPage['whole'],
  table: FactRows,
  counts: Counts,
): Promise<void> {
  const ids = [...new Set(whole.flatMap(([head]) => head?.id ?? []))];
  const known = await knownOf(db, ids);
  const kept = new Set<string>();
  const taken = new Map<string, FactRow>();
  for (const rows of whole) {
    const [head] = rows;
    if (head === undefined) continue;
    const before = known.get(keyOf(head));
    if (before !== undefined && before.body !== head.body && !supersedes(head, before, 'stated')) {
      // What was read is older than what is known: nothing of it is news, and what it lacks isn't gone.
      counts.unchanged++;
      for (const row of known.values()) if (row.change_id === head.id) kept.add(keyOf(row));
      continue;
    }
    for (const row of rows) {
      const key = keyOf(row);
      kept.add(key);
      const same = known.get(key);
      if (same?.body === row.body) counts.unchanged++;
      else {
        counts[same === undefined ? 'added' : 'changed']++;
        taken.set(key, row);
      }
    }
  }
  const others = await otherIds(
    db,
    whole.flatMap(([head]) => head ?? []),
  );
  const gone = [...known].filter(([key, row]) => !kept.has(key) && isCollected(row)).map(([, row]) => row);
  // What an import called otherwise is the same change.
  if (others.size > 0) gone.push(...(await knownOf(db, [...others.keys()])).values());
  counts.forgotten += gone.length;
  for (const rows of slices(gone)) await forget(db, rows);
  await table.write(db, inOrder(taken));
  await relink(db, table, others);
}

/** The rows of some changes, by key. */
async function knownOf(db: Kysely<Tables>, ids: readonly string[]): Promise<ReadonlyMap<string, FactRow>> {
  const changes = await db
    .selectFrom('delivery_facts')
    .selectAll()
    .where('type', '=', 'change')
    .where('id', 'in', ids)
    .execute();
  // Of a change that isn't known nothing else is, but for what came before it by webhook or import.
  const parts = await db.selectFrom('delivery_facts').selectAll().where('change_id', 'in', ids).execute();
  return new Map([...changes, ...parts].map((row) => [keyOf(row), row]));
}

function isCollected({ type, body }: FactRow): boolean {
  if (type === 'commit') return true;
  return type === 'event' && collectedKinds.has((JSON.parse(body) as ChangeEvent).kind);
}

async function forget(db: Kysely<Tables>, rows: readonly FactRow[]): Promise<void> {
  for (const [type, some] of Map.groupBy(rows, (row) => row.type)) {
    const ids = some.map(({ id }) => id);
    await db.deleteFrom('delivery_facts').where('type', '=', type).where('id', 'in', ids).execute();
  }
}
