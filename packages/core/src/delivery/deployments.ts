import { type Change, type Deployment, isProduction, secondsOf, succeeded } from './facts.ts';
import type { DeployedAt } from './timeline.ts';

/** What a deployment brought to production, and when, seconds; null when it didn't succeed or went elsewhere. */
export function broughtBy(
  deployment: Deployment,
): { readonly finished: number; readonly shas: readonly string[] } | null {
  const { finishedAt, result, commit, commits = [] } = deployment;
  const finished = secondsOf(finishedAt);
  if (finished === null || !isProduction(deployment) || !succeeded(result)) return null;
  return { finished, shas: [...new Set([commit, ...commits])] };
}

/**
 * For each merge commit, when it reached production: the finish of the earliest-finishing successful production
 * deployment that brought it. A deployment brings the commits it lists, and the one it deployed.
 */
export function deploymentsOf(deployments: readonly Deployment[]): (change: Change) => DeployedAt {
  const earliest = new Map<string, number>();
  const deploying = new Set<string>();
  for (const deployment of deployments) {
    const reached = broughtBy(deployment);
    if (reached === null) continue;
    deploying.add(deployment.repository);
    for (const sha of reached.shas) {
      const key = `${deployment.repository} ${sha}`;
      earliest.set(key, Math.min(earliest.get(key) ?? reached.finished, reached.finished));
    }
  }
  return ({ repository, mergeCommit }) => {
    const at = mergeCommit === undefined ? undefined : earliest.get(`${repository} ${mergeCommit}`);
    if (at !== undefined) return { kind: 'deployed', at };
    return { kind: deploying.has(repository) ? 'pending' : 'not_applicable' };
  };
}
