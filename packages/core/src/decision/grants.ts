import { normaliseRepository } from '../wire/repository.ts';
import type { ProgramIndex } from './types.ts';

/** Whether a principal may be given a credential for a repository, and if not, why. */
export type Grant =
  | { readonly granted: true; readonly repository: string }
  | {
      readonly granted: false;
      /** `malformed` is no repository's name; `not-listed` is granted, but no assistant may work there. */
      readonly reason: 'malformed' | 'not-granted' | 'not-listed';
      /** The repository that was meant, null when the name can't be read. */
      readonly repository: string | null;
    };

/** The id in force of a repository, from any spelling of its remote; null when the text is none. */
export function repositoryIdOf(index: ProgramIndex, name: string): string | null {
  const id = normaliseRepository(name, { defaultHost: index.program.organisation.defaultHost });
  return id === null ? null : (index.repository(id)?.id ?? id);
}

/**
 * The repositories a principal may be given credentials for: those that a team of theirs owns, and those listed under
 * one in teams.yaml. Ids in force, unique, sorted. Empty for whom the program doesn't know.
 */
export function grantedRepositories(index: ProgramIndex, principal: string): readonly string[] {
  const teams = new Set(index.teamsOf(principal));
  const owned = index.program.repositories.filter(({ team }) => teams.has(team)).map(({ id }) => id);
  const listed = index.program.teams
    .filter(({ id }) => teams.has(id))
    .flatMap(({ repositories }) => repositories)
    .flatMap((name) => repositoryIdOf(index, name) ?? []);
  return [...new Set([...owned, ...listed])].sort();
}

/** Those of these repositories (ids in force) that a principal is not granted. */
export function beyondGrants(
  index: ProgramIndex,
  principal: string,
  repositories: readonly string[],
): readonly string[] {
  const granted = new Set(grantedRepositories(index, principal));
  return repositories.filter((repository) => !granted.has(repository));
}

/** Answers for one repository, named as its remote spells it. */
export function grantOf(index: ProgramIndex, principal: string, name: string): Grant {
  const repository = repositoryIdOf(index, name);
  if (repository === null) return { granted: false, reason: 'malformed', repository: null };
  if (!grantedRepositories(index, principal).includes(repository)) {
    return { granted: false, reason: 'not-granted', repository };
  }
  if (index.repository(repository)?.allowlisted !== true) {
    return { granted: false, reason: 'not-listed', repository };
  }
  return { granted: true, repository };
}
