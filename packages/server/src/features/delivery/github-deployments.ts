import type { Deployment } from '@fairlead/core/delivery';
import { z } from 'zod';

const time = z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'not a time');

/** A deployment as GitHub's REST API and its webhooks give it. */
export const restDeployment = z.looseObject({
  id: z.int(),
  sha: z.string().min(1),
  environment: z.string().max(200),
  created_at: time,
});
export const restDeploymentStatus = z.looseObject({
  state: z.string().max(60),
  created_at: time,
  environment: z.string().max(200).nullish(),
  deployment_url: z.string().optional(),
});

/** What the API says of `compare/BASE...HEAD`: which commits HEAD has and BASE had not. */
export const restCompare = z.looseObject({
  status: z.enum(['ahead', 'identical', 'behind', 'diverged']).optional(),
  total_commits: z.int(),
  base_commit: z.looseObject({ sha: z.string().min(1) }),
  commits: z.array(z.looseObject({ sha: z.string().min(1) })),
});

export type RestCompare = z.output<typeof restCompare>;
export type RestDeployment = z.output<typeof restDeployment>;
export type RestDeploymentStatus = z.output<typeof restDeploymentStatus>;

export function deploymentId(repository: string, id: number): string {
  return `${repository} deployment ${id}`;
}

/**
 * A deployment as one of its states shows it; without one it is pending. GitHub says neither which commits it brought
 * nor what was deployed before. Its `inactive` says that a later one took its place, which is no outcome: nothing.
 */
export function deploymentOf(
  { id, sha, environment, created_at }: RestDeployment,
  status: RestDeploymentStatus | null,
  repository: string,
): readonly Deployment[] {
  const result = status?.state.toLowerCase() ?? 'pending';
  if (result === 'inactive') return [];
  return [
    {
      type: 'deployment',
      id: deploymentId(repository, id),
      repository,
      service: repository,
      environment: status?.environment || environment,
      result,
      startedAt: created_at,
      finishedAt: status?.created_at ?? created_at,
      commit: sha,
    },
  ];
}

/** A deployment with what it brought, from the comparison of its commit with the one that was deployed before. */
export function broughtBy(
  deployment: Deployment,
  { status: range, commits, base_commit }: RestCompare,
): Deployment {
  return {
    ...deployment,
    previousCommit: base_commit.sha,
    commits: commits.map(({ sha }) => sha),
    ...(range !== undefined && { range }),
  };
}

/** The number in `…/deployments/31` or `…/deployments/31/statuses/7`. */
export function deploymentNumber(url: string | undefined): number | null {
  const match = /\/deployments\/(\d+)(?:\/|$)/.exec(url ?? '');
  return match === null ? null : Number(match[1]);
}
