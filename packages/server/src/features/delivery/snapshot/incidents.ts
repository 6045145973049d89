import {
  type Blame,
  type Bringer,
  blamesOf,
  type Change,
  type Incident,
  mergedSeconds,
  secondsOf,
  suspectSeconds,
} from '@fairlead/core/delivery';
import { broughtIn } from './deployed.ts';
import { bySlices, type Dialect, mergedAs, type SnapshotDb, type SnapshotTables } from './tables.ts';
import { touch } from './touched.ts';

/** Takes up incidents that came, changed or went, or what preceded them did; touches the changes they fall to. */
export async function followIncidents(
  db: SnapshotDb,
  dialect: Dialect,
  ids: readonly string[],
): Promise<void> {
  const facts = await bySlices(ids, (some) =>
    db
      .selectFrom('delivery_facts')
      .select(['id', 'body'])
      .where('type', '=', 'incident')
      .where('id', 'in', some)
      .execute(),
  );
  const bodies = new Map(facts.map(({ id, body }) => [id, body]));
  for (const id of ids) {
    const body = bodies.get(id);
    const incident = body === undefined ? null : (JSON.parse(body) as Incident);
    await follow(db, dialect, id, incident?.retracted === true ? null : incident);
  }
}

async function follow(
  db: SnapshotDb,
  dialect: Dialect,
  id: string,
  incident: Incident | null,
): Promise<void> {
  const before = await db
    .selectFrom('measured_blames')
    .selectAll()
    .where('incident', '=', id)
    .orderBy('ordinal')
    .execute();
  await db.deleteFrom('measured_incidents').where('id', '=', id).execute();
  if (incident !== null) await noteSuspicion(db, incident);
  const blames = incident === null ? [] : blamesOf(incident, await suspectsOf(db, dialect, incident));
  const rows = blames.map(
    ({ change, evidence, weight, at }: Blame, ordinal): SnapshotTables['measured_blames'] => ({
      incident: id,
      ordinal,
      change_id: change,
      evidence,
      weight: String(weight),
      at,
    }),
  );
  const text = (some: typeof rows) =>
    JSON.stringify(some.map((row) => [row.change_id, row.evidence, row.weight, Number(row.at)]));
  if (text(before) === text(rows)) return;
  await db.deleteFrom('measured_blames').where('incident', '=', id).execute();
  if (rows.length > 0) await db.insertInto('measured_blames').values(rows).execute();
  await touch(
    db,
    'change',
    [...before, ...rows].map((row) => row.change_id),
  );
}

const isCause = ({ rel }: Incident['links'][number]) => rel === 'caused_by';

/** Deployments that an incident names, in place of those that preceded it. */
function namedIn({ links }: Incident): readonly string[] {
  return links.filter(isCause).flatMap(({ deployment }) => deployment ?? []);
}

/** So that later deployments find the incidents that they may have caused. */
async function noteSuspicion(db: SnapshotDb, incident: Incident): Promise<void> {
  const { id, service = null, links } = incident;
  if (links.some((link) => isCause(link) && link.change !== undefined)) return;
  const at = secondsOf(incident.startedAt) ?? 0;
  const named = [...new Set(namedIn(incident))];
  const rows = [
    { id, deployment: '', service, at },
    ...named.map((deployment) => ({ id, deployment, service: null, at })),
  ];
  await db.insertInto('measured_incidents').values(rows).execute();
}

/** The deployments that may have caused an incident, in the order of their ids, with the changes they brought. */
async function suspectsOf(db: SnapshotDb, dialect: Dialect, incident: Incident): Promise<readonly Bringer[]> {
  const at = secondsOf(incident.startedAt) ?? 0;
  let rows = await broughtIn(db, namedIn(incident));
  if (rows.length === 0 && incident.service !== undefined) {
    const near = await db
      .selectFrom('measured_brought')
      .select('deployment')
      .distinct()
      .where('service', '=', incident.service)
      .where('finished', '>=', at - suspectSeconds)
      .where('finished', '<=', at)
      .execute();
    rows = await broughtIn(
      db,
      near.map(({ deployment }) => deployment),
    );
  }
  const merged = await mergedChanges(
    db,
    dialect,
    rows.map(({ sha }) => sha),
  );
  const byDeployment = [...Map.groupBy(rows, ({ deployment }) => deployment)];
  return byDeployment
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, own]) => ({
      id,
      service: own[0]!.service,
      finished: Number(own[0]!.finished),
      changes: own.flatMap(({ repository, sha }) => merged.get(`${repository} ${sha}`) ?? []),
    }));
}

/** The merged change of each merge commit; of two with one commit the one whose id comes last. */
async function mergedChanges(
  db: SnapshotDb,
  dialect: Dialect,
  shas: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const { id, body } of await mergedAs(db, dialect, shas)) {
    const change = JSON.parse(body) as Change;
    const key = `${change.repository} ${change.mergeCommit}`;
    if (mergedSeconds(change) !== null && id > (found.get(key) ?? '')) found.set(key, id);
  }
  return found;
}
