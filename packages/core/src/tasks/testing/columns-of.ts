import { broughtBy, reversalsOf } from '../../delivery/index.ts';
import {
  type ColumnFacts,
  callLayout,
  callValues,
  deploymentLayout,
  type Layout,
  measureBranches,
  type Reading,
  rowLayout,
  slots,
  type TaskColumns,
} from '../columns/index.ts';
import type { TaskFact, UsageCall } from '../facts.ts';
import type { TaskInput, TaskOptions } from '../input.ts';
import { orderOf } from '../items.ts';
import { branchKey } from '../lives.ts';
import { connectedSources, withNotedSessions } from '../sources.ts';

interface Columns {
  readonly columns: TaskColumns;
  readonly reading: Reading;
  readonly facts: ColumnFacts;
}

/** Columns of everything at once, in any order. */
export function columnsOf(input: TaskInput, options: TaskOptions, mixed: Mixing = (items) => items): Columns {
  return columnsIn()(input, options, mixed);
}

type Mixing = <T>(items: readonly T[]) => readonly T[];

/** Columns of one input after the other: what has a place keeps it, and a chunk in which nothing changes is the same one. */
export function columnsIn(): (input: TaskInput, options: TaskOptions, mixed?: Mixing) => Columns {
  const kept = {
    ...{ repositories: numbering(), people: numbering(), sessions: numbering(), services: numbering() },
    ...{ rows: placing<string>(), deployments: placing<string>(), calls: placing<UsageCall>() },
    chunks: new Map<string, unknown[]>(),
  };
  return (input, options, mixed = (items) => items) => columnsAt(kept, input, options, mixed);
}

interface Kept {
  readonly repositories: ReturnType<typeof numbering>;
  readonly people: ReturnType<typeof numbering>;
  readonly sessions: ReturnType<typeof numbering>;
  readonly services: ReturnType<typeof numbering>;
  readonly rows: (key: string) => number;
  readonly deployments: (id: string) => number;
  readonly calls: (call: UsageCall) => number;
  readonly chunks: Map<string, unknown[]>;
}

function placing<Key>(): (key: Key) => number {
  const places = new Map<Key, number>();
  return (key) => {
    const place = places.get(key) ?? places.size;
    places.set(key, place);
    return place;
  };
}

function columnsAt(kept: Kept, input: TaskInput, { now, teamOf }: TaskOptions, mixed: Mixing): Columns {
  const { repositories, people, sessions, services } = kept;
  const { histories, deployments, incidents } = input.delivery;
  const facts = withNotedSessions(input);
  const bases = new Set(histories.map(({ change }) => branchKey(change.repository, change.base)));
  const measured = mixed(
    measureBranches({
      ...{
        histories,
        facts,
        reversals: reversalsOf(histories, incidents),
        agentAccounts: input.agentAccounts,
      },
      ...{ isBase: (branch) => bases.has(branch), now },
    }),
  );
  const rowOf = new Map(measured.map(({ key }) => [key, kept.rows(key)]));
  const byMerge = new Map(
    histories.map(({ change }) => [`${change.repository} ${change.mergeCommit}`, `change ${change.id}`]),
  );
  const rows = measured.map(({ key, repository, person, author, values, stays }) => {
    const names = {
      ...{ repository: repositories.of(repository), person: people.of(person), author: people.of(author) },
      stays: stays.flatMap(({ session, from, order }) => [sessions.of(session), from, order]),
    };
    return [kept.rows(key), { ...values, ...names }] as const;
  });
  const brought = mixed(deployments).flatMap((one) => {
    const reached = broughtBy(one);
    return reached === null ? [] : [{ ...one, ...reached }];
  });
  const columns: TaskColumns = {
    rows: chunked(kept, 'rows', rowLayout, rows),
    deployments: chunked(
      ...([kept, 'deployments', deploymentLayout] as const),
      brought.map(({ id, repository, service, finished, shas }) => {
        const names = { repository: repositories.of(repository), service: services.of(service) };
        const changes = shas.flatMap((sha) => rowOf.get(byMerge.get(`${repository} ${sha}`) ?? '') ?? []);
        return [kept.deployments(id), { finished, ...names, order: orderOf(id), flags: 1, changes }] as const;
      }),
    ),
    calls: chunked(
      ...([kept, 'calls', callLayout] as const),
      input.calls.map((call) => {
        const entry = kept.calls(call);
        const own = { session: sessions.of(call.session), person: people.of(call.person), entry };
        return [entry, callValues(call, own)] as const;
      }),
    ),
    repositories: repositories.names,
    people: people.names,
  };
  const of = <T extends TaskFact['type']>(type: T) =>
    input.facts.filter((fact): fact is Extract<TaskFact, { type: T }> => fact.type === type);
  const deploymentNumbers = new Map(brought.map(({ id }) => [id, kept.deployments(id)]));
  return {
    columns,
    reading: {
      now,
      teams: repositories.names.map((name) => (name === '' ? '' : teamOf(name))),
      personOf: Uint32Array.from(people.names, (_, i) => i),
    },
    facts: {
      incidents,
      resolver: {
        row: (change) => rowOf.get(`change ${change}`),
        deployment: (id) => deploymentNumbers.get(id),
        service: (name) => services.known(name),
        reverting: new Set(
          [...reversalsOf(histories, incidents).values()].flatMap(({ by, evidence }) =>
            evidence === 'incident' ? [] : rowOf.get(`change ${by}`)!,
          ),
        ),
      },
      enrolments: input.enrolments.map(({ person, ...rest }) => ({ ...rest, person: people.of(person) })),
      ...{ coverage: of('coverage'), seats: of('seats'), activeCounts: of('active_count') },
      governanceIncidents: of('governance_incident'),
      connected: connectedSources(input),
    },
  };
}

function numbering() {
  const names = [''];
  const numbers = new Map<string, number>();
  return {
    names,
    known: (name: string) => numbers.get(name),
    of(name: string | null): number {
      if (name === null) return 0;
      const number = numbers.get(name) ?? names.push(name) - 1;
      numbers.set(name, number);
      return number;
    },
  };
}

type ValuesOf<L> = L extends { withSlots(chunk: never, updates: ReadonlyMap<number, infer V>): unknown }
  ? V
  : never;

function chunked<D extends string, W extends string, S extends string>(
  { chunks: known }: Pick<Kept, 'chunks'>,
  series: string,
  layout: Layout<D, W, S>,
  placed: readonly (readonly [place: number, values: NonNullable<ValuesOf<Layout<D, W, S>>>])[],
) {
  type Chunk = ReturnType<typeof layout.decode>;
  const before = (known.get(series) ?? []) as Chunk[];
  const byChunk = Map.groupBy(placed, ([place]) => Math.floor(place / slots));
  const count = Math.max(before.length, ...[...byChunk.keys()].map((number) => number + 1));
  const chunks = Array.from({ length: count }, (_, number): Chunk => {
    const own = new Map((byChunk.get(number) ?? []).map(([place, values]) => [place % slots, values]));
    const bytes = layout.encode(layout.withSlots(layout.empty(), own as never));
    const last = before[number];
    const isSame = last !== undefined && isEqual(layout.encode(last), bytes);
    return isSame ? last : layout.decode(bytes);
  });
  known.set(series, chunks);
  return chunks;
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
