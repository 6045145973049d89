import { type CommitGraph, commitGraphOf, type GraphCommit } from '@fairlead/core/delivery';
import { historyAnswer } from './answers.ts';
import type { CollectorDeps } from './deps.ts';
import { commitsAtOnce, historyQuery } from './queries.ts';
import type { OpenRepository } from './repository.ts';

/** More commits than this are not kept in memory, however many comparisons that would save. */
const mostCommits = 200_000;

/**
 * The whole history of the main branch, in which commits can be compared without asking; null where that takes more than
 * `most` questions, or where it can't be read.
 */
export async function wholeHistory(
  repository: OpenRepository,
  most: number,
  { client }: CollectorDeps,
  signal: AbortSignal,
): Promise<CommitGraph | null> {
  const commits: GraphCommit[] = [];
  const page = (from: string, after: string | null) => {
    const variables = { id: repository.state.node, from, after };
    return client.ask({ text: historyQuery, variables, answer: historyAnswer }, signal);
  };
  for (let from = 'HEAD', after: string | null = null; ; ) {
    const { node }: Awaited<ReturnType<typeof page>> = await page(from, after);
    await repository.called(node.nameWithOwner);
    const { oid, history } = node.object ?? {};
    if (oid === undefined || history === undefined) return null;
    const isLong = history.totalCount > Math.min(most * commitsAtOnce, mostCommits);
    // Of more parents than one question brings nobody here has heard; a merge of so many is left to the host.
    if (isLong || history.nodes.some(({ parents }) => parents.pageInfo.hasNextPage)) return null;
    for (const { oid: sha, parents } of history.nodes)
      commits.push({ sha, parents: parents.nodes.map((parent) => parent.oid) });
    // Pages are of one history, whatever is pushed meanwhile.
    from = oid;
    after = history.pageInfo.endCursor;
    if (!history.pageInfo.hasNextPage || after === null) return commitGraphOf(commits);
  }
}
