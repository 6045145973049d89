import { FairleadError } from '@fairlead/core/errors';
import { type Kysely, sql } from 'kysely';
import { giveBack, openState, type StateDatabase, type StateLocation } from '../../platform/db/index.ts';
import { contentMigrations } from './migrations.ts';
import type { ContentStore } from './store.ts';
import type { Expiry, KeptItem, OpenedContent, Part, Subject } from './types.ts';
import { newKey, seal, unseal } from './vault.ts';

interface Tables {
  content_periods: { period: string; wrapped: Buffer; ends_at: number };
  content_items: {
    op: string;
    part: Part;
    period: string;
    session: string | null;
    actor: string;
    repository: string | null;
    sealed: Buffer;
  };
}
type Db = Kysely<Tables>;

const dayMs = 86_400_000;
const saltBytes = 32;

/**
 * Opens the store and checks that the master key opens it.
 * @throws FairleadError `content.key-wrong`, `store.unreadable`.
 */
export async function openContentStore(location: StateLocation, master: Uint8Array): Promise<ContentStore> {
  const state = await openState<Tables>(location, 'content', contentMigrations);
  const { db } = state;
  // What is deleted is overwritten, not only marked as free.
  state.sqlite?.pragma('secure_delete = on');
  const keys = new Map<string, Buffer>();
  try {
    await checkMaster(db, master);
  } catch (error) {
    await state.close();
    throw error;
  }
  // Not at first: a process that died may have left what it deleted in the write-ahead log.
  let settled = false;
  const settle = async () => {
    settled = state.sqlite === null || (await giveBack(state.sqlite));
  };
  return {
    keep: (item) => keep(db, master, keys, item),
    open: (op) => open(db, master, keys, op),
    erase: async (subject) => {
      const items = await erase(state, keys, subject);
      await settle();
      return items;
    },
    sweep: async (expiry) => {
      const periods = await db.selectFrom('content_periods').select(['period', 'ends_at']).execute();
      const over = periods.filter(({ period, ends_at }) => isOver(period, Number(ends_at), expiry));
      const swept = [];
      for (const { period } of over) swept.push({ period, items: await erasePeriod(state, keys, period) });
      if (swept.length > 0 || !settled) await settle();
      return swept;
    },
    async counts() {
      const rows = await db
        .selectFrom('content_items')
        .select(({ fn }) => ['period', fn.countAll<number>().as('items')])
        .groupBy('period')
        .orderBy('period')
        .execute();
      const periods = rows.map(({ period, items }) => ({ period, items: Number(items) }));
      return { items: periods.reduce((sum, { items }) => sum + items, 0), periods };
    },
    close: state.close,
  };
}

