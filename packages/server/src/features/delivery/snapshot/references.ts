import { type Change, type Commit, commitKey, namedBy, secondsOf } from '@fairlead/core/delivery';
import { sql } from 'kysely';
import { bringersOfCommits, incidentsAfter } from './deployed.ts';
import { referringTo } from './keys.ts';
import { followReversals } from './reversals.ts';
import { commitDigits } from './schema.ts';
import { bySlices, type Dialect, inSlices, type SnapshotDb, type SnapshotTables } from './tables.ts';
import { touch } from './touched.ts';

type Reference = SnapshotTables['measured_references'];

/** A change with what it can be named by, and what it names. */
interface Named {
  readonly change: Change;
  readonly keys: readonly string[];
  readonly references: readonly Reference[];
}

/** Takes up what some changes say that they take back, and what deployments and incidents have to do with them. */
export async function followChanges(db: SnapshotDb, dialect: Dialect, ids: readonly string[]): Promise<void> {
  const named = await namedIn(db, dialect, ids);
  const before = await bySlices(ids, (some) =>
    db.selectFrom('measured_references').selectAll().where('change_id', 'in', some).execute(),
  );
  const after = named.flatMap(({ references }) => references);
  await inSlices([...new Set(before.map(({ change_id: id }) => id))], (some) =>
    db.deleteFrom('measured_references').where('change_id', 'in', some).execute(),
  );
  await inSlices(after, (some) =>
    db
      .insertInto('measured_references')
      .values([...some])
      .execute(),
  );
  const naming = await referringTo(
    db,
    named.flatMap(({ change, keys }) => keys.map((key) => ({ repository: change.repository, key }))),
  );
  await followReversals(db, dialect, {
    changed: [...[...before, ...after].map(({ change_id: id }) => id), ...(await namedByIncidents(db, ids))],
    naming,
    former: before,
  });
  const merges = named.flatMap(({ change: { repository, mergeCommit: sha } }) =>
    sha === undefined ? [] : [{ repository, sha }],
  );
  await touch(db, 'incident', await incidentsOfMerges(db, merges));
}

/** Of some changes those that incidents name, or did. */
async function namedByIncidents(db: SnapshotDb, ids: readonly string[]): Promise<readonly string[]> {
  const named = await bySlices(ids, (some) =>
    db
      .selectFrom('measured_blames')
      .select('change_id')
      .where('change_id', 'in', some)
      .where('evidence', '=', 'explicit_link')
      .execute(),
  );
  const reversed = await bySlices(ids, (some) =>
    db
      .selectFrom('measured_reversals')
      .select('change_id')
      .where('change_id', 'in', some)
      .where('evidence', '=', 'incident')
      .execute(),
  );
  return [...named, ...reversed].map(({ change_id: id }) => id);
}

/** Takes up names that changes no longer have: `repository #number` and `repository commit`. */
export async function followNames(db: SnapshotDb, dialect: Dialect, names: readonly string[]): Promise<void> {
  const parts = names.map((name) => {
    const at = name.indexOf(' ');
    return { repository: name.slice(0, at), sha: name.slice(at + 1) };
  });
  const keys = parts.flatMap(({ repository, sha }) => {
    const key = sha.startsWith('#') ? sha : commitKey(sha);
    return key === null ? [] : [{ repository, key }];
  });
  await followReversals(db, dialect, { changed: [], naming: await referringTo(db, keys), former: [] });
  await touch(db, 'incident', await incidentsOfMerges(db, parts));
}

async function incidentsOfMerges(
  db: SnapshotDb,
  merges: readonly { readonly repository: string; readonly sha: string }[],
): Promise<readonly string[]> {
  const any = await db.selectFrom('measured_incidents').select('id').limit(1).executeTakeFirst();
  return any === undefined ? [] : incidentsAfter(db, await bringersOfCommits(db, merges));
}

/** Changes that there are, with their keys and references. Of commits only those messages are read that say something. */
async function namedIn(db: SnapshotDb, { kind }: Dialect, ids: readonly string[]): Promise<readonly Named[]> {
  const changes = await bySlices(ids, (some) =>
    db
      .selectFrom('delivery_facts')
      .select('body')
      .where('type', '=', 'change')
      .where('id', 'in', some)
      .execute(),
  );
  const commits = await bySlices(ids, (some) =>
    db
      .selectFrom('delivery_facts')
      .select([
        'change_id',
        sql<string | null>`${sql.raw(commitDigits[kind].commit)}`.as('digits'),
        sql<string | null>`case when body like '%"message":""%' then null else body end`.as('body'),
      ])
      .where('change_id', 'in', some)
      .where('repository', 'is not', null)
      .execute(),
  );
  const commitsOf = Map.groupBy(commits, (row) => row.change_id);
  return changes.map(({ body }) => {
    const change = JSON.parse(body) as Change;
    const own = commitsOf.get(change.id) ?? [];
    const told = own.flatMap((row) => (row.body === null ? [] : [JSON.parse(row.body) as Commit]));
    const digits = [change.mergeCommit, ...own.map((row) => row.digits)]
      .map((sha) => (sha === null || sha === undefined ? null : commitKey(sha)))
      .filter((key) => key !== null);
    return {
      change,
      keys: [`#${change.number}`, ...new Set(digits)],
      references: referencesOf(change, told),
    };
  });
}

function referencesOf(change: Change, commits: readonly Commit[]): readonly Reference[] {
  const { id, mergedAt } = change;
  const at = mergedAt === undefined ? null : secondsOf(mergedAt);
  const unique = new Map(
    namedBy({ change, commits }).map((one) => [`${one.repository} ${one.key} ${one.evidence}`, one] as const),
  );
  return [...unique.values()].map((one) => ({ change_id: id, ...one, at }));
}
