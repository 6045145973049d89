import { broughtBy, type Change } from '@fairlead/core/delivery';
import { orderOf } from '@fairlead/core/tasks';
import { snapshotParts } from '../../delivery/api.ts';
import { type LoadedColumns, type Writes, writeChunks } from './chunks.ts';
import { deliveryOf, nextPlace, type TaskDb } from './tables.ts';

const { bySlices, markedDeployments, inSlices, mergedAs, numbersOf } = snapshotParts;

/** Takes up deployments that came, changed or went, or whose changes did. */
export async function measureDeployments(
  db: TaskDb,
  dialect: snapshotParts.Dialect,
  columns: LoadedColumns,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  const facts = await bySlices(ids, (some) =>
    db
      .selectFrom('delivery_facts')
      .select(['id', 'body'])
      .where('type', '=', 'deployment')
      .where('id', 'in', some)
      .execute(),
  );
  const deployments = await markedDeployments(
    deliveryOf(db),
    facts.map(({ body }) => body),
  );
  const brought = deployments.flatMap((deployment) => {
    const reached = broughtBy(deployment);
    return reached === null ? [] : [{ ...deployment, ...reached }];
  });
  const rowOf = await mergedRows(
    db,
    dialect,
    brought.flatMap(({ shas }) => shas),
  );
  const places = await placesOf(
    db,
    ids,
    brought.map(({ id }) => id),
  );
  const names = (of: 'repository' | 'service') =>
    numbersOf(
      deliveryOf(db),
      of,
      brought.map((one) => one[of]),
    );
  const [repositories, services] = [await names('repository'), await names('service')];
  const writes = new Map() as Map<
    number,
    Writes<'deployments'> extends ReadonlyMap<number, infer Value> ? Value : never
  >;
  for (const place of places.gone) writes.set(place, null);
  for (const { id, repository, service, finished, shas } of brought) {
    writes.set(places.of.get(id)!, {
      ...{ finished, repository: repositories.get(repository)!, service: services.get(service)! },
      ...{ order: orderOf(id), flags: 1 },
      changes: shas.flatMap((sha) => rowOf.get(`${repository} ${sha}`) ?? []),
    });
  }
  await writeChunks(db, 'deployments', columns.deployments, writes);
}

/** The row of the change that was merged as each commit; of several the one whose id comes last. */
async function mergedRows(
  db: TaskDb,
  dialect: snapshotParts.Dialect,
  shas: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const found = (await mergedAs(deliveryOf(db), dialect, shas)).map(({ body }) => JSON.parse(body) as Change);
  const last = new Map(
    found
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .map(({ id, repository, mergeCommit }) => [`${repository} ${mergeCommit}`, `change ${id}`]),
  );
  const rows = await bySlices(last.values(), (some) =>
    db.selectFrom('measured_task_rows').select(['key', 'place']).where('key', 'in', some).execute(),
  );
  const placeOf = new Map(rows.map(({ key, place }) => [key, place]));
  return new Map(
    [...last].flatMap(([commit, key]) => {
      const place = placeOf.get(key);
      return place === undefined ? [] : [[commit, place] as const];
    }),
  );
}

async function placesOf(db: TaskDb, ids: readonly string[], there: readonly string[]) {
  const known = await bySlices(ids, (some) =>
    db.selectFrom('measured_task_deployments').selectAll().where('deployment', 'in', some).execute(),
  );
  const of = new Map(known.map(({ deployment, place }) => [deployment, place]));
  let next = await nextPlace(db, 'measured_task_deployments');
  const fresh = there.filter((id) => !of.has(id)).map((deployment) => ({ deployment, place: next++ }));
  await inSlices(fresh, (some) =>
    db
      .insertInto('measured_task_deployments')
      .values([...some])
      .execute(),
  );
  for (const { deployment, place } of fresh) of.set(deployment, place);
  const kept = new Set(there);
  const gone = known.filter(({ deployment }) => !kept.has(deployment)).map(({ place }) => place);
  await inSlices(gone, (some) =>
    db
      .deleteFrom('measured_task_deployments')
      .where('place', 'in', [...some])
      .execute(),
  );
  return { of, gone };
}