async function checkMaster(db: Db, master: Uint8Array): Promise<void> {
  const newest = await db
    .selectFrom('content_periods')
    .selectAll()
    .orderBy('period', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (newest !== undefined) unseal(master, newest.wrapped, keyPlace(newest.period));
}

const keyPlace = (period: string) => `key ${period}`;
const itemPlace = (op: string, part: Part, period: string) => `item ${op} ${part} ${period}`;

/** A day, and how many days its content is kept: `2026-11-26/30`. */
function periodOf({ at, days }: Pick<KeptItem, 'at' | 'days'>): {
  readonly period: string;
  readonly endsAt: number;
} {
  const day = Math.floor(at / dayMs);
  return {
    period: `${new Date(day * dayMs).toISOString().slice(0, 10)}/${days}`,
    endsAt: (day + 1 + days) * dayMs,
  };
}

async function keep(db: Db, master: Uint8Array, keys: Map<string, Buffer>, item: KeptItem): Promise<void> {
  const { op, part, session, actor, repository, salt, bytes } = item;
  const { period, endsAt } = periodOf(item);
  const key = await keyOf(db, master, keys, period, endsAt);
  const sealed = seal(key, [salt, bytes], itemPlace(op, part, period));
  await db
    .insertInto('content_items')
    .values({ op, part, period, session, actor, repository, sealed })
    .onConflict((conflict) => conflict.columns(['op', 'part']).doNothing())
    .execute();
}

/** The data key of a period; made with the first item. Of two replicas the first one's counts. */
async function keyOf(
  db: Db,
  master: Uint8Array,
  keys: Map<string, Buffer>,
  period: string,
  endsAt: number | null,
): Promise<Buffer> {
  const known = keys.get(period);
  if (known !== undefined) return known;
  if (endsAt !== null) {
    const wrapped = seal(master, [newKey()], keyPlace(period));
    await db
      .insertInto('content_periods')
      .values({ period, wrapped, ends_at: endsAt })
      .onConflict((conflict) => conflict.column('period').doNothing())
      .execute();
  }
  const row = await db
    .selectFrom('content_periods')
    .select('wrapped')
    .where('period', '=', period)
    .executeTakeFirst();
  if (row === undefined) throw new FairleadError('content.key-wrong');
  const key = unseal(master, row.wrapped, keyPlace(period));
  keys.set(period, key);
  return key;
}

async function open(
  db: Db,
  master: Uint8Array,
  keys: Map<string, Buffer>,
  op: string,
): Promise<OpenedContent | null> {
  const rows = await db.selectFrom('content_items').selectAll().where('op', '=', op).execute();
  if (rows.length === 0) return null;
  const opened: { request: OpenedContent['request']; response: OpenedContent['response'] } = {
    request: null,
    response: null,
  };
  for (const { part, period, sealed } of rows) {
    const key = await keyOf(db, master, keys, period, null);
    const plain = unseal(key, sealed, itemPlace(op, part, period));
    opened[part] = { salt: plain.subarray(0, saltBytes), bytes: plain.subarray(saltBytes) };
  }
  return opened;
}

const columns = { op: 'op', session: 'session', pseudonym: 'actor' } as const;

type State = StateDatabase<Tables>;

async function erase(state: State, keys: Map<string, Buffer>, { kind, value }: Subject): Promise<number> {
  if (kind === 'period') return erasePeriod(state, keys, value);
  const { db } = state;
  if (kind === 'before') {
    // Compared here: how a database orders texts depends on its settings.
    const rows = await db.selectFrom('content_periods').select('period').execute();
    let items = 0;
    for (const { period } of rows) if (period < value) items += await erasePeriod(state, keys, period);
    return items;
  }
  return db
    .transaction()
    .execute((transaction) => deleteItems(transaction, state.kind, columns[kind], value));
}

async function erasePeriod({ db, kind }: State, keys: Map<string, Buffer>, period: string): Promise<number> {
  return db.transaction().execute(async (transaction) => {
    // The key first: whatever else fails, nothing of the period opens again.
    if (kind === 'sqlite')
      await transaction
        .updateTable('content_periods')
        .set({ wrapped: zeros('wrapped') })
        .where('period', '=', period)
        .execute();
    await transaction.deleteFrom('content_periods').where('period', '=', period).execute();
    const items = await deleteItems(transaction, kind, 'period', period);
    keys.get(period)?.fill(0);
    keys.delete(period);
    return items;
  });
}

async function deleteItems(
  db: Db,
  kind: State['kind'],
  column: 'op' | 'session' | 'actor' | 'period',
  value: string,
): Promise<number> {
  if (kind === 'sqlite')
    await db
      .updateTable('content_items')
      .set({ sealed: zeros('sealed') })
      .where(column, '=', value)
      .execute();
  const deleted = await db.deleteFrom('content_items').where(column, '=', value).executeTakeFirst();
  return Number(deleted.numDeletedRows);
}

/** Overwrites in place, before rows are deleted: SQLite leaves copies of rows that it moves between pages. */
const zeros = (column: string) => sql<Buffer>`zeroblob(length(${sql.ref(column)}))`;

/** By its own end or by the longest that anything is kept, whichever comes first, unless a hold covers part of it. */
function isOver(period: string, endsAt: number, { now, longestDays, heldFrom }: Expiry): boolean {
  const nextDay = Date.parse(period.slice(0, 10)) + dayMs;
  if (heldFrom !== null && nextDay > heldFrom) return false;
  return endsAt <= now || (longestDays !== null && nextDay + longestDays * dayMs <= now);
}
