import { type Compare, type Deployment, rangesWanted, withRange } from '@fairlead/core/delivery';
import { FairleadError } from '@fairlead/core/errors';
import { git, gitLines } from '../../../platform/git/index.ts';
import type { DeliveryStore } from '../store.ts';

const mostCommits = 100_000;
const factsAtOnce = 200;

/**
 * Finds out which commits deployments of `repository` brought, from a clone of it. @returns of how many.
 * @throws FairleadError `git.*`; `git.shallow` for a clone that lacks a part of its history.
 */
export async function takeRanges(store: DeliveryStore, clone: string, repository: string): Promise<number> {
  const compare = await compareIn(clone);
  const wanted = rangesWanted(await store.deployments(repository));
  for (let i = 0; i < wanted.length; i += factsAtOnce) {
    const facts: Deployment[] = [];
    for (const one of wanted.slice(i, i + factsAtOnce)) facts.push(await withRange(one, compare));
    await store.upsert(facts);
  }
  return wanted.length;
}

/** Compares commits of a clone, `git rev-list BASE..HEAD`. @throws FairleadError `git.*`. */
export async function compareIn(clone: string): Promise<Compare> {
  const [isShallow] = await git(clone, ['rev-parse', '--is-shallow-repository']);
  // Where its history is cut off everything after it would read as new.
  if (isShallow === 'true') throw new FairleadError('git.shallow', { place: { file: clone } });
  return async (base, head) => {
    const [from, to] = [await commitIn(clone, base), await commitIn(clone, head)];
    if (from === null || to === null) return null;
    const [counts = ''] = await git(clone, ['rev-list', '--left-right', '--count', `${from}...${to}`, '--']);
    const [behind = 0, ahead = 0] = counts.split('\t').map(Number);
    const status =
      ahead === 0 ? (behind === 0 ? 'identical' : 'behind') : behind === 0 ? 'ahead' : 'diverged';
    const commits: string[] = [];
    const args = ['rev-list', '--reverse', '--topo-order', `${from}..${to}`, '--'];
    for await (const sha of gitLines(clone, args)) {
      commits.push(sha);
      if (commits.length === mostCommits) break;
    }
    return { status, commits, ...(commits.length < ahead && { isCut: true }) };
  };
}

/** The whole id of a commit; null for what is none, whatever a file says. */
async function commitIn(clone: string, name: string): Promise<string | null> {
  if (!/^[0-9a-f]{7,64}$/i.test(name)) return null;
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`];
  const [sha] = await git(clone, args).catch((error: unknown) => {
    if ((error as FairleadError).code !== 'git.failed') throw error;
    return [];
  });
  return sha ?? null;
}
