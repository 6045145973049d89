import { type Deployment, succeeded } from '@fairlead/core/delivery';
import { deploymentOf } from '../../delivery/api.ts';
import { type DeploymentNode, deploymentsAnswer, moreStatusesAnswer } from './answers.ts';
import type { CollectorDeps } from './deps.ts';
import { deploymentsQuery, moreStatusesQuery } from './queries.ts';
import type { OpenRepository } from './repository.ts';
import { resumeFrom, withMark } from './state.ts';

/** One that has no outcome by then is given up; one that failed may be run again for a day. */
const pendingMs = 14 * 86_400_000;
const failedMs = 86_400_000;
const failed = /^(failure|failed|error)$/;

/** Reads deployments in order of their creation, those without an outcome again. @returns how many were read. */
export async function collectDeployments(
  repository: OpenRepository,
  deps: CollectorDeps,
  signal: AbortSignal,
): Promise<number> {
  const { client, overlapMs, clock } = deps;
  const { deployments, pendingSince: before } = repository.state;
  let after = resumeFrom(deployments, overlapMs, before);
  let pendingSince: string | null = null;
  let read = 0;
  for (let isLast = false; !isLast; ) {
    const variables = { id: repository.state.node, first: 100, after };
    const { node } = await client.ask(
      { text: deploymentsQuery, variables, answer: deploymentsAnswer },
      signal,
    );
    await repository.called(node.nameWithOwner);
    const { nodes, pageInfo, totalCount: total } = node.deployments;
    const facts: Deployment[] = [];
    for (const one of nodes) {
      const deployment = outcomeOf(await withAllStatuses(one, deps, signal), repository.name);
      const patience = failed.test(deployment.result) ? failedMs : pendingMs;
      const isRecent = Date.parse(one.createdAt) > clock.now() - patience;
      if (!succeeded(deployment.result) && isRecent) pendingSince ??= one.createdAt;
      facts.push(deployment);
    }
    after = pageInfo.endCursor;
    isLast = !pageInfo.hasNextPage || after === null;
    read += nodes.length;
    const at = nodes.at(-1)?.createdAt;
    if (at !== undefined && after !== null) {
      const marks = withMark(repository.state.deployments, { at, cursor: after }, overlapMs, before);
      // Until the list is read to its end, what was pending before still is.
      const pending = isLast ? pendingSince : (before ?? pendingSince);
      // What is new, or waited for its outcome, may have brought something.
      const isNews = before !== null || at > (deployments.at(-1)?.at ?? '');
      const ranges = repository.state.ranges && !isNews;
      const state = { ...repository.state, deployments: [...marks], pendingSince: pending, ranges };
      await repository.take({ whole: [], facts }, state);
    }
    deps.onProgress({
      repository: repository.name,
      stage: 'deployments',
      read,
      total,
      budget: client.budget(),
    });
  }
  return read;
}

async function withAllStatuses(
  one: DeploymentNode,
  { client }: CollectorDeps,
  signal: AbortSignal,
): Promise<DeploymentNode> {
  let { statuses } = one;
  while (statuses.pageInfo.hasNextPage) {
    const variables = { id: one.id, after: statuses.pageInfo.endCursor };
    const { node } = await client.ask(
      { text: moreStatusesQuery, variables, answer: moreStatusesAnswer },
      signal,
    );
    statuses = { pageInfo: node.statuses.pageInfo, nodes: [...statuses.nodes, ...node.statuses.nodes] };
  }
  return { ...one, statuses };
}

/** The first success; before one, the last failure; before that, whatever was said last. */
function outcomeOf(node: DeploymentNode, repository: string): Deployment {
  const deployment = {
    id: node.databaseId,
    sha: node.commitOid,
    environment: node.environment ?? '',
    created_at: node.createdAt,
  };
  const states = node.statuses.nodes
    .flatMap(({ state, createdAt: created_at, environment }) =>
      deploymentOf(deployment, { state, created_at, environment }, repository),
    )
    .sort((a, b) => Date.parse(a.finishedAt) - Date.parse(b.finishedAt));
  const success = states.find(({ result }) => succeeded(result));
  const outcome = success ?? states.findLast(({ result }) => failed.test(result)) ?? states.at(-1);
  return outcome ?? deploymentOf(deployment, null, repository)[0]!;
}
