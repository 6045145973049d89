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
import type { TaskFact } from '../facts.ts';
import type { TaskInput, TaskOptions } from '../input.ts';
import { orderOf } from '../items.ts';
import { branchKey } from '../lives.ts';
import { connectedSources, withNotedSessions } from '../sources.ts';

/** Columns of everything at once, in any order. */
export function columnsOf(
  input: TaskInput,
  { now, teamOf }: TaskOptions,
  mixed: <T>(items: readonly T[]) => readonly T[] = (items) => items,
): { readonly columns: TaskColumns; readonly reading: Reading; readonly facts: ColumnFacts } {
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
  const [repositories, people, sessions, services] = [numbering(), numbering(), numbering(), numbering()];
  const rowOf = new Map(measured.map(({ key }, i) => [key, i]));
  const byMerge = new Map(
    histories.map(({ change }) => [`${change.repository} ${change.mergeCommit}`, `change ${change.id}`]),
  );
  const rows = measured.map(({ repository, person, author, values, stays }) => ({
    ...values,
    ...{ repository: repositories.of(repository), person: people.of(person), author: people.of(author) },
    stays: stays.flatMap(({ session, from, order }) => [sessions.of(session), from, order]),
  }));
  const brought = mixed(deployments).flatMap((one) => {
    const reached = broughtBy(one);
    return reached === null ? [] : [{ ...one, ...reached }];
  });
  const columns: TaskColumns = {
    rows: chunked(rowLayout, rows),
    deployments: chunked(
      deploymentLayout,
      brought.map(({ id, repository, service, finished, shas }) => ({
        ...{ finished, repository: repositories.of(repository), service: services.of(service) },
        ...{ order: orderOf(id), flags: 1 },
        changes: shas.flatMap((sha) => rowOf.get(byMerge.get(`${repository} ${sha}`) ?? '') ?? []),
      })),
    ),
    calls: chunked(
      callLayout,
      input.calls.map((call, entry) =>
        callValues(call, { session: sessions.of(call.session), person: people.of(call.person), entry }),
      ),
    ),
    repositories: repositories.names,
    people: people.names,
  };
  const of = <T extends TaskFact['type']>(type: T) =>
    input.facts.filter((fact): fact is Extract<TaskFact, { type: T }> => fact.type === type);
  const deploymentNumbers = new Map(brought.map(({ id }, i) => [id, i]));
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
  layout: Layout<D, W, S>,
  values: readonly NonNullable<ValuesOf<Layout<D, W, S>>>[],
) {
  const chunks = [];
  for (let from = 0; from < values.length; from += slots) {
    const own = new Map(values.slice(from, from + slots).map((value, slot) => [slot, value] as const));
    chunks.push(layout.decode(layout.encode(layout.withSlots(layout.empty(), own as never))));
  }
  return chunks;
}
