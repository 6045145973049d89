import { openState, type StateLocation } from '../../platform/db/index.ts';
import { consoleMigrations } from './migrations.ts';
import type { ConsoleStore } from './store.ts';
import type { SessionRecord } from './types.ts';

interface Tables {
  console_links: {
    digest: string;
    principal: string;
    created_at: number;
    expires_at: number;
    redeemed_at: number | null;
  };
  console_sessions: {
    id: string;
    token_digest: string;
    principal: string;
    created_at: number;
    expires_at: number;
    seen_at: number;
    generation: number;
    rotated_at: number;
    ended_at: number | null;
  };
}

/** The console's store on SQLite or PostgreSQL. */
export async function openConsoleStore(location: StateLocation): Promise<ConsoleStore> {
  const { db, close } = await openState<Tables>(location, 'console', consoleMigrations);
  const live = (id: string) =>
    db.updateTable('console_sessions').where('id', '=', id).where('ended_at', 'is', null);
  return {
    async insertLink({ digest, principal, createdAt, expiresAt }) {
      const times = { created_at: createdAt, expires_at: expiresAt, redeemed_at: null };
      await db
        .insertInto('console_links')
        .values({ digest, principal, ...times })
        .execute();
    },
    async redeemLink(digest, at) {
      const row = await db
        .updateTable('console_links')
        .set({ redeemed_at: at })
        .where('digest', '=', digest)
        .where('redeemed_at', 'is', null)
        .where('expires_at', '>', at)
        .returning('principal')
        .executeTakeFirst();
      return row?.principal ?? null;
    },
    async insertSession(session) {
      await db.insertInto('console_sessions').values(rowOf(session)).execute();
    },
    async session(id) {
      const row = await db.selectFrom('console_sessions').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? sessionOf(row) : null;
    },
    async touch(id, seenAt) {
      await live(id).set({ seen_at: seenAt }).execute();
    },
    async rotate(id, generation, at) {
      const result = await live(id)
        .set({ generation, rotated_at: at })
        .where('generation', '<', generation)
        .executeTakeFirst();
      return Number(result.numUpdatedRows) > 0;
    },
    async end(id, at) {
      const result = await live(id).set({ ended_at: at }).executeTakeFirst();
      return Number(result.numUpdatedRows) > 0;
    },
    async forget(before) {
      await db.deleteFrom('console_links').where('expires_at', '<', before).execute();
      await db.deleteFrom('console_sessions').where('expires_at', '<', before).execute();
    },
    close,
  };
}

function rowOf(session: SessionRecord): Tables['console_sessions'] {
  const { id, principal, generation } = session;
  return {
    id,
    principal,
    generation,
    token_digest: session.tokenDigest,
    created_at: session.createdAt,
    expires_at: session.expiresAt,
    seen_at: session.seenAt,
    rotated_at: session.rotatedAt,
    ended_at: session.endedAt,
  };
}

function sessionOf(row: Tables['console_sessions']): SessionRecord {
  const { id, principal, generation } = row;
  return {
    id,
    principal,
    generation,
    tokenDigest: row.token_digest,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    seenAt: row.seen_at,
    rotatedAt: row.rotated_at,
    endedAt: row.ended_at,
  };
}
