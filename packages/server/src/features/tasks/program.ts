import type { Program } from '@fairlead/core/program';
import { teamIn, teamsOfRepositories } from '../delivery/api.ts';
import type { TaskProgram } from './reader.ts';
import type { TaskFiguresDeps } from './service.ts';

/** What figures of tasks need of a program. */
export function taskProgram({ repositories, teams, assistants, organisation }: Program): TaskProgram {
  return {
    teams: teamsOfRepositories(repositories),
    members: Object.fromEntries(teams.flatMap(({ id, members }) => members.map((member) => [member.id, id]))),
    agentAccounts: assistants.flatMap(({ accounts = [] }) => accounts),
    names: { defaultHost: organisation.defaultHost },
  };
}

/** The same as what figures ask for. */
export function programDeps({
  teams,
  members,
  agentAccounts,
  names,
}: TaskProgram): Omit<TaskFiguresDeps, 'readings' | 'snapshot' | 'now' | 'closedAtoms'> {
  return {
    agentAccounts,
    names,
    teamOf: teamIn(teams),
    // A name such as `constructor` is nobody's member.
    teamOfMember: (principal) => (Object.hasOwn(members, principal) ? (members[principal] ?? null) : null),
  };
}
