import type { Program } from '@fairlead/core/program';
import { ownerOf } from '../delivery/api.ts';
import type { TaskFiguresDeps, TaskReadings } from './service.ts';

/** What figures need of a program, as data: it goes to another thread. */
export interface TaskProgram {
  /** Team of each repository, aliases included. */
  readonly teams: { readonly [repository: string]: string };
  /** Team of each member. */
  readonly members: { readonly [principal: string]: string };
  /** Logins of assistants' own accounts. */
  readonly agentAccounts: readonly string[];
  readonly defaultHost: string;
}

export function programFacts({ repositories, teams, assistants, organisation }: Program): TaskProgram {
  return {
    teams: Object.fromEntries(
      repositories.flatMap(({ id, aliases, team }) => [id, ...aliases].map((name) => [name, team])),
    ),
    members: Object.fromEntries(teams.flatMap(({ id, members }) => members.map((member) => [member.id, id]))),
    agentAccounts: assistants.flatMap(({ accounts = [] }) => accounts),
    defaultHost: organisation.defaultHost,
  };
}

/** Without a program a repository's team is whoever owns it on its host, and no account is an assistant's. */
export function figuresDeps(
  readings: TaskReadings,
  program: TaskProgram | null,
  now: () => number,
): TaskFiguresDeps {
  const own = (map: { readonly [key: string]: string } | undefined, key: string) =>
    map !== undefined && Object.hasOwn(map, key) ? map[key]! : null;
  return {
    readings,
    now,
    agentAccounts: program?.agentAccounts ?? [],
    names: { defaultHost: program?.defaultHost ?? 'github.com' },
    teamOf: (repository) =>
      program === null ? ownerOf(repository) : (own(program.teams, repository) ?? 'unmapped'),
    teamOfMember: (principal) => own(program?.members, principal),
  };
}
