import type { Program } from '@fairlead/core/program';
import { lateFactsOf, teamIn, teamsOfRepositories } from '../delivery/api.ts';
import type { TaskProgram } from './reader.ts';
import type { TaskFiguresDeps } from './service.ts';

/** What figures of tasks need of a program. */
export function taskProgram(program: Program): TaskProgram {
  const { repositories, teams, assistants, organisation } = program;
  return {
    teams: teamsOfRepositories(repositories),
    members: Object.fromEntries(teams.flatMap(({ id, members }) => members.map((member) => [member.id, id]))),
    agentAccounts: assistants.flatMap(({ accounts = [] }) => accounts),
    names: { defaultHost: organisation.defaultHost },
    lateFacts: lateFactsOf(program),
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
