import type { Incident } from '@fairlead/core/delivery';
import type { ColumnFacts, TaskFact, TaskSource } from '@fairlead/core/tasks';
import { sql } from 'kysely';
import { snapshotParts } from '../../delivery/api.ts';
import type { LoadedColumns } from './chunks.ts';
import { followedTypes } from './schema.ts';
import type { TaskDb } from './tables.ts';

const { bySlices } = snapshotParts;

type SmallFacts = Omit<ColumnFacts, 'enrolments'>;

/** What figures need beside the columns, as it is now. */
export async function smallFacts(db: TaskDb, columns: LoadedColumns): Promise<SmallFacts> {
  const incidents = await incidentsIn(db);
  const facts = await db
    .selectFrom('task_facts')
    .select('body')
    .where('type', 'not in', [...followedTypes])
    .orderBy('type')
    .orderBy('id')
    .execute();
  const all = facts.map(({ body }) => JSON.parse(body) as TaskFact);
  const of = <T extends TaskFact['type']>(type: T) =>
    all.filter((fact): fact is Extract<TaskFact, { type: T }> => fact.type === type);
  return {
    incidents,
    resolver: await resolverOf(db, incidents),
    ...{ coverage: of('coverage'), seats: of('seats'), activeCounts: of('active_count') },
    governanceIncidents: of('governance_incident'),
    connected: await connectedIn(db, columns, all),
  };
}

async function incidentsIn(db: TaskDb): Promise<readonly Incident[]> {
  const rows = await db
    .selectFrom('delivery_facts')
    .select('body')
    .where('type', '=', 'incident')
    .orderBy('id')
    .execute();
  return rows.map(({ body }) => JSON.parse(body) as Incident);
}

async function resolverOf(db: TaskDb, incidents: readonly Incident[]): Promise<ColumnFacts['resolver']> {
  const links = incidents.flatMap((incident) => incident.links);
  const reverting = await db
    .selectFrom('measured_reversals')
    .select('by_change')
    .where('evidence', '<>', 'incident')
    .distinct()
    .execute();
  const changes = await bySlices(
    [
      ...links.flatMap(({ change }) => (change === undefined ? [] : `change ${change}`)),
      ...reverting.map(({ by_change: by }) => `change ${by}`),
    ],
    (some) => db.selectFrom('measured_task_rows').select(['key', 'place']).where('key', 'in', some).execute(),
  );
  const deployments = await bySlices(
    links.flatMap(({ deployment }) => deployment ?? []),
    (some) =>
      db.selectFrom('measured_task_deployments').selectAll().where('deployment', 'in', some).execute(),
  );
  const services = await bySlices(
    incidents.flatMap(({ service }) => service ?? []),
    (some) =>
      db
        .selectFrom('measured_names')
        .select(['name', 'number'])
        .where('kind', '=', 'service')
        .where('name', 'in', some)
        .execute(),
  );
  const rowOf = new Map(changes.map(({ key, place }) => [key, place]));
  const deploymentOf = new Map(deployments.map(({ deployment, place }) => [deployment, place]));
  const serviceOf = new Map(services.map(({ name, number }) => [name, number]));
  return {
    row: (change) => rowOf.get(`change ${change}`),
    deployment: (id) => deploymentOf.get(id),
    service: (name) => serviceOf.get(name),
    reverting: new Set(reverting.flatMap(({ by_change: by }) => rowOf.get(`change ${by}`) ?? [])),
  };
}

const sourceOfType: readonly (readonly [type: TaskFact['type'], source: TaskSource])[] = [
  ['session', 'sessions'],
  ['authorship', 'sessions'],
  ['attestation', 'sessions'],
  ['edits', 'sessions'],
  ['gate', 'gates'],
  ['finding', 'scanners'],
  ['governance_incident', 'governance_incidents'],
  ['seats', 'seats'],
];
const sourceOfCause = { E1: 'exceptions', E2: 'takeovers', E3: 'legal_reviews' } as const;

/** As `connectedSources` says it. */
async function connectedIn(
  db: TaskDb,
  { calls }: LoadedColumns,
  facts: readonly TaskFact[],
): Promise<ReadonlySet<TaskSource>> {
  const found = new Set<TaskSource>();
  for (const [type, source] of [
    ['change', 'changes'],
    ['deployment', 'deployments'],
    ['incident', 'incidents'],
  ] as const) {
    const row = await db
      .selectFrom('delivery_facts')
      .select('id')
      .where('type', '=', type)
      .limit(1)
      .executeTakeFirst();
    if (row !== undefined) found.add(source);
  }
  if (calls.some((chunk) => chunk.flags.some((flags) => flags !== 0))) found.add('usage');
  for (const [type, source] of sourceOfType) {
    const row = await db
      .selectFrom('task_facts')
      .select('id')
      .where('type', '=', type)
      .limit(1)
      .executeTakeFirst();
    if (row !== undefined) found.add(source);
  }
  for (const [cause, source] of Object.entries(sourceOfCause)) {
    const row = await db
      .selectFrom('task_facts')
      .select('id')
      .where('type', '=', 'escalation')
      .where(sql<boolean>`body like ${`%"cause":"${cause}"%`}`)
      .limit(1)
      .executeTakeFirst();
    if (row !== undefined) found.add(source);
  }
  for (const fact of facts) if (fact.type === 'connection') found.add(fact.source);
  return found;
}
