/* GraphQL over the made-up repositories: plain objects whose connections are functions, on GitHub's own schema. */
import { schema } from '@octokit/graphql-schema';
import { buildSchema, type GraphQLSchema } from 'graphql';
import type {
  FakeCommit,
  FakeDeployment,
  FakeIssue,
  FakeItem,
  FakePull,
  FakeRepository,
  FakeReview,
  FakeWorld,
} from './model.ts';
import { historyIn } from './rest-compare.ts';

let built: GraphQLSchema | null = null;

/** GitHub's schema. One field of it is defined twice, so that it's taken as valid; queries are validated all the same. */
export function githubSchema(): GraphQLSchema {
  built ??= buildSchema(schema.idl, { assumeValidSDL: true, assumeValid: true });
  return built;
}

interface PageArguments {
  readonly first?: number;
  readonly after?: string | null;
}

/** A connection over a list that only grows at its end. */
function connection<Item>(items: readonly Item[], view: (item: Item) => unknown) {
  return ({ first = 0, after }: PageArguments) => {
    const from = after == null ? 0 : Number(Buffer.from(after, 'base64').toString().split(':')[1]) + 1;
    const some = items.slice(from, from + first);
    const endCursor =
      some.length === 0 ? null : Buffer.from(`at:${from + some.length - 1}`).toString('base64');
    return {
      totalCount: items.length,
      pageInfo: { hasNextPage: from + first < items.length, endCursor },
      nodes: some.map(view),
    };
  };
}

/** A connection in order of a time stamp and then a number; a cursor is a place in that order, not a count. */
function keyset<Item>(
  sorted: () => readonly Item[],
  keyOf: (item: Item) => readonly [string, number],
  view: (item: Item) => unknown,
) {
  return ({ first = 0, after }: PageArguments) => {
    const items = sorted();
    const cursor =
      after == null ? null : (JSON.parse(Buffer.from(after, 'base64').toString()) as [string, number]);
    const isBehind = (item: Item) => {
      const [at, id] = keyOf(item);
      return cursor === null || at > cursor[0] || (at === cursor[0] && id > cursor[1]);
    };
    let [low, high] = [0, items.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isBehind(items[middle]!)) high = middle;
      else low = middle + 1;
    }
    const some = items.slice(low, low + first);
    const last = some.at(-1);
    return {
      totalCount: items.length,
      pageInfo: {
        hasNextPage: low + first < items.length,
        endCursor:
          last === undefined ? (after ?? null) : Buffer.from(JSON.stringify(keyOf(last))).toString('base64'),
      },
      nodes: some.map(view),
    };
  };
}

/** A node id as GitHub makes them since 2021: MessagePack of numbers, the last one that of the REST API. */
export function nodeId(prefix: string, ...numbers: readonly number[]): string {
  const bytes = [0x90 + numbers.length + 1, 0];
  for (const number of numbers) {
    if (number >= 2 ** 32 || prefix === 'CE') {
      bytes.push(0xcf, 0, 0, 0, 0);
    } else bytes.push(0xce);
    bytes.push((number >>> 24) & 255, (number >>> 16) & 255, (number >>> 8) & 255, number & 255);
  }
  return `${prefix}_${Buffer.from(bytes).toString('base64url')}`;
}

const prefixes: { readonly [kind in FakeItem['kind']]: string } = {
  ReadyForReviewEvent: 'RFRE',
  ConvertToDraftEvent: 'CTDE',
  ReviewRequestedEvent: 'RRE',
  ClosedEvent: 'CE',
  ReopenedEvent: 'REE',
  MergedEvent: 'ME',
  ReviewDismissedEvent: 'RDE',
  HeadRefForcePushedEvent: 'HRFPE',
  IssueComment: 'IC',
};

function snakeCase(name: string): string {
  return name.replaceAll(/(?<!^)([A-Z])/g, '_$1').toUpperCase();
}

