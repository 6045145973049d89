import { type Change, type Deployment, isProduction, secondsOf, succeeded } from './facts.ts';
import type { DeployedAt } from './timeline.ts';

/**
 * For each merge commit, when it reached production: the finish of the earliest-finishing successful production
 * deployment that brought it. A deployment brings the commits it lists, and the one it deployed.
 */
export function deploymentsOf(deployments: readonly Deployment[]): (change: Change) => DeployedAt {
  const finished = new Map<string, number>();
  const deploying = new Set<string>();
  for (const deployment of deployments) {
    const at = secondsOf(deployment.finishedAt);
    if (at === null || !isProduction(deployment.environment) || !succeeded(deployment.result)) continue;
    deploying.add(deployment.repository);
    for (const sha of [deployment.commit, ...(deployment.commits ?? [])]) {
      const key = `${deployment.repository} ${sha}`;
      finished.set(key, Math.min(finished.get(key) ?? at, at));
    }
  }
  return ({ repository, mergeCommit }) => {
    const at = mergeCommit === undefined ? undefined : finished.get(`${repository} ${mergeCommit}`);
    if (at !== undefined) return { kind: 'deployed', at };
    return { kind: deploying.has(repository) ? 'pending' : 'not_applicable' };
  };
}
