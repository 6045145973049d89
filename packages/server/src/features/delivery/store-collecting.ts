import { type Kysely, sql } from 'kysely';
import { rowOf, rowsOfPage } from './fact-row.ts';
import type { DeliveryStore } from './store.ts';
import { collectPage } from './store-collect.ts';
import { addAlias, aliasesIn, presentRepository, renameFacts } from './store-rename.ts';
import { slices } from './store-room.ts';
import type { FactRows } from './store-rows.ts';
import type { Tables } from './store-tables.ts';

const instant = (at: number) => new Date(at).toISOString();

/** What collectors need of the store. */
export function collecting(
  db: Kysely<Tables>,
  table: FactRows,
): Pick<
  DeliveryStore,
  'collect' | 'progress' | 'lease' | 'rename' | 'aliases' | 'closedNumbers' | 'incidentIds'
> {
  return {
    collect: (page) => db.transaction().execute((on) => collectPage(on, rowsOfPage(page), table)),
    async progress(source) {
      const row = await db
        .selectFrom('delivery_progress')
        .select('state')
        .where('source', '=', source)
        .executeTakeFirst();
      return row?.state ?? null;
    },
    async lease(name, holder, until, now) {
      // In one statement, so that of two that ask at once one gets it: the time stands first, at a fixed width.
      const state = `${instant(until)} ${holder}`;
      const isFree = sql<boolean>`(substr(delivery_progress.state, 1, 24) < ${instant(now)} or substr(delivery_progress.state, 26) = ${holder})`;
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('delivery_progress')
        .values({ source: name, state })
        .onConflict((conflict) => conflict.column('source').doUpdateSet({ state }).where(isFree))
        .executeTakeFirstOrThrow();
      return (numInsertedOrUpdatedRows ?? 0n) > 0n;
    },
    rename: (from, to, at) =>
      db.transaction().execute(async (on) => {
        await table.alone(on);
        await addAlias(on, { from, to, at });
        const present = await presentRepository(on, from);
        if (present === from) return;
        await renameFacts(on, from, present, {
          ...{ rowOf, slices, write: (rows) => table.write(on, rows) },
        });
        await renameProgress(on, from, present);
      }),
    aliases: () => aliasesIn(db),
    async closedNumbers(repository) {
      const rows = await db
        .selectFrom('delivery_facts')
        .select('number')
        .where('repository', '=', repository)
        .where('number', 'is not', null)
        .where('body', 'like', '%"closedAt":"%')
        .orderBy('number')
        .execute();
      return rows.flatMap(({ number }) => (number === null ? [] : [number]));
    },
    async incidentIds(prefix) {
      const rows = await db
        .selectFrom('delivery_facts')
        .select('id')
        .where('type', '=', 'incident')
        .orderBy('id')
        .execute();
      return rows.map(({ id }) => id).filter((id) => id.startsWith(prefix));
    },
  };
}

/** What collectors go on from belongs to the repository, whatever it's called: `github host/owner/name`. */
async function renameProgress(db: Kysely<Tables>, from: string, to: string): Promise<void> {
  const rows = await db.selectFrom('delivery_progress').selectAll().execute();
  for (const { source, state } of rows.filter((row) => row.source.endsWith(` ${from}`))) {
    const renamed = `${source.slice(0, -from.length)}${to}`;
    await db.deleteFrom('delivery_progress').where('source', 'in', [source, renamed]).execute();
    await db.insertInto('delivery_progress').values({ source: renamed, state }).execute();
  }
}
