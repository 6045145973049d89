import { type Kysely, sql } from 'kysely';
import {
  giveBack,
  openState,
  overwritingAll,
  type StateDatabase,
  type StateLocation,
} from '../../platform/db/index.ts';
import type { Facets } from './api.ts';
import { entryQueries } from './entry-queries.ts';
import { forgetBelow } from './forget.ts';
import { auditMigrations, auditTables } from './migrations.ts';
import type { AuditStore } from './store.ts';
import { type AuditTables, itemOfColumns, rowOfColumns, sessionOfColumns } from './tables.ts';
import type { CallFacts } from './types.ts';
import { writeBatch } from './write.ts';
import { sqliteRows } from './write-rows-sqlite.ts';

type Db = Kysely<AuditTables>;
type Kind = StateDatabase<AuditTables>['kind'];

/** The read model on SQLite or PostgreSQL. Can be rebuilt, so a commit need not survive a power cut. */
export async function openAuditStore(location: StateLocation): Promise<AuditStore> {
  const { db, kind, sqlite, close } = await openState<AuditTables>(location, 'audit', auditMigrations);
  if (sqlite) {
    sqlite.pragma('synchronous = normal');
    // A run touches many pages of many indexes: they stay in memory, and are folded in less often.
    sqlite.pragma('cache_size = -8000');
    sqlite.pragma('wal_autocheckpoint = 4000');
  }
  const writeRows = sqlite && sqliteRows(sqlite);
  return {
    async state() {
      const row = await db.selectFrom('audit_state').selectAll().executeTakeFirst();
      return { origin: row?.origin ?? null, next: row?.next ?? 0, lastId: row?.last_id ?? null };
    },
    reset: (origin) => reset(db, kind, origin),
    write: (batch) => db.transaction().execute((transaction) => writeBatch(transaction, writeRows, batch)),
    forget: (minimum) =>
      overwritingAll(sqlite, async () => {
        const rows = await forgetBelow(db, kind, minimum);
        if (sqlite && rows > 0) await giveBack(sqlite);
        return rows;
      }),
    callFacts: (ops) => callFacts(db, ops),
    ...entryQueries(db, kind),
    ...sessionQueries(db),
    ...figureQueries(db),
    close,
  };
}

async function reset(db: Db, kind: Kind, origin: string): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    for (const table of auditTables) await transaction.deleteFrom(table).execute();
    // A table of words without contents is emptied by a command of its own.
    const others =
      kind === 'sqlite'
        ? [sql`insert into audit_text (audit_text) values ('delete-all')`, sql`delete from audit_words`]
        : [sql`delete from audit_text`, sql`delete from audit_policies`];
    for (const statement of others) await statement.execute(transaction);
    await transaction.insertInto('audit_state').values({ one: 1, origin, next: 0, last_id: null }).execute();
  });
}

async function callFacts(db: Db, ops: readonly string[]): Promise<readonly CallFacts[]> {
  if (ops.length === 0) return [];
  const rows = await db
    .selectFrom('audit_entries')
    .selectAll()
    .where('op', 'in', ops)
    .where('kind', '=', 'decision')
    .execute();
  return rows.map(rowOfColumns).flatMap(({ op, ...facts }) => (op === null ? [] : [{ op, ...facts }]));
}

function sessionQueries(db: Db): Pick<AuditStore, 'sessions' | 'session' | 'sessionItems'> {
  const repositoriesOf = async (sessions: readonly string[]) => {
    if (sessions.length === 0) return new Map<string, readonly string[]>();
    const rows = await db
      .selectFrom('audit_session_repositories')
      .selectAll()
      .where('session', 'in', sessions)
      .orderBy('repository')
      .execute();
    const found = new Map<string, string[]>();
    for (const { session, repository } of rows) {
      found.set(session, [...(found.get(session) ?? []), repository]);
    }
    return found;
  };
  return {
    async sessions(before, limit) {
      let query = db.selectFrom('audit_sessions').selectAll();
      if (before !== null) query = query.where('last_idx', '<', before);
      const rows = await query.orderBy('last_idx', 'desc').limit(limit).execute();
      const repositories = await repositoriesOf(rows.map(({ session }) => session));
      return rows.map((row) => ({
        ...sessionOfColumns(row, repositories.get(row.session) ?? []),
        lastIndex: row.last_idx,
      }));
    },
    async session(session) {
      const row = await db
        .selectFrom('audit_sessions')
        .selectAll()
        .where('session', '=', session)
        .executeTakeFirst();
      if (row === undefined) return null;
      return sessionOfColumns(row, (await repositoriesOf([session])).get(session) ?? []);
    },
    async sessionItems(session, limit) {
      const rows = await db
        .selectFrom('audit_entries')
        .selectAll()
        .where('session', '=', session)
        .where('kind', 'in', ['decision', 'repeat'])
        .orderBy('idx', 'desc')
        .limit(limit)
        .execute();
      return rows.reverse().map(itemOfColumns);
    },
  };
}

function figureQueries(db: Db): Pick<AuditStore, 'facets' | 'hours' | 'counts'> {
  return {
    async facets() {
      const rows = await db
        .selectFrom('audit_totals')
        .selectAll()
        .orderBy('count', 'desc')
        .orderBy('value')
        .execute();
      const of = (facet: string) =>
        rows.filter((row) => row.facet === facet).map(({ value, count }) => ({ value, count }));
      return {
        kinds: of('kind'),
        decisions: of('decision'),
        policyIds: of('policyId'),
        repositories: of('repository'),
        vendors: of('vendor'),
        models: of('model'),
        assistants: of('assistant'),
      } satisfies Facets;
    },
    async hours(fromHour) {
      const rows = await db
        .selectFrom('audit_hours')
        .selectAll()
        .where('hour', '>=', fromHour)
        .orderBy('hour')
        .execute();
      return rows.map(({ first_idx: _, last_idx: __, cost, ...row }) => ({ ...row, costMicroUsd: cost }));
    },
    async counts(dimension, fromHour) {
      const rows = await db
        .selectFrom('audit_counts')
        .select(({ fn }) => [
          'value',
          fn.sum<number>('calls').as('calls'),
          fn.sum<number>('refused').as('refused'),
          fn.max('last_idx').as('last_idx'),
        ])
        .where('dimension', '=', dimension)
        .where('hour', '>=', fromHour)
        .groupBy('value')
        .orderBy('calls', 'desc')
        .orderBy('value')
        .execute();
      return rows.map(({ value, calls, refused, last_idx }) => ({
        value,
        calls: Number(calls),
        refused: Number(refused),
        lastIndex: Number(last_idx),
      }));
    },
  };
}
