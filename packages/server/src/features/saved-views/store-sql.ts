import { openState, type StateLocation } from '../../platform/db/index.ts';
import { viewMigrations } from './migrations.ts';
import type { ViewStore } from './store.ts';
import type { SavedView, ViewFilter } from './types.ts';

interface Tables {
  saved_views: {
    id: string;
    name: string;
    filter: string;
    owner: string;
    role: string | null;
    saved_at: number;
  };
}

/** Saved views in `state.db` or PostgreSQL. */
export async function openViewStore(location: StateLocation): Promise<ViewStore> {
  const { db, close } = await openState<Tables>(location, 'saved-views', viewMigrations);
  return {
    async seenBy(owner, roles) {
      const rows = await db
        .selectFrom('saved_views')
        .selectAll()
        .where(({ eb, or }) =>
          or([eb('owner', '=', owner), ...(roles.length > 0 ? [eb('role', 'in', roles)] : [])]),
        )
        .orderBy('name')
        .orderBy('id')
        .execute();
      return rows.map(viewOf);
    },
    async countOf(owner) {
      const row = await db
        .selectFrom('saved_views')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('owner', '=', owner)
        .executeTakeFirstOrThrow();
      return Number(row.count);
    },
    async insert({ savedAt, filter, ...rest }) {
      const result = await db
        .insertInto('saved_views')
        .values({ ...rest, filter: JSON.stringify(filter), saved_at: savedAt })
        .onConflict((conflict) => conflict.columns(['owner', 'name']).doNothing())
        .executeTakeFirst();
      return Number(result.numInsertedOrUpdatedRows ?? 0) > 0;
    },
    async remove(id, owner) {
      const result = await db
        .deleteFrom('saved_views')
        .where('id', '=', id)
        .where('owner', '=', owner)
        .executeTakeFirst();
      return Number(result.numDeletedRows) > 0;
    },
    close,
  };
}

function viewOf({ saved_at, filter, ...rest }: Tables['saved_views']): SavedView {
  return { ...rest, filter: JSON.parse(filter) as ViewFilter, savedAt: saved_at };
}
