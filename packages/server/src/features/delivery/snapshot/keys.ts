import { commitKey } from '@fairlead/core/delivery';
import { sql } from 'kysely';
import { commitDigits } from './schema.ts';
import { bySlices, type Dialect, type SnapshotDb } from './tables.ts';

/** What a change can be named by within its repository: `#` and its number, or a commit's first digits. */
export interface ChangeKey {
  readonly repository: string;
  readonly key: string;
}

/** The keys of some changes. */
export async function namedKeys(
  db: SnapshotDb,
  { kind }: Dialect,
  ids: readonly string[],
): Promise<readonly ChangeKey[]> {
  const { commit, change } = commitDigits[kind];
  const changes = await bySlices(ids, (some) =>
    db
      .selectFrom('delivery_facts')
      .select(['id', 'repository', 'number', sql<string | null>`${sql.raw(change)}`.as('digits')])
      .where('type', '=', 'change')
      .where('id', 'in', some)
      .execute(),
  );
  const commits = await bySlices(ids, (some) =>
    db
      .selectFrom('delivery_facts')
      .select(['change_id', sql<string | null>`${sql.raw(commit)}`.as('digits')])
      .where('change_id', 'in', some)
      .where('repository', 'is not', null)
      .execute(),
  );
  const commitsOf = Map.groupBy(commits, (row) => row.change_id);
  return changes.flatMap(({ id, repository, number, digits }) => {
    const shas = [digits, ...(commitsOf.get(id) ?? []).map((row) => row.digits)];
    const keys = shas.flatMap((sha) => (sha === null ? [] : (commitKey(sha) ?? [])));
    return [`#${number}`, ...new Set(keys)].map((key) => ({ repository: repository!, key }));
  });
}

/** The changes that refer to others by these keys. */
export async function referringTo(db: SnapshotDb, keys: readonly ChangeKey[]): Promise<readonly string[]> {
  const any = await db.selectFrom('measured_references').select('key').limit(1).executeTakeFirst();
  if (any === undefined) return [];
  const wanted = new Set(keys.map(({ repository, key }) => `${repository} ${key}`));
  const rows = await bySlices(
    keys.map(({ key }) => key),
    (some) =>
      db
        .selectFrom('measured_references')
        .select(['change_id', 'repository', 'key'])
        .where('key', 'in', some)
        .execute(),
  );
  return rows.filter(({ repository, key }) => wanted.has(`${repository} ${key}`)).map((row) => row.change_id);
}
