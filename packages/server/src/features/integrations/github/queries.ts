/*
 * What is asked of GitHub's GraphQL API. A query costs a point for each hundred connections that have to be read, rounded to
 * the nearest point: sizes are chosen so that 149 of them are one.
 */

/** How much of a pull request one query brings; the rest is asked for by itself. */
export interface PageSizes {
  readonly changes: number;
  readonly parts: number;
}

/** The list itself and four lists of each change: 149. */
export const changesForAPoint = 37;
export const defaultSizes: PageSizes = { changes: changesForAPoint, parts: 100 };

/** Nodes that are asked for by id at once; the API takes no more. */
export const idsAtOnce = 100;
/** Three lists of ids, and one of each id: 149. */
export const detailsAtOnce = 146;

/** Commits of a history that one query brings. */
export const commitsAtOnce = 100;

const timelineTypes = [
  'READY_FOR_REVIEW_EVENT',
  'CONVERT_TO_DRAFT_EVENT',
  'REVIEW_REQUESTED_EVENT',
  'CLOSED_EVENT',
  'REOPENED_EVENT',
  'MERGED_EVENT',
  'REVIEW_DISMISSED_EVENT',
  'HEAD_REF_FORCE_PUSHED_EVENT',
  'ISSUE_COMMENT',
] as const;

const page = 'pageInfo { hasNextPage endCursor }';
const who = '{ __typename login }';
const budget = 'rateLimit { cost limit remaining resetAt }';
const commit = 'id oid authoredDate committedDate message author { email user { login } }';

/** The connections of a pull request that may have more pages than the first. */
export const connections = {
  reviews: `${page} nodes { id fullDatabaseId state submittedAt author ${who} }`,
  commits: `${page} nodes { commit { ${commit} } }`,
  timelineItems: `${page} nodes {
    __typename
    ... on ReadyForReviewEvent { id createdAt actor ${who} }
    ... on ConvertToDraftEvent { id createdAt actor ${who} }
    ... on ReviewRequestedEvent { id createdAt actor ${who} requestedReviewer {
      __typename
      ... on User { login }
      ... on Bot { login }
      ... on Mannequin { login }
    } }
    ... on ClosedEvent { id createdAt actor ${who} }
    ... on ReopenedEvent { id createdAt actor ${who} }
    ... on MergedEvent { id createdAt actor ${who} }
    ... on ReviewDismissedEvent { id createdAt actor ${who} review { fullDatabaseId } }
    ... on HeadRefForcePushedEvent { id createdAt actor ${who} beforeCommit { ${commit} } }
    ... on IssueComment { id fullDatabaseId createdAt author ${who} }
  }`,
} as const;

export type Connection = keyof typeof connections;

const argumentsOf: { readonly [C in Connection]: string } = {
  reviews: '',
  commits: '',
  timelineItems: `, itemTypes: [${timelineTypes.join(', ')}]`,
};

const change = `
  id number title isDraft createdAt updatedAt closedAt mergedAt additions deletions changedFiles
  baseRefName headRefName totalCommentsCount
  author ${who}
  mergeCommit { oid }
  assignees(first: 20) { nodes { login } }
  ${(Object.keys(connections) as Connection[])
    .map((name) => `${name}(first: $parts${argumentsOf[name]}) { ${connections[name]} }`)
    .join('\n  ')}`;

/** Which repository a name means now; the host follows renames. */
export const repositoryQuery = `query FairleadRepository($owner: String!, $name: String!) {
  ${budget}
  repository(owner: $owner, name: $name) { id nameWithOwner }
}`;

export const repositoryByIdQuery = `query FairleadRepositoryById($id: ID!) {
  ${budget}
  node(id: $id) { ... on Repository { id nameWithOwner } }
}`;

/** Pull requests from the one that was updated least recently on. By node id, which renames don't change. */
export const changesQuery = `query FairleadChanges($id: ID!, $first: Int!, $after: String, $parts: Int!) {
  ${budget}
  node(id: $id) {
    ... on Repository {
      nameWithOwner
      pullRequests(first: $first, after: $after, orderBy: { field: UPDATED_AT, direction: ASC }) {
        totalCount
        ${page}
        nodes { ${change} }
      }
    }
  }
}`;

