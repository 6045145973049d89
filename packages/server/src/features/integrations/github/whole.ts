import {
  type ChangeNode,
  type CommitNode,
  type InlineNode,
  inlineAnswer,
  moreAnswers,
  moreInlineAnswer,
  parentsAnswer,
  type ReviewInline,
} from './answers.ts';
import type { GithubClient } from './client.ts';
import type { WholeChange } from './facts.ts';
import {
  type Connection,
  connections,
  idsAtOnce,
  inlineQuery,
  moreInlineQuery,
  moreQuery,
  parentsQuery,
} from './queries.ts';

/** The same pull requests with every page of what belongs to them. @throws as `GithubClient.ask` does. */
export async function wholeChanges(
  client: GithubClient,
  nodes: readonly ChangeNode[],
  signal: AbortSignal,
): Promise<readonly WholeChange[]> {
  const complete: ChangeNode[] = [];
  for (const node of nodes) complete.push(await withAllPages(client, node, signal));
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
  for (const ids of hundreds(nodes.flatMap(reviewIds))) {
    const query = { text: inlineQuery, variables: { ids }, answer: inlineAnswer };
    const answer = await client.ask(query, signal);
    for (const review of answer.nodes) inline.set(review.id, await allInline(client, review, signal));
  }
  for (const ids of hundreds(nodes.flatMap((node) => commitsOf(node).map(({ id }) => id)))) {
    const query = { text: parentsQuery, variables: { ids }, answer: parentsAnswer };
    const answer = await client.ask(query, signal);
    for (const commit of answer.nodes)
      parents.set(
        commit.id,
        commit.parents.nodes.map(({ oid }) => oid),
      );
  }
  return { inline, parents };
}

function hundreds(ids: readonly string[]): readonly (readonly string[])[] {
  const unique = [...new Set(ids)];
  const result: (readonly string[])[] = [];
  for (let i = 0; i < unique.length; i += idsAtOnce) result.push(unique.slice(i, i + idsAtOnce));
  return result;
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