/** Everything that can be asked for, over one world. `changed` makes it forget what is sorted. */
export function rootOf(world: FakeWorld, { hidesCommits = false } = {}) {
  const sorted = new Map<FakeRepository, readonly FakePull[]>();
  const pullsOf = (repository: FakeRepository) => {
    const known = sorted.get(repository);
    if (known !== undefined && known.length === repository.pulls.length) return known;
    const fresh = [...repository.pulls].sort(
      (a, b) =>
        (a.updatedAt < b.updatedAt ? -1 : a.updatedAt > b.updatedAt ? 1 : 0) || a.databaseId - b.databaseId,
    );
    sorted.set(repository, fresh);
    return fresh;
  };
  const repositoryId = ({ databaseId }: FakeRepository) => nodeId('R', databaseId);
  const pullId = (repository: FakeRepository, pull: FakePull) =>
    nodeId('PR', repository.databaseId, pull.databaseId);
  const reviewId = (repository: FakeRepository, { number }: FakeReview) =>
    nodeId('PRR', repository.databaseId, number);
  const commitId = (repository: FakeRepository, { number }: FakeCommit) =>
    nodeId('C', repository.databaseId, number);
  const found = new Map<string, () => unknown>();
  const remember = (id: string, view: () => unknown) => {
    found.set(id, view);
    return id;
  };

  const commitView = (repository: FakeRepository, commit: FakeCommit): object => {
    const { oid, authoredDate, committedDate, message, email, user, parents } = commit;
    return {
      __typename: 'Commit',
      id: remember(commitId(repository, commit), () => commitView(repository, commit)),
      ...{ oid, authoredDate, committedDate, message, author: { email, user } },
      parents: connection(parents, (parent) => ({ oid: parent })),
    };
  };
  const reviewView = (repository: FakeRepository, review: FakeReview): object => ({
    __typename: 'PullRequestReview',
    id: remember(reviewId(repository, review), () => reviewView(repository, review)),
    ...{ fullDatabaseId: String(review.number), state: review.state },
    ...{ submittedAt: review.submittedAt, author: review.author },
    comments: connection(review.inline, ({ number, createdAt, author }) => ({
      ...{ fullDatabaseId: String(number), createdAt, author },
    })),
  });
  const itemView = (repository: FakeRepository, pull: FakePull, item: FakeItem): object => ({
    __typename: item.kind,
    id: nodeId(prefixes[item.kind], repository.databaseId, pull.databaseId, item.number),
    createdAt: item.createdAt,
    ...(item.kind === 'IssueComment'
      ? { fullDatabaseId: String(item.number), author: item.actor }
      : { actor: item.actor }),
    ...(item.kind === 'ReviewRequestedEvent' && {
      requestedReviewer: item.reviewer ?? { __typename: 'Team', slug: 'team' },
    }),
    ...(item.review && { review: { fullDatabaseId: String(item.review.number) } }),
    ...(item.kind === 'HeadRefForcePushedEvent' && {
      beforeCommit: item.before === undefined ? null : commitView(repository, item.before),
    }),
  });
  const pullView = (repository: FakeRepository, pull: FakePull): object => ({
    __typename: 'PullRequest',
    id: remember(pullId(repository, pull), () => pullView(repository, pull)),
    ...{ number: pull.number, title: pull.title, isDraft: pull.isDraft, author: pull.author },
    ...{
      createdAt: pull.createdAt,
      updatedAt: pull.updatedAt,
      closedAt: pull.closedAt,
      mergedAt: pull.mergedAt,
    },
    ...{
      additions: pull.additions,
      deletions: 3,
      changedFiles: 2,
      baseRefName: pull.base,
      headRefName: pull.head,
    },
    mergeCommit: pull.mergeCommit === null ? null : { oid: pull.mergeCommit },
    totalCommentsCount:
      pull.timeline.filter(({ kind }) => kind === 'IssueComment').length +
      pull.reviews.reduce((sum, { inline }) => sum + inline.length, 0),
    assignees: connection(pull.assignees, (one) => one),
    reviews: connection(pull.reviews, (review) => reviewView(repository, review)),
    commits: connection(pull.commits, (commit) => ({ commit: commitView(repository, commit) })),
    timelineItems: (args: PageArguments & { readonly itemTypes: readonly string[] }) =>
      connection(
        pull.timeline.filter(({ kind }) => args.itemTypes.includes(snakeCase(kind))),
        (item) => itemView(repository, pull, item),
      )(args),
  });
  const deploymentView = (repository: FakeRepository, one: FakeDeployment): object => {
    const { databaseId, createdAt, environment, commitOid, statuses } = one;
    return {
      __typename: 'Deployment',
      id: remember(nodeId('DE', repository.databaseId, databaseId), () => deploymentView(repository, one)),
      ...{ databaseId, createdAt, environment, commitOid },
      // The newest first, as the host gives them.
      statuses: connection([...statuses].reverse(), (status) => status),
    };
  };
  const issueView = ({ labels, ...issue }: FakeIssue) => ({
    ...issue,
    labels: connection(labels, (name) => ({ name })),
  });
  const repositoryView = (repository: FakeRepository): object => ({
    __typename: 'Repository',
    id: repositoryId(repository),
    nameWithOwner: repository.nameWithOwner,
    pullRequests: keyset(
      () => pullsOf(repository),
      ({ updatedAt, databaseId }) => [updatedAt, databaseId],
      (pull) => pullView(repository, pull),
    ),
    pullRequest: ({ number }: { readonly number: number }) => {
      const pull = repository.pulls.find((one) => one.number === number);
      return pull === undefined ? null : pullView(repository, pull);
    },
    deployments: keyset(
      () =>
        [...repository.deployments].sort(
          (a, b) =>
            (a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : 0) ||
            a.databaseId - b.databaseId,
        ),
      ({ createdAt, databaseId }) => [createdAt, databaseId],
      (one) => deploymentView(repository, one),
    ),
    issues: (
      args: PageArguments & { readonly filterBy: { labels: readonly string[]; since?: string | null } },
    ) =>
      keyset(
        () =>
          repository.issues
            .filter(({ labels, updatedAt }) => {
              const { since } = args.filterBy;
              return (
                labels.includes(args.filterBy.labels[0]!) &&
                (since == null || Date.parse(updatedAt) >= Date.parse(since))
              );
            })
            .sort(
              (a, b) =>
                (a.updatedAt < b.updatedAt ? -1 : a.updatedAt > b.updatedAt ? 1 : 0) || a.number - b.number,
            ),
        ({ updatedAt, number }) => [updatedAt, number],
        issueView,
      )(args),
    object: ({ expression }: { readonly expression: string }) => {
      const oid = expression === 'HEAD' ? repository.main : expression;
      return hidesCommits || oid === null || !repository.graph.has(oid) ? null : historyView(repository, oid);
    },
    issue: ({ number }: { readonly number: number }) => {
      const issue = repository.issues.find((one) => one.number === number);
      return issue === undefined ? null : issueView(issue);
    },
  });
  /** A history as `git log` lists it, of commits that have no time of their own: children before parents. */
  const historyView = ({ graph }: FakeRepository, oid: string): object => {
    const view = (one: string) => ({
      __typename: 'Commit',
      oid: one,
      parents: connection(graph.get(one) ?? [], (parent) => ({ oid: parent })),
    });
    return {
      ...view(oid),
      history: (args: PageArguments) => connection(historyIn({ graph }, oid), view)(args),
    };
  };
  const byNode = (id: string) => {
    const repository = world.repositories.find((one) => repositoryId(one) === id);
    return repository === undefined ? (found.get(id)?.() ?? null) : repositoryView(repository);
  };
  return {
    changed: () => sorted.clear(),
    repository: ({ owner, name }: { readonly owner: string; readonly name: string }) => {
      const asked = `${owner}/${name}`.toLowerCase();
      const named = (one: FakeRepository) => one.nameWithOwner.toLowerCase() === asked;
      const repository =
        world.repositories.find(named) ?? world.repositories.find((one) => one.earlier.includes(asked));
      return repository === undefined ? null : repositoryView(repository);
    },
    node: ({ id }: { readonly id: string }) => byNode(id),
    nodes: ({ ids }: { readonly ids: readonly string[] }) => ids.map(byNode),
  };
}
