import { isDiskFull, openState, type StateLocation } from '../../platform/db/index.ts';
import { deliveryMigrations } from './migrations.ts';
import { type PackedPage, unpacked } from './packed-page.ts';
import type { CollectCounts } from './store.ts';
import { collectPage } from './store-collect.ts';
import { makeRoom } from './store-room.ts';
import { postgresRows, sqliteRows } from './store-rows.ts';
import type { Tables } from './store-tables.ts';

/** `code`: of SQLite or the system, where there is one. */
export type WriterAnswer =
  | { readonly counts: CollectCounts }
  | { readonly message: string; readonly code: string | null };

/** What the thread does that writes pages. */
export interface PageWriter {
  /** Nothing: whoever hears of it knows that the thread runs. */
  ready(): Promise<void>;
  collect(page: PackedPage): Promise<WriterAnswer>;
  close(): Promise<void>;
}

/** A second connection to the facts, of which `location` has been opened, and its tables made, before. */
export async function openPageWriter(location: StateLocation): Promise<PageWriter> {
  const { db, sqlite, close } = await openState<Tables>(location, 'delivery', deliveryMigrations);
  if (sqlite !== null) makeRoom(sqlite, 'many');
  const table = sqlite === null ? postgresRows : sqliteRows(sqlite);
  return {
    ready: async () => undefined,
    async collect(page) {
      try {
        const counts = await db.transaction().execute((on) => collectPage(on, unpacked(page), table));
        return { counts };
      } catch (error) {
        const { message, code } = error as { message?: string; code?: unknown };
        // A quota, which only this thread can tell from other failures.
        const told = isDiskFull(error) ? 'SQLITE_FULL' : code;
        return { message: message ?? String(error), code: typeof told === 'string' ? told : null };
      }
    },
    close,
  };
}
