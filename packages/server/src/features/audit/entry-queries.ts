import { type Kysely, type SelectQueryBuilder, sql } from 'kysely';
import type { AuditFilter } from './api.ts';
import { everCombined } from './combinations.ts';
import type { AuditStore } from './store.ts';
import { type AuditTables, type EntryColumns, rowOfColumns } from './tables.ts';
import { markedColumns, markOf, wordsOf } from './words.ts';

type Db = Kysely<AuditTables>;
type Entries = SelectQueryBuilder<AuditTables & { e: EntryColumns }, 'e', EntryColumns>;

/** Which entries there are, newest first. */
export function entryQueries(
  db: Db,
  kind: 'sqlite' | 'postgres',
): Pick<AuditStore, 'rows' | 'rowsAt' | 'row' | 'rowsOf'> {
  const from = kind === 'sqlite' ? sqliteEntries : postgresEntries;
  return {
    async rows(filter, limit) {
      if (!(await everCombined(db, filter))) return [];
      // A query builder can be awaited itself, so it comes in an object.
      let { query } = await from(db, filter, await boundsOf(db, filter));
      for (const column of markedColumns) {
        const wanted = filter[column];
        if (wanted !== undefined) query = query.where(`e.${column}`, '=', wanted);
      }
      if (filter.from !== undefined) query = query.where('e.ts', '>=', filter.from);
      if (filter.to !== undefined) query = query.where('e.ts', '<', filter.to);
      return (await query.limit(limit).execute()).map(rowOfColumns);
    },
    async rowsAt(indexes) {
      if (indexes.length === 0) return [];
      const rows = await db.selectFrom('audit_entries').selectAll().where('idx', 'in', indexes).execute();
      return rows.map(rowOfColumns);
    },
    async row(id) {
      const found = await db.selectFrom('audit_entries').selectAll().where('id', '=', id).executeTakeFirst();
      return found ? rowOfColumns(found) : null;
    },
    async rowsOf(op, limit) {
      const rows = await db
        .selectFrom('audit_entries')
        .selectAll()
        .where('op', '=', op)
        .orderBy('idx')
        .limit(limit)
        .execute();
      return rows.map(rowOfColumns);
    },
  };
}

interface Bounds {
  /** Lowest index, and the highest. */
  readonly first: number;
  readonly last: number;
}

/**
 * Words and values are looked up together in the index of words, which walks sorted lists backwards from the newest index
 * in bounds and stops at the last row of the page; nothing is sorted, and no list is read to its end.
 */
async function sqliteEntries(
  db: Db,
  filter: AuditFilter,
  { first, last }: Bounds,
): Promise<{ query: Entries }> {
  const words = await matchOf(db, filter);
  if (words === null) {
    const all = db.selectFrom('audit_entries as e').selectAll('e');
    return {
      query: all.where('e.idx', '>=', first).where('e.idx', '<=', last).orderBy('e.idx', 'desc') as Entries,
    };
  }
  // Numbers arrive as real ones, and only whole ones make the index jump to its place instead of reading up to it.
  const found = sql<{ at: number }>`(select rowid as at from audit_text where audit_text match ${words}
    and rowid >= cast(${first} as integer) and rowid <= cast(${last} as integer) order by rowid desc)`.as(
    'found',
  );
  const query = db
    .selectFrom(found)
    .crossJoin('audit_entries as e')
    .selectAll('e')
    .whereRef('e.idx', '=', 'found.at')
    .$if(filter.policyId !== undefined, (query) =>
      query.where(
        sql<boolean>`exists (select 1 from json_each(e.policy_ids) where value = ${filter.policyId})`,
      ),
    )
    .orderBy('found.at', 'desc') as never;
  return { query };
}

/** What to look up: every word, the last one as a beginning too, and every value. Null where there is nothing to. */
async function matchOf(db: Db, { text, policyId, ...columns }: AuditFilter): Promise<string | null> {
  const marks = markedColumns.flatMap((column) => {
    const wanted = columns[column];
    return wanted === undefined ? [] : [markOf(column, wanted)];
  });
  if (policyId !== undefined) marks.push(markOf('policyId', policyId));
  const words = text === undefined ? [] : wordsOf(text);
  // A text without words matches nothing.
  if (text !== undefined && words.length === 0) return '"zq"';
  if (marks.length + words.length === 0) return null;
  const all = [...marks, ...words.slice(0, -1)].map((word) => `"${word}"`);
  const last = words.at(-1);
  if (last !== undefined) all.push(await beginningWith(db, last));
  return all.join(' AND ');
}

/** A beginning with more words than this finds the first of them in the alphabet. */
const mostWords = 100;

/**
 * Words that begin so. The index of words would collect every place of each before the first row is found; a list of
 * words it walks lazily. Ids are in no dictionary, and their beginnings are not frequent.
 */
async function beginningWith(db: Db, beginning: string): Promise<string> {
  const found = await db
    .selectFrom('audit_words')
    .select('word')
    .where('word', '>=', beginning)
    .where('word', '<', `${beginning}\u{10ffff}`)
    .orderBy('word')
    .limit(mostWords)
    .execute();
  const words = new Set([beginning, ...found.map(({ word }) => word)]);
  const beginnings = /^[0-9a-f]{8,31}$/.test(beginning) ? [`"${beginning}"*`] : [];
  return `(${[...beginnings, ...[...words].map((word) => `"${word}"`)].join(' OR ')})`;
}

async function postgresEntries(
  db: Db,
  filter: AuditFilter,
  { first, last }: Bounds,
): Promise<{ query: Entries }> {
  const { policyId, text } = filter;
  let query = db.selectFrom('audit_entries as e').selectAll('e');
  query = query.where('e.idx', '>=', first).where('e.idx', '<=', last);
  if (policyId !== undefined) {
    query = query
      .innerJoin('audit_policies as p', 'p.idx', 'e.idx')
      .where('p.policy_id', '=', policyId) as typeof query;
  }
  if (text !== undefined) {
    const words = wordsOf(text);
    const wanted = `${words.map((found) => `'${found}'`).join(' & ')}:*`;
    query = query.where(
      words.length === 0
        ? sql<boolean>`1 = 0`
        : sql<boolean>`exists (select from audit_text t where t.idx = e.idx and t.words @@ ${wanted}::tsquery)`,
    );
  }
  return { query: query.orderBy('e.idx', 'desc') as Entries };
}

/** Entries by index between which a span of time lies: times are not quite in the order of entries, hours' bounds are. */
async function boundsOf(db: Db, { from, to, before }: AuditFilter): Promise<Bounds> {
  const hourOf = (at: number) => Math.floor(at / 3_600_000);
  let [first, last] = [0, before === undefined ? Number.MAX_SAFE_INTEGER : before - 1];
  if (from !== undefined) {
    const lower = await db
      .selectFrom('audit_hours')
      .select(({ fn }) => fn.min('first_idx').as('idx'))
      .where('hour', '>=', hourOf(from))
      .executeTakeFirst();
    first = Number(lower?.idx ?? Number.MAX_SAFE_INTEGER);
  }
  if (to !== undefined) {
    const upper = await db
      .selectFrom('audit_hours')
      .select(({ fn }) => fn.max('last_idx').as('idx'))
      .where('hour', '<=', hourOf(to))
      .executeTakeFirst();
    last = Math.min(last, Number(upper?.idx ?? -1));
  }
  return { first, last };
}
