/* Merges of a branch into itself: what `git pull` leaves where somebody had commits of their own. */
import { normaliseRepository } from '@fairlead/core/wire';
import type { GitCommit } from './read-log.ts';

/** Of which branch of which repository a history is. */
export interface OwnBranch {
  /** Null where none is checked out. */
  readonly branch: string | null;
  /** `host/owner/name`, as told and as its remote says; empty where nothing names it. */
  readonly names: readonly string[];
}

/** As git writes it; hosts put the branch that a change went into between quotes. */
const merge =
  /^Merge (?:remote(?:-tracking)? )?branch '(?:origin\/)?([^']+)'(?! into ')(?: of (.+?))?(?: into \S+)?$/;

/**
 * Tells whether a merge's second parent is the branch as its host had it, and its first one what somebody had here. The
 * branch of the same name of another repository is a contribution, unless nothing says which repository this is.
 */
export function pullReader({ branch, names }: OwnBranch): (commit: GitCommit) => boolean {
  const branches = branch === null ? ['main', 'master'] : [branch.replace(/^origin\//, '')];
  const paths = names.map(pathOf);
  return ({ parents, message }) => {
    if (parents.length !== 2 || /^See merge request /m.test(message)) return false;
    const [, name, from] = merge.exec(message.split('\n', 1)[0]!) ?? [];
    if (name === undefined || !branches.includes(name)) return false;
    const other = from === undefined ? null : normaliseRepository(from, { defaultHost: 'localhost' });
    return other === null || paths.length === 0 || paths.includes(pathOf(other));
  };
}

/** Without the host: repositories move from one to another, and hosts have several names. */
function pathOf(repository: string): string {
  return repository.slice(repository.indexOf('/') + 1);
}
