import type { Incident } from '@fairlead/core/delivery';
import type { ColumnFacts, TaskFact, TaskSource } from '@fairlead/core/tasks';
import { sql } from 'kysely';
import { snapshotParts } from '../../delivery/api.ts';
import type { LoadedColumns } from './chunks.ts';
import { followedTypes } from './schema.ts';
import { deliveryOf, type TaskDb } from './tables.ts';

const { bySlices, newestSeq, readState } = snapshotParts;

type Facts = Omit<ColumnFacts, 'enrolments'>;

/** As JSON, one text for each. */
export interface FactBodies {
  readonly incidents: readonly string[];
  readonly others: readonly string[];
}

export async function factBodies(db: TaskDb): Promise<FactBodies> {
  return { incidents: await incidentsIn(db), others: await othersIn(db) };
}

/** What figures need beside the columns; what didn't change is the same object. */
export type SmallFacts = (bodies: FactBodies) => Promise<Facts>;

export function smallFacts(db: TaskDb, columns: LoadedColumns): SmallFacts {
  const incidents = remembered((bodies: readonly string[]) =>
    bodies.map((body) => JSON.parse(body) as Incident),
  );
  const others = remembered((bodies: readonly string[]) =>
    bodies.map((body) => JSON.parse(body) as TaskFact),
  );
  let resolver: { readonly version: string; readonly value: ColumnFacts['resolver'] } | null = null;
  return async (bodies) => {
    const known = incidents(bodies.incidents);
    const version = await versionOf(db, known);
    if (resolver?.version !== version) resolver = { version, value: await resolverOf(db, known) };
    const all = others(bodies.others);
    const of = <T extends TaskFact['type']>(type: T) =>
      all.filter((fact): fact is Extract<TaskFact, { type: T }> => fact.type === type);
    return {
      ...{ incidents: known, resolver: resolver.value },
      ...{ coverage: of('coverage'), seats: of('seats'), activeCounts: of('active_count') },
      governanceIncidents: of('governance_incident'),
      connected: await connectedIn(db, columns, all),
    };
  };
}

function remembered<Value extends object>(parse: (bodies: readonly string[]) => Value) {
  let last: { readonly bodies: readonly string[]; readonly value: Value } | null = null;
  return (bodies: readonly string[]): Value => {
    const isSame =
      last?.bodies.length === bodies.length && bodies.every((body, i) => body === last!.bodies[i]);
    if (last === null || !isSame) last = { bodies, value: parse(bodies) };
    return last.value;
  };
}

async function incidentsIn(db: TaskDb): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('delivery_facts')
    .select('body')
    .where('type', '=', 'incident')
    .orderBy('id')
    .execute();
  return rows.map(({ body }) => body);
}

async function othersIn(db: TaskDb): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('task_facts')
    .select('body')
    .where('type', 'not in', [...followedTypes])
    .orderBy('type')
    .orderBy('id')
    .execute();
  return rows.map(({ body }) => body);
}

const numbers = new WeakMap<object, number>();
let lastNumber = 0;

/** Names and reversals only come with changes and rows that are written. */
async function versionOf(db: TaskDb, incidents: readonly Incident[]): Promise<string> {
  if (!numbers.has(incidents)) numbers.set(incidents, ++lastNumber);
  const state = await readState(deliveryOf(db));
  const seq = await newestSeq(deliveryOf(db));
  return [numbers.get(incidents), seq, state.get('tasks revision'), state.get('links')].join(' ');
}

async function resolverOf(db: TaskDb, incidents: readonly Incident[]): Promise<ColumnFacts['resolver']> {
  const links = incidents.flatMap((incident) => incident.links);
  const reverting = await db
    .selectFrom('measured_reversals')
    .innerJoin('measured_task_rows', (join) =>
      join.on(sql`measured_task_rows.key`, '=', sql`'change ' || measured_reversals.by_change`),
    )
    .select('measured_task_rows.place')
    .where('evidence', '<>', 'incident')
    .distinct()
    .execute();
  const changes = await bySlices(
    links.flatMap(({ change }) => (change === undefined ? [] : `change ${change}`)),
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
    reverting: new Set(reverting.map(({ place }) => place)),
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
