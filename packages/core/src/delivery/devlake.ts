import { type ChangeHistory, type Deployment, isProduction, secondsOf, succeeded } from './facts.ts';
import { sameLogin } from './reviews.ts';

/**
 * One change's metrics as Apache DevLake computes them (project_pr_metrics), for comparing figures. Times are whole
 * minutes, rounded up; a negative span is null and missing from the sum. Reproduces DevLake's own fixture.
 */
export interface DevlakeMetrics {
  readonly id: string;
  readonly first_commit_sha: string | null;
  readonly pr_coding_time: number | null;
  readonly first_review_id: string | null;
  readonly pr_pickup_time: number | null;
  readonly pr_review_time: number | null;
  readonly deployment_commit_id: string | null;
  readonly pr_deploy_time: number | null;
  readonly pr_cycle_time: number | null;
}

/** @returns null for a change that isn't merged: DevLake lists none. */
export function devlakeMetrics(
  { change, events, commits }: ChangeHistory,
  deployments: readonly Deployment[],
): DevlakeMetrics | null {
  const merged = change.mergedAt === undefined ? null : secondsOf(change.mergedAt);
  const created = secondsOf(change.openedAt);
  if (merged === null || created === null) return null;
  const firstCommit = earliest(
    commits,
    ({ authoredAt }) => secondsOf(authoredAt),
    ({ sha }) => sha,
  );
  const review = earliest(
    events.filter(
      ({ kind, by, state }) =>
        /^(comment|review|inline_comment)$/.test(kind) &&
        state !== 'pending' &&
        by.login !== null &&
        !sameLogin(by.login, change.author.login),
    ),
    ({ at }) => secondsOf(at),
    ({ id }) => id,
  );
  const deployment = earliest(
    deployments.filter((one) => holds(one, change.mergeCommit)),
    ({ startedAt }) => secondsOf(startedAt),
    ({ id }) => id,
  );
  const finished = deployment === null ? null : secondsOf(deployment.item.finishedAt);
  const coding = minutes(firstCommit?.at ?? null, created);
  const deploy = minutes(merged, finished);
  const cycle = (coding ?? 0) + (minutes(created, merged) ?? 0) + (deploy ?? 0);
  return {
    id: change.id,
    first_commit_sha: firstCommit?.item.sha ?? null,
    pr_coding_time: coding,
    first_review_id: review?.item.id ?? null,
    pr_pickup_time: minutes(created, review?.at ?? null),
    pr_review_time: minutes(review?.at ?? null, merged),
    deployment_commit_id: deployment?.item.id ?? null,
    pr_deploy_time: deploy,
    pr_cycle_time: cycle === 0 ? null : cycle,
  };
}

/** DevLake knows what a deployment brought only from the previous successful one: the first ever brought nothing. */
function holds(deployment: Deployment, mergeCommit: string | undefined): boolean {
  if (mergeCommit === undefined || !deployment.previousCommit) return false;
  if (!succeeded(deployment.result) || !isProduction(deployment)) return false;
  return deployment.commits?.includes(mergeCommit) ?? false;
}

function minutes(from: number | null, to: number | null): number | null {
  if (from === null || to === null || to < from) return null;
  return Math.ceil((to - from) / 60);
}

function earliest<Item>(
  items: readonly Item[],
  timeOf: (item: Item) => number | null,
  idOf: (item: Item) => string,
): { readonly item: Item; readonly at: number } | null {
  let found: { readonly item: Item; readonly at: number } | null = null;
  for (const item of items) {
    const at = timeOf(item);
    if (at === null) continue;
    if (found === null || at < found.at || (at === found.at && idOf(item) < idOf(found.item)))
      found = { item, at };
  }
  return found;
}
