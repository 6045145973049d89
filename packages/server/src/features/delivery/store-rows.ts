import type { Database } from 'better-sqlite3';
import { type Kysely, sql } from 'kysely';
import { measuringLock } from './snapshot/schema.ts';
import type { FactRow, Tables } from './store-tables.ts';

/** A row of facts by what names it. */
export type FactKey = Pick<FactRow, 'type' | 'id'>;
export type KnownRows = ReadonlyMap<string, FactRow>;

/**
 * Rows of facts, in whatever transaction is open. Given in the order of their keys they touch each page of the table
 * once. No key stands twice in what is given.
 */
export interface FactRows {
  /**
   * Waits until no other transaction writes facts, so that what is read from then on stands until this one ends. On SQLite
   * a transaction has that right from its beginning.
   */
  alone(db: Kysely<Tables>): Promise<void>;
  /** Adds those that aren't known. @returns of the others what is known, by key. */
  add(db: Kysely<Tables>, rows: readonly FactRow[]): Promise<KnownRows>;
  /** What is known of these, by key. */
  known(db: Kysely<Tables>, keys: readonly FactKey[]): Promise<KnownRows>;
  /** Puts them there, in the place of what is known. */
  write(db: Kysely<Tables>, rows: readonly FactRow[]): Promise<void>;
}

export function keyOf({ type, id }: FactKey): string {
  return `${type} ${id}`;
}

/** Rows by key, in the order of their keys: so what lies together in the table is written together. */
export function inOrder(rows: KnownRows): readonly FactRow[] {
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

const columns = ['type', 'id', 'change_id', 'repository', 'number', 'version', 'body'] as const;
const replacing = `on conflict (type, id) do update set ${columns
  .slice(2)
  .map((column) => `${column} = excluded.${column}`)
  .join(', ')}`;

/** On SQLite by statements that are prepared once: building one for so many rows costs more than running them. */
export function sqliteRows(sqlite: Database): FactRows {
  const insert = (rows: number) => {
    const values = `(${columns.map(() => '?').join(', ')})`;
    return `insert into delivery_facts (${columns.join(', ')}) values ${Array(rows).fill(values).join(', ')}`;
  };
  const adding = sqlite.prepare(`${insert(1)} on conflict do nothing`);
  const writing = sqlite.prepare(`${insert(1)} ${replacing}`);
  const writingSome = sqlite.prepare(`${insert(rowsTogether)} ${replacing}`);
  const finding = sqlite.prepare<[string, string], FactRow>(
    `select ${columns.join(', ')} from delivery_facts where type = ? and id = ?`,
  );
  const run = (statement: typeof adding, row: FactRow) =>
    statement.run(row.type, row.id, row.change_id, row.repository, row.number, row.version, row.body);
  const find = (keys: readonly FactKey[]) => {
    const found = keys.flatMap(({ type, id }) => finding.get(type, id) ?? []);
    return new Map(found.map((row) => [keyOf(row), row]));
  };
  return {
    alone: async () => undefined,
    add: async (_, rows) => find(rows.filter((row) => run(adding, row).changes === 0)),
    known: async (_, keys) => find(keys),
    async write(_, rows) {
      const left = rows.length % rowsTogether;
      for (const row of rows.slice(0, left)) run(writing, row);
      for (let i = left; i < rows.length; i += rowsTogether)
        writingSome.run(rows.slice(i, i + rowsTogether).flatMap(cellsOf));
    },
  };
}

/** Rows of one statement of SQLite: a quarter less time for each of them; more bring nothing more. */
const rowsTogether = 32;

function cellsOf({ type, id, change_id, repository, number, version, body }: FactRow) {
  return [type, id, change_id, repository, number, version, body];
}

/** Rows of one statement: enough that the way there and back counts for little, and few enough to be an answer. */
const rowsAtOnce = 2_000;

/** On PostgreSQL a statement takes an array for each column: its text is always the same, however many rows there are. */
export const postgresRows: FactRows = {
  async alone(db) {
    await sql`select pg_advisory_xact_lock(${measuringLock})`.execute(db);
  },
  async add(db, rows) {
    const known = new Map<string, FactRow>();
    for (const some of portions(rows)) {
      // Asked first: to meet what is there already costs an insertion more than a look.
      const there = await postgresRows.known(db, some);
      const fresh = some.filter((row) => !there.has(keyOf(row)));
      for (const [key, row] of [...there, ...(await addFresh(db, fresh))]) known.set(key, row);
    }
    return known;
  },
  async known(db, keys) {
    const known = new Map<string, FactRow>();
    for (const some of portions(keys)) {
      const [types, ids] = [some.map(({ type }) => type), some.map(({ id }) => id)];
      const { rows } = await sql<FactRow>`
        select ${sql.raw(columns.map((column) => `facts.${column}`).join(', '))}
        from unnest(${types}::text[], ${ids}::text[]) as asked (type, id)
        join delivery_facts facts on facts.type = asked.type and facts.id = asked.id`.execute(db);
      for (const row of rows) known.set(keyOf(row), row);
    }
    return known;
  },
  async write(db, rows) {
    for (const some of portions(rows)) {
      await sql`insert into delivery_facts (${sql.raw(columns.join(', '))}) ${selected(some)}
        ${sql.raw(replacing)}`.execute(db);
    }
  },
};

/** @returns those that somebody else added in the meantime. */
async function addFresh(db: Kysely<Tables>, rows: readonly FactRow[]): Promise<KnownRows> {
  if (rows.length === 0) return new Map();
  const { rows: added } = await sql<FactKey>`
    insert into delivery_facts (${sql.raw(columns.join(', '))}) ${selected(rows)}
    on conflict do nothing returning type, id`.execute(db);
  if (added.length === rows.length) return new Map();
  const isNew = new Set(added.map(keyOf));
  return postgresRows.known(
    db,
    rows.filter((row) => !isNew.has(keyOf(row))),
  );
}

function selected(rows: readonly FactRow[]) {
  const arrays = columns.map((column) => {
    const type = column === 'number' ? 'integer' : 'text';
    return sql`${rows.map((row) => row[column])}::${sql.raw(type)}[]`;
  });
  return sql`select * from unnest(${sql.join(arrays)})`;
}

function portions<Row>(rows: readonly Row[]): readonly (readonly Row[])[] {
  const result: (readonly Row[])[] = [];
  for (let i = 0; i < rows.length; i += rowsAtOnce) result.push(rows.slice(i, i + rowsAtOnce));
  return result;
}
