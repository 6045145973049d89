import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ChangeHistory, Commit, DeliveryFact, DeliveryFacts } from '@fairlead/core/delivery';
import { FairleadError } from '@fairlead/core/errors';
import { normaliseRepository } from '@fairlead/core/wire';
import { git } from '../../platform/git/index.ts';
import { changesOf } from './git/changes.ts';
import { readLog } from './git/read-log.ts';

export interface CollectedGit {
  readonly repository: string;
  readonly facts: DeliveryFacts;
  /** The same, one after the other. */
  readonly all: readonly DeliveryFact[];
  /** What git can't tell of this history, in words. */
  readonly remarks: readonly string[];
}

/**
 * The changes in a clone, or in a repository at a URL, of which a bare copy is made for the time being. Reads only.
 * @param name of the repository; that of the clone's remote unless told.
 * @throws FairleadError `git.*`, `delivery.no-facts` for a repository without commits.
 */
export async function collectGit(place: string, name?: string): Promise<CollectedGit> {
  if (!/^[a-z+]+:\/\/|^[\w.-]+@[\w.-]+:/i.test(place)) return collect(resolve(place), place, name);
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-clone-'));
  try {
    await git(folder, ['clone', '--quiet', '--bare', '--filter=blob:none', '--', place, 'copy']);
    return await collect(join(folder, 'copy'), place, name);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function collect(folder: string, place: string, name?: string): Promise<CollectedGit> {
  const [head] = await git(folder, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']).catch(
    (error: unknown) => {
      if ((error as FairleadError).code !== 'git.failed') throw error;
      return [undefined];
    },
  );
  // Quiet: git says nothing of a repository without commits; of a folder without one it has been told above.
  await git(folder, ['rev-parse', '--git-dir']);
  if (head === undefined)
    throw new FairleadError('delivery.no-facts', { message: 'The repository has no commit.' });
  const repository =
    name ??
    (await remoteName(folder)) ??
    normaliseRepository(place, { defaultHost: 'localhost' }) ??
    'localhost/local/clone';
  const [branch = 'HEAD'] = await git(folder, ['rev-parse', '--abbrev-ref', 'HEAD']);
  const { facts: all, direct } = changesOf(await readLog(folder, head), head, { repository, branch });
  const remarks = [
    'git knows neither when a change was opened nor who reviewed it: import the host’s data for review figures',
    ...(direct === 0 ? [] : [`${direct} commits came to ${branch} directly, in no change`]),
  ];
  const facts = { histories: historiesOf(all), deployments: [], incidents: [] };
  return { repository, facts, all, remarks };
}

/** The repository that a clone is of, by its remote `origin`; null without one. @throws FairleadError `git.*` */
export async function remoteName(folder: string): Promise<string | null> {
  const urls = await git(folder, ['config', '--get-all', 'remote.origin.url']).catch(() => []);
  return urls[0] === undefined ? null : normaliseRepository(urls[0], { defaultHost: 'localhost' });
}

function historiesOf(facts: ReturnType<typeof changesOf>['facts']): readonly ChangeHistory[] {
  const commits = Map.groupBy(
    facts.filter((fact): fact is Commit => fact.type === 'commit'),
    ({ change }) => change,
  );
  return facts.flatMap((fact) =>
    fact.type === 'change' ? [{ change: fact, events: [], commits: commits.get(fact.id) ?? [] }] : [],
  );
}
