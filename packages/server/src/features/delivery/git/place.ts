/* What a clone is of: where its history begins and ends. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { FairleadError } from '@fairlead/core/errors';
import { git } from '../../../platform/git/index.ts';

/** The commit that a clone's history is read from. */
export interface Head {
  readonly sha: string;
  /** Null for a commit that was checked out without a branch. */
  readonly branch: string | null;
  /** Whether HEAD itself names it: a clone may name a branch that has no commit. */
  readonly isNamed: boolean;
}

/**
 * HEAD; where that names nothing, the branch that was written last.
 * @throws FairleadError `git.*`; `delivery.no-facts` for a repository without a commit
 */
export async function headOf(folder: string): Promise<Head> {
  const [sha] = await git(folder, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']).catch(
    (error: unknown) => {
      if ((error as FairleadError).code !== 'git.failed') throw error;
      return [undefined];
    },
  );
  // Quiet: git says nothing of a repository without commits; of a folder without one it has been told above.
  await git(folder, ['rev-parse', '--git-dir']);
  if (sha !== undefined) {
    const [name = 'HEAD'] = await git(folder, ['rev-parse', '--abbrev-ref', 'HEAD']);
    return { sha, branch: name === 'HEAD' ? null : name, isNamed: true };
  }
  const newest = ['for-each-ref', '--sort=-committerdate', '--count=1'];
  const [line] = await git(folder, [
    ...newest,
    '--format=%(objectname) %(refname:short)',
    'refs/heads',
    'refs/remotes',
  ]);
  const [commit, branch] = line?.split(' ') ?? [];
  if (commit === undefined || branch === undefined)
    throw new FairleadError('delivery.no-facts', {
      message: 'The repository has no commit.',
      place: { file: folder },
      fix: 'Name one with a history: --git DIR or URL.',
    });
  return { sha: commit, branch, isNamed: false };
}

/** Commits at which a shallow clone ends: what came before them isn't there. Empty for a whole one. */
export async function shallowCommits(folder: string): Promise<ReadonlySet<string>> {
  const [path] = await git(folder, ['rev-parse', '--git-path', 'shallow']);
  const text = await readFile(resolve(folder, path ?? ''), 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  });
  return new Set(text.split('\n').filter((line) => line !== ''));
}
