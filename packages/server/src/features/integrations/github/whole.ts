import {
  type ChangeNode,
  type CommitNode,
  detailsAnswer,
  type InlineNode,
  moreAnswers,
  moreInlineAnswer,
  type ReviewInline,
} from './answers.ts';
import type { GithubClient } from './client.ts';
import type { WholeChange } from './facts.ts';
import {
  type Connection,
  connections,
  detailsAtOnce,
  detailsQuery,
  idsAtOnce,
  moreInlineQuery,
  moreQuery,
} from './queries.ts';

/** The same pull requests with every page of what belongs to them. @throws as `GithubClient.ask` does. */
export async function wholeChanges(
  client: GithubClient,
  nodes: readonly ChangeNode[],
  signal: AbortSignal,
): Promise<readonly WholeChange[]> {
  const complete = await Promise.all(nodes.map((node) => withAllPages(client, node, signal)));
  const details = await detailsOf(client, complete, signal);
  return complete.map((node) => ({ node, ...details }));
}

async function withAllPages(
  client: GithubClient,
  node: ChangeNode,
  signal: AbortSignal,
): Promise<ChangeNode> {
  let whole = node;
  for (const name of Object.keys(connections) as Connection[]) {
    while (whole[name].pageInfo.hasNextPage) {
      const after = whole[name].pageInfo.endCursor;
      const query = { text: moreQuery(name), variables: { id: node.id, first: 100, after } };
      const answer = await client.ask({ ...query, answer: moreAnswers[name] }, signal);
      const next = (answer.node as Pick<ChangeNode, Connection>)[name];
      whole = { ...whole, [name]: { pageInfo: next.pageInfo, nodes: [...whole[name].nodes, ...next.nodes] } };
    }
  }
  return whole;
}

type Details = Pick<WholeChange, 'inline' | 'parents'>;

/** Inline comments of reviews that can have some, and parents of commits, of several pull requests at once. */
async function detailsOf(
  client: GithubClient,
  nodes: readonly ChangeNode[],
  signal: AbortSignal,
): Promise<Details> {
  const inline = new Map<string, readonly InlineNode[]>();
  const parents = new Map<string, readonly string[]>();
  const commits = nodes.flatMap((node) => commitsOf(node).map(({ id }) => id));
  const ask = async (variables: DetailPage) => {
    const answer = await client.ask({ text: detailsQuery, variables, answer: detailsAnswer }, signal);
    for (const review of answer.reviews) inline.set(review.id, await allInline(client, review, signal));
    for (const commit of [...answer.commits, ...answer.more])
      parents.set(
        commit.id,
        commit.parents.nodes.map(({ oid }) => oid),
      );
  };
  await Promise.all(detailPages(nodes.flatMap(reviewIds), commits).map(ask));
  return { inline, parents };
}

interface DetailPage {
  readonly [list: string]: readonly string[];
  readonly reviews: readonly string[];
  readonly commits: readonly string[];
  readonly more: readonly string[];
}

/** As many ids at once as one point pays for; each of the three lists takes no more than the API does. */
export function detailPages(reviews: readonly string[], commits: readonly string[]): readonly DetailPage[] {
  const left = { reviews: [...new Set(reviews)], commits: [...new Set(commits)] };
  const pages: DetailPage[] = [];
  while (left.reviews.length + left.commits.length > 0) {
    let room = detailsAtOnce;
    const take = (from: string[]) => {
      const some = from.splice(0, Math.min(idsAtOnce, room));
      room -= some.length;
      return some;
    };
    pages.push({ reviews: take(left.reviews), commits: take(left.commits), more: take(left.commits) });
  }
  return pages;
}

/** Of a pull request whose comments are all in the conversation there is nothing inline to ask for. */
function reviewIds({ totalCommentsCount, timelineItems, reviews }: ChangeNode): readonly string[] {
  const inConversation = timelineItems.nodes.filter(({ __typename }) => __typename === 'IssueComment').length;
  if (totalCommentsCount !== null && totalCommentsCount <= inConversation) return [];
  return reviews.nodes.map(({ id }) => id);
}

function commitsOf({ commits, timelineItems }: ChangeNode): readonly CommitNode[] {
  const dropped = timelineItems.nodes.flatMap(({ beforeCommit }) => beforeCommit ?? []);
  return [...commits.nodes.map(({ commit }) => commit), ...dropped];
}

async function allInline(
  client: GithubClient,
  { id, comments }: ReviewInline,
  signal: AbortSignal,
): Promise<readonly InlineNode[]> {
  const all = [...comments.nodes];
  let { pageInfo } = comments;
  while (pageInfo.hasNextPage) {
    const variables = { id, after: pageInfo.endCursor };
    const answer = await client.ask({ text: moreInlineQuery, variables, answer: moreInlineAnswer }, signal);
    all.push(...answer.node.comments.nodes);
    pageInfo = answer.node.comments.pageInfo;
  }
  return all;
}