/** Some pull requests by number. */
export function numberedQuery(numbers: readonly number[]): string {
  const fields = numbers.map((number) => `p${number}: pullRequest(number: ${number}) { ${change} }`);
  return `query FairleadNumbered($id: ID!, $parts: Int!) {
  ${budget}
  node(id: $id) { ... on Repository { nameWithOwner ${fields.join('\n')} } }
}`;
}

/** The next page of a connection of one pull request. */
export function moreQuery(connection: Connection): string {
  return `query FairleadMore($id: ID!, $first: Int!, $after: String) {
  ${budget}
  node(id: $id) { ... on PullRequest {
    ${connection}(first: $first, after: $after${argumentsOf[connection]}) { ${connections[connection]} }
  } }
}`;
}

/**
 * Inline comments of reviews and parents of commits: asked for apart, since nested they would cost fifty times as much.
 * Commits stand in two lists, as one takes a hundred ids and a point pays for more.
 */
export const detailsQuery = `query FairleadDetails($reviews: [ID!]!, $commits: [ID!]!, $more: [ID!]!) {
  ${budget}
  reviews: nodes(ids: $reviews) {
    ... on PullRequestReview { id comments(first: 100) { ${page} nodes { fullDatabaseId createdAt author ${who} } } }
  }
  commits: nodes(ids: $commits) { ... on Commit { id parents(first: 20) { nodes { oid } } } }
  more: nodes(ids: $more) { ... on Commit { id parents(first: 20) { nodes { oid } } } }
}`;

export const moreInlineQuery = `query FairleadMoreInline($id: ID!, $after: String) {
  ${budget}
  node(id: $id) { ... on PullRequestReview {
    comments(first: 100, after: $after) { ${page} nodes { fullDatabaseId createdAt author ${who} } }
  } }
}`;

const statuses = `${page} nodes { state createdAt environment }`;

export const deploymentsQuery = `query FairleadDeployments($id: ID!, $first: Int!, $after: String) {
  ${budget}
  node(id: $id) {
    ... on Repository {
      nameWithOwner
      deployments(first: $first, after: $after, orderBy: { field: CREATED_AT, direction: ASC }) {
        totalCount
        ${page}
        nodes {
          id databaseId createdAt environment commitOid
          statuses(first: 50) { ${statuses} }
        }
      }
    }
  }
}`;

export const moreStatusesQuery = `query FairleadMoreStatuses($id: ID!, $after: String) {
  ${budget}
  node(id: $id) { ... on Deployment { statuses(first: 100, after: $after) { ${statuses} } } }
}`;

/** A history from its newest commit on: a hundred commits with their parents are a point. */
export const historyQuery = `query FairleadHistory($id: ID!, $from: String!, $after: String) {
  ${budget}
  node(id: $id) {
    ... on Repository {
      nameWithOwner
      object(expression: $from) {
        ... on Commit {
          oid
          history(first: ${commitsAtOnce}, after: $after) {
            totalCount
            ${page}
            nodes { oid parents(first: 8) { ${page} nodes { oid } } }
          }
        }
      }
    }
  }
}`;

const issue = 'number createdAt closedAt updatedAt body labels(first: 50) { nodes { name } }';

export const incidentsQuery = `query FairleadIncidents($id: ID!, $first: Int!, $after: String, $label: String!, $since: DateTime) {
  ${budget}
  node(id: $id) {
    ... on Repository {
      nameWithOwner
      issues(
        first: $first, after: $after, orderBy: { field: UPDATED_AT, direction: ASC },
        filterBy: { labels: [$label], since: $since }
      ) { totalCount ${page} nodes { ${issue} } }
    }
  }
}`;

/** Some issues by number: one that lost its label is in no list of the label's any more. */
export function issuesQuery(numbers: readonly number[]): string {
  const fields = numbers.map((number) => `i${number}: issue(number: ${number}) { ${issue} }`);
  return `query FairleadIssues($id: ID!) {
  ${budget}
  node(id: $id) { ... on Repository { nameWithOwner ${fields.join('\n')} } }
}`;
}
