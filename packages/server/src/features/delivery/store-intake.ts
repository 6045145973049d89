import type { Kysely, Transaction } from 'kysely';
import type { Delivered, Hint } from './store.ts';

/** What webhooks leave behind, beside the facts. Times are milliseconds since the epoch. */
export interface IntakeTables {
  delivery_hints: { repository: string; number: number; at: number };
  delivery_received: { id: string; digest: string; at: number };
}

/** More deliveries than this are forgotten, the oldest first: hosts send one again for a few days only. */
const mostReceived = 100_000;
/** How often the oldest are looked for. */
const pruneEvery = 1_000;

export async function addHint(db: Kysely<IntakeTables>, { repository, number, at }: Hint): Promise<void> {
  await db
    .insertInto('delivery_hints')
    .values({ repository, number, at })
    .onConflict((conflict) =>
      conflict.columns(['repository', 'number']).doUpdateSet({ at }).where('delivery_hints.at', '<', at),
    )
    .execute();
}

/** The oldest hints; they are gone afterwards. */
export async function takeHints(db: Transaction<IntakeTables>, limit: number): Promise<readonly Hint[]> {
  const hints = await db
    .selectFrom('delivery_hints')
    .select(['repository', 'number', 'at'])
    .orderBy('at')
    .orderBy('repository')
    .orderBy('number')
    .limit(limit)
    .execute();
  for (const { repository, number } of hints) {
    await db
      .deleteFrom('delivery_hints')
      .where('repository', '=', repository)
      .where('number', '=', number)
      .execute();
  }
  return hints;
}

/** Remembers a delivery; false when one with its id or its bytes was taken before. */
export async function markReceived(
  db: Kysely<IntakeTables>,
  { id, digest, at }: Pick<Delivered, 'id' | 'digest' | 'at'>,
): Promise<boolean> {
  const taken = await db
    .insertInto('delivery_received')
    .values({ id, digest, at })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (Number(taken.numInsertedOrUpdatedRows ?? 0) === 0) return false;
  // By chance rather than by a counter, so that several processes share the work.
  if (Number.parseInt(digest.slice(0, 8), 16) % pruneEvery === 0) await forgetOldest(db);
  return true;
}

async function forgetOldest(db: Kysely<IntakeTables>): Promise<void> {
  const oldest = db
    .selectFrom('delivery_received')
    .select('at')
    .orderBy('at', 'desc')
    .orderBy('id')
    .offset(mostReceived)
    .limit(1);
  await db.deleteFrom('delivery_received').where('at', '<=', oldest).execute();
}
