import type { Program, ProgramRepository } from '@fairlead/core/program';
import type { Seeded } from './seeded.ts';

/** Someone with the repositories of their team, in the state of the example program. */
export interface Colleague {
  readonly principal: string;
  readonly repositories: readonly ProgramRepository[];
}

/** Who takes part: of teams that the stage includes, of teams it doesn't, and the machines. */
export interface Staff {
  readonly included: readonly Colleague[];
  readonly waiting: readonly Colleague[];
  readonly services: readonly Colleague[];
}

/** Draws about this many engineers of included teams, and a few of the others. */
export function drawStaff(program: Program, seeded: Seeded, count: number): Staff {
  const stage = program.stages.find(({ id }) => id === program.currentStage);
  const earlier = program.stages
    .filter(({ rank }) => rank <= (stage?.rank ?? 0))
    .flatMap(({ teams }) => teams);
  const inStage = new Set(earlier);
  const everyone = program.teams.flatMap((team) => {
    const repositories = program.repositories.filter(
      ({ id, team: owner }) => owner === team.id || team.repositories.includes(id),
    );
    return team.members.map((member) => ({ team, member, repositories }));
  });
  const colleagues = (included: boolean, kind: 'human' | 'service'): Colleague[] =>
    everyone
      .filter(({ team, member, repositories }) => {
        const fits = member.kind === kind && (kind === 'service' || member.roles.includes('engineer'));
        return (
          fits && repositories.some(({ allowlisted }) => allowlisted) && inStage.has(team.id) === included
        );
      })
      .map(({ member, repositories }) => ({ principal: member.id, repositories }));
  return {
    included: seeded.shuffled(colleagues(true, 'human')).slice(0, count),
    waiting: seeded.shuffled(colleagues(false, 'human')).slice(0, Math.ceil(count / 5)),
    services: colleagues(true, 'service'),
  };
}
