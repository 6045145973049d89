import type { ChangeHistory } from '@fairlead/core/delivery';
import { branchKey, unitOf } from '@fairlead/core/tasks';
import { snapshotParts } from '../../delivery/api.ts';
import { commitKeysOf, unitsOfKeys } from './keys.ts';
import { deliveryOf, nextPlace, type TaskDb, touch } from './tables.ts';

const { bringersOfCommits, bySlices, historiesIn, inSlices } = snapshotParts;

/**
 * Takes up changes that were touched: gives them rows, notes the deployments that brought them, and answers the branches
 * that have to be measured.
 */
export async function followChanges(
  db: TaskDb,
  dialect: snapshotParts.Dialect,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const histories = await historiesIn(deliveryOf(db), ids);
  const known = await bySlices(
    ids.map((id) => `change ${id}`),
    (some) => db.selectFrom('measured_task_rows').selectAll().where('key', 'in', some).execute(),
  );
  const units = new Set(known.map(({ unit }) => unit));
  for (const { change } of histories) units.add(unitOf(change));
  const bases = await followBases(db, histories, known);
  for (const base of bases) units.add(base);
  for (const unit of await noted(db, dialect, histories)) units.add(unit);
  await touchBringers(db, histories, known);
  return units;
}

type Known = readonly {
  readonly key: string;
  readonly place: number;
  readonly unit: string;
  readonly base: string | null;
  readonly merge_commit: string | null;
}[];

/** Writes the rows; the branches that became a base of changes, or no longer are one. */
async function followBases(
  db: TaskDb,
  histories: readonly ChangeHistory[],
  known: Known,
): Promise<readonly string[]> {
  const baseOf = ({ change }: ChangeHistory) => branchKey(change.repository, change.base);
  const candidates = [...new Set([...histories.map(baseOf), ...known.flatMap(({ base }) => base ?? [])])];
  const before = await basesIn(db, candidates);
  const placeOf = new Map(known.map(({ key, place }) => [key, place]));
  let place = await nextPlace(db, 'measured_task_rows');
  const rows = histories.map((history) => {
    const key = `change ${history.change.id}`;
    return {
      ...{ place: placeOf.get(key) ?? place++, key, unit: unitOf(history.change), base: baseOf(history) },
      merge_commit: history.change.mergeCommit ?? null,
    };
  });
  await inSlices(rows, (some) =>
    db
      .insertInto('measured_task_rows')
      .values([...some])
      .onConflict((conflict) =>
        conflict.column('place').doUpdateSet(({ ref }) => ({
          ...{ unit: ref('excluded.unit'), base: ref('excluded.base') },
          merge_commit: ref('excluded.merge_commit'),
        })),
      )
      .execute(),
  );
  const there = new Set(rows.map(({ key }) => key));
  // A change that went keeps its row until its branch is measured; it's no longer merged into anything.
  const gone = known.filter(({ key }) => !there.has(key)).map(({ place: at }) => at);
  await inSlices(gone, (some) =>
    db
      .updateTable('measured_task_rows')
      .set({ base: null, merge_commit: null })
      .where('place', 'in', [...some])
      .execute(),
  );
  const after = await basesIn(db, candidates);
  return candidates.filter((base) => before.has(base) !== after.has(base));
}

/** Of some branches those that changes are merged into. */
export async function basesIn(db: TaskDb, branches: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await bySlices(branches, (some) =>
    db.selectFrom('measured_task_rows').select('base').distinct().where('base', 'in', some).execute(),
  );
  return new Set(rows.flatMap(({ base }) => base ?? []));
}

/** A commit that a note is about may belong to another change now, if two have it. */
async function noted(
  db: TaskDb,
  dialect: snapshotParts.Dialect,
  histories: readonly ChangeHistory[],
): Promise<ReadonlySet<string>> {
  const any = await db.selectFrom('measured_task_keys').select('fact').limit(1).executeTakeFirst();
  if (any === undefined) return new Set();
  const found = await bySlices(
    histories.flatMap((history) => commitKeysOf(history)),
    (some) => db.selectFrom('measured_task_keys').select('key').where('key', 'in', some).execute(),
  );
  return unitsOfKeys(
    db,
    dialect,
    found.map(({ key }) => key),
  );
}

async function touchBringers(db: TaskDb, histories: readonly ChangeHistory[], known: Known): Promise<void> {
  const any = await db.selectFrom('measured_task_deployments').select('place').limit(1).executeTakeFirst();
  // Before any was measured all wait to be anyway.
  if (any === undefined) return;
  const repositoryOf = (unit: string) => unit.slice(0, unit.indexOf(' '));
  const merges = [
    ...histories.map(({ change: { repository, mergeCommit: sha } }) => ({ repository, sha })),
    ...known.map(({ unit, merge_commit: sha }) => ({ repository: repositoryOf(unit), sha })),
  ].flatMap(({ repository, sha }) => (sha === undefined || sha === null ? [] : [{ repository, sha }]));
  const brought = await bringersOfCommits(deliveryOf(db), merges);
  await touch(
    db,
    'deployment',
    brought.map(({ deployment }) => deployment),
  );
}
