import type { Kysely } from 'kysely';
import { openState, type StateLocation } from '../../platform/db/index.ts';
import { streamMigrations } from './migrations.ts';
import type { StreamCursor, StreamStore } from './store.ts';

interface Tables {
  stream_cursors: {
    name: string;
    origin: string;
    next: number;
    last_id: string | null;
    delivered_at: number | null;
    failing_since: number | null;
    failure: string | null;
  };
  stream_holders: { name: string; holder: string; until: number };
}

/** Cursors in `state.db` or PostgreSQL. A cursor that was written survives a power cut. */
export async function openStreamStore(location: StateLocation): Promise<StreamStore> {
  const { db, close } = await openState<Tables>(location, 'streams', streamMigrations);
  return {
    claim: (name, holder, now, until) => claim(db, name, holder, now, until),
    async read(name) {
      const row = await db
        .selectFrom('stream_cursors')
        .selectAll()
        .where('name', '=', name)
        .executeTakeFirst();
      return row === undefined ? null : cursorOf(row);
    },
    write: (cursor, holder) => write(db, cursor, holder),
    async release(name, holder) {
      await db.deleteFrom('stream_holders').where('name', '=', name).where('holder', '=', holder).execute();
    },
    async list() {
      const rows = await db.selectFrom('stream_cursors').selectAll().orderBy('name').execute();
      return rows.map(cursorOf);
    },
    close,
  };
}

async function claim(
  db: Kysely<Tables>,
  name: string,
  holder: string,
  now: number,
  until: number,
): Promise<boolean> {
  const taken = await db
    .insertInto('stream_holders')
    .values({ name, holder, until })
    .onConflict((conflict) =>
      conflict
        .column('name')
        .doUpdateSet({ holder, until })
        .where(({ eb, or }) =>
          or([eb('stream_holders.holder', '=', holder), eb('stream_holders.until', '<', now)]),
        ),
    )
    .executeTakeFirst();
  return Number(taken.numInsertedOrUpdatedRows ?? 0) > 0;
}

async function write(db: Kysely<Tables>, cursor: StreamCursor, holder: string): Promise<boolean> {
  return db.transaction().execute(async (transaction) => {
    const held = await transaction
      .selectFrom('stream_holders')
      .select('holder')
      .where('name', '=', cursor.name)
      .executeTakeFirst();
    if (held?.holder !== holder) return false;
    const { name, lastId, deliveredAt, failingSince, ...rest } = cursor;
    const row = {
      ...rest,
      last_id: lastId,
      delivered_at: deliveredAt,
      failing_since: failingSince,
    };
    await transaction
      .insertInto('stream_cursors')
      .values({ name, ...row })
      .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
      .execute();
    return true;
  });
}

function cursorOf(row: Tables['stream_cursors']): StreamCursor {
  const { last_id: lastId, delivered_at: deliveredAt, failing_since: failingSince, ...rest } = row;
  return { ...rest, lastId, deliveredAt, failingSince };
}
