import type { ColumnFollower, Enrolment } from '@fairlead/core/tasks';
import type { DeliveryStore } from '../../delivery/api.ts';
import { withAtomLog } from '../atom-log.ts';
import type { TaskRowsQuery } from '../types.ts';
import type { LoadedColumns } from './chunks.ts';
import type { SmallFacts } from './facts.ts';
import type { TaskSnapshot } from './snapshot.ts';

export interface SnapshotQuery {
  readonly query: TaskRowsQuery & { readonly teamsKnown?: boolean | undefined };
  /** People as figures count them. */
  readonly enrolments: readonly Enrolment[];
  /** By the name that rows and calls have of someone, the one that figures count. */
  readonly personOf: ReadonlyMap<string, string>;
  readonly teamOf: (repository: string) => string;
  readonly now: number;
  readonly closedAtoms: DeliveryStore['closedAtoms'];
  readonly tree: string;
}

/** What follows a snapshot. */
export interface SnapshotFollowing {
  readonly columns: ColumnFollower;
  readonly facts: SmallFacts;
}

/** The figures of what a snapshot holds. */
export async function snapshotRows(
  { columns }: TaskSnapshot,
  following: Pick<SnapshotFollowing, 'columns'>,
  small: Awaited<ReturnType<SmallFacts>>,
  { query, enrolments, personOf, teamOf, now, closedAtoms, tree }: SnapshotQuery,
) {
  const { people, numberOf } = numbered(columns, [
    ...personOf.values(),
    ...enrolments.map(({ person }) => person),
  ]);
  const reading = {
    now,
    teams: columns.repositories.map((name) => (name === '' ? '' : teamOf(name))),
    personOf: Uint32Array.from(people, (name, i) => numberOf.get(personOf.get(name) ?? name) ?? i),
  };
  const facts = {
    ...small,
    enrolments: enrolments.map(({ person, ...rest }) => ({ ...rest, person: numberOf.get(person)! })),
  };
  const figures = following.columns.figures({ ...columns, people }, reading, facts);
  return withAtomLog(closedAtoms, tree, (log) => figures.rows(query, log));
}

/** Numbers of everybody, those included that no row and no call names. */
function numbered({ people: known }: LoadedColumns, more: readonly string[]) {
  const people = [...known];
  const numberOf = new Map(people.map((name, number) => [name, number]));
  for (const name of more) {
    if (numberOf.has(name)) continue;
    numberOf.set(name, people.length);
    people.push(name);
  }
  return { people, numberOf };
}
