import type { Change, ChangeEvent, ChangeHistory, Commit } from '@fairlead/core/delivery';
import { bySlices, type SnapshotDb } from './tables.ts';

/** The histories of those changes that there are. */
export async function historiesIn(db: SnapshotDb, ids: readonly string[]): Promise<readonly ChangeHistory[]> {
  const changes = await bySlices(ids, (some) =>
    db
      .selectFrom('delivery_facts')
      .select(['id', 'body'])
      .where('type', '=', 'change')
      .where('id', 'in', some)
      .execute(),
  );
  const parts = new Map(
    changes.map(({ id }) => [id, { events: [] as ChangeEvent[], commits: [] as Commit[] }]),
  );
  // Only events and commits belong to a change; their type would lead SQLite to another index.
  const rows = await bySlices(parts.keys(), (some) =>
    db
      .selectFrom('delivery_facts')
      .select(['type', 'change_id', 'body'])
      .where('change_id', 'in', some)
      .execute(),
  );
  for (const { type, change_id: id, body } of rows) {
    const own = parts.get(id!)!;
    if (type === 'event') own.events.push(JSON.parse(body) as ChangeEvent);
    else own.commits.push(JSON.parse(body) as Commit);
  }
  return changes.map(({ id, body }) => ({ change: JSON.parse(body) as Change, ...parts.get(id)! }));
}
