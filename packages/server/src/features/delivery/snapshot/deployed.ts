import { broughtBy, type Change, type Deployment, suspectSeconds } from '@fairlead/core/delivery';
import { markedDeployments } from '../store-production.ts';
import {
  bySlices,
  type Dialect,
  inSlices,
  mergedAs,
  type SnapshotDb,
  type SnapshotTables,
} from './tables.ts';
import { touch } from './touched.ts';

type Brought = SnapshotTables['measured_brought'];

/** Takes up deployments that came, changed or went, and touches the changes whose figures depend on them. */
export async function followDeployments(
  db: SnapshotDb,
  dialect: Dialect,
  ids: readonly string[],
): Promise<void> {
  const before = await broughtIn(db, ids);
  const facts = await bySlices(ids, (some) =>
    db
      .selectFrom('delivery_facts')
      .select('body')
      .where('type', '=', 'deployment')
      .where('id', 'in', some)
      .execute(),
  );
  const deployments = await markedDeployments(
    db,
    facts.map(({ body }) => body),
  );
  const after = deployments.flatMap(rowsOf);
  const changed = differing(before, after);
  if (changed.length === 0) return;
  const repositories = new Set(changed.map(({ repository }) => repository));
  const deploying = await deployingOf(db, repositories);
  await inSlices(ids, (some) => db.deleteFrom('measured_brought').where('deployment', 'in', some).execute());
  await inSlices(after, (some) =>
    db
      .insertInto('measured_brought')
      .values([...some])
      .execute(),
  );
  const now = await deployingOf(db, repositories);
  for (const repository of repositories) {
    if (deploying.has(repository) !== now.has(repository)) await touchRepository(db, repository);
  }
  // Before anything was measured every change waits to be anyway.
  if (await isMeasured(db)) await touch(db, 'change', await broughtChanges(db, dialect, changed));
  await touch(db, 'incident', await incidentsAfter(db, changed));
}

export function broughtIn(db: SnapshotDb, deployments: Iterable<string>): Promise<readonly Brought[]> {
  return bySlices(deployments, (some) =>
    db.selectFrom('measured_brought').selectAll().where('deployment', 'in', some).execute(),
  );
}

/** What brought the changes that were merged as these commits. */
export async function bringersOfCommits(
  db: SnapshotDb,
  merges: readonly { readonly repository: string; readonly sha: string }[],
): Promise<readonly Brought[]> {
  const wanted = new Set(merges.map(({ repository, sha }) => `${repository} ${sha}`));
  const rows = await bySlices(
    merges.map(({ sha }) => sha),
    (some) => db.selectFrom('measured_brought').selectAll().where('sha', 'in', some).execute(),
  );
  return rows.filter(({ repository, sha }) => wanted.has(`${repository} ${sha}`));
}

/** Of some repositories those that deploy to production at all. */
export async function deployingOf(
  db: SnapshotDb,
  repositories: Iterable<string>,
): Promise<ReadonlySet<string>> {
  const deploying = new Set<string>();
  for (const repository of repositories) {
    const row = await db
      .selectFrom('measured_brought')
      .select('deployment')
      .where('repository', '=', repository)
      .limit(1)
      .executeTakeFirst();
    if (row !== undefined) deploying.add(repository);
  }
  return deploying;
}

function rowsOf(deployment: Deployment): readonly Brought[] {
  const reached = broughtBy(deployment);
  if (reached === null) return [];
  const { id, repository, service } = deployment;
  return reached.shas.map((sha) => ({
    repository,
    sha,
    deployment: id,
    service,
    finished: reached.finished,
  }));
}

/** Rows that are in one of two lists only. */
function differing(before: readonly Brought[], after: readonly Brought[]): readonly Brought[] {
  const keyOf = ({ repository, sha, deployment, service, finished }: Brought) =>
    JSON.stringify([repository, sha, deployment, service, Number(finished)]);
  const [had, has] = [new Set(before.map(keyOf)), new Set(after.map(keyOf))];
  return [...before.filter((row) => !has.has(keyOf(row))), ...after.filter((row) => !had.has(keyOf(row)))];
}

async function touchRepository(db: SnapshotDb, repository: string): Promise<void> {
  const changes = await db
    .selectFrom('delivery_facts')
    .select('id')
    .where('type', '=', 'change')
    .where('repository', '=', repository)
    .where('number', 'is not', null)
    .execute();
  await touch(
    db,
    'change',
    changes.map(({ id }) => id),
  );
}

async function isMeasured(db: SnapshotDb): Promise<boolean> {
  return (await db.selectFrom('measured_changes').select('place').limit(1).executeTakeFirst()) !== undefined;
}

async function broughtChanges(
  db: SnapshotDb,
  dialect: Dialect,
  rows: readonly Brought[],
): Promise<readonly string[]> {
  const wanted = new Set(rows.map(({ repository, sha }) => `${repository} ${sha}`));
  const found = await mergedAs(
    db,
    dialect,
    rows.map(({ sha }) => sha),
  );
  return found.flatMap(({ id, body }) => {
    const { repository, mergeCommit } = JSON.parse(body) as Change;
    return wanted.has(`${repository} ${mergeCommit}`) ? [id] : [];
  });
}

/** Incidents that name a deployment, or that one of the same service preceded. */
export async function incidentsAfter(
  db: SnapshotDb,
  deployments: readonly Pick<Brought, 'deployment' | 'service' | 'finished'>[],
): Promise<readonly string[]> {
  const any = await db.selectFrom('measured_incidents').select('id').limit(1).executeTakeFirst();
  if (any === undefined) return [];
  const named = await bySlices(
    deployments.map(({ deployment }) => deployment),
    (some) => db.selectFrom('measured_incidents').select('id').where('deployment', 'in', some).execute(),
  );
  const found = new Set(named.map(({ id }) => id));
  for (const [service, own] of Map.groupBy(deployments, (one) => one.service)) {
    const times = own.map(({ finished }) => Number(finished)).sort((a, b) => a - b);
    const rows = await db
      .selectFrom('measured_incidents')
      .select(['id', 'at'])
      .where('service', '=', service)
      .where('at', '>=', times[0]!)
      .where('at', '<=', times.at(-1)! + suspectSeconds)
      .execute();
    for (const { id, at } of rows) {
      if (times.some((finished) => finished <= Number(at) && finished >= Number(at) - suspectSeconds)) {
        found.add(id);
      }
    }
  }
  return [...found];
}
