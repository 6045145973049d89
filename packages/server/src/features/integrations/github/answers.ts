import { z } from 'zod';

/* What GitHub's GraphQL API answers, as far as it is used. A connection that is missing is refused: it isn't an empty one. */

const time = z.string().min(1);
/** Numbers that may be longer than 32 bits come as text; those of REST are numbers too. */
const big = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER);
const who = z.object({ __typename: z.string(), login: z.string() }).nullable();
const pageInfo = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() });

function connection<Node extends z.ZodType>(node: Node) {
  return z.object({ pageInfo, nodes: z.array(node) });
}

const commit = z.object({
  id: z.string(),
  oid: z.string(),
  authoredDate: time,
  committedDate: time,
  message: z.string(),
  author: z
    .object({ email: z.string().nullable(), user: z.object({ login: z.string() }).nullable() })
    .nullable(),
});
export type CommitNode = z.output<typeof commit>;

const review = z.object({
  id: z.string(),
  fullDatabaseId: big,
  state: z.string(),
  submittedAt: time.nullable(),
  author: who,
});

const timelineItem = z.object({
  __typename: z.string(),
  id: z.string(),
  createdAt: time,
  actor: who.optional(),
  author: who.optional(),
  fullDatabaseId: big.optional(),
  requestedReviewer: z.object({ __typename: z.string(), login: z.string().optional() }).nullish(),
  review: z.object({ fullDatabaseId: big }).nullish(),
  beforeCommit: commit.nullish(),
});
export type TimelineNode = z.output<typeof timelineItem>;

const parts = {
  reviews: connection(review),
  commits: connection(z.object({ commit })),
  timelineItems: connection(timelineItem),
};

export const change = z.object({
  id: z.string(),
  number: z.int(),
  title: z.string(),
  isDraft: z.boolean(),
  createdAt: time,
  updatedAt: time,
  closedAt: time.nullable(),
  mergedAt: time.nullable(),
  additions: z.int(),
  deletions: z.int(),
  changedFiles: z.int(),
  baseRefName: z.string(),
  headRefName: z.string(),
  totalCommentsCount: z.int().nullable(),
  author: who,
  mergeCommit: z.object({ oid: z.string() }).nullable(),
  assignees: z.object({ nodes: z.array(z.object({ login: z.string() })) }),
  ...parts,
});
export type ChangeNode = z.output<typeof change>;

const listed = { totalCount: z.int(), pageInfo };

const named = z.object({ id: z.string(), nameWithOwner: z.string() });
export const repositoryAnswer = z.object({ repository: named });
export const repositoryByIdAnswer = z.object({ node: named });
export const changesAnswer = z.object({
  node: z.object({
    nameWithOwner: z.string(),
    pullRequests: z.object({ ...listed, nodes: z.array(change) }),
  }),
});
export const numberedAnswer = z.object({
  node: z.object({ nameWithOwner: z.string() }).catchall(change.nullable()),
});
export const moreAnswers = {
  reviews: z.object({ node: z.object({ reviews: parts.reviews }) }),
  commits: z.object({ node: z.object({ commits: parts.commits }) }),
  timelineItems: z.object({ node: z.object({ timelineItems: parts.timelineItems }) }),
};

const inline = z.object({ fullDatabaseId: big, createdAt: time, author: who });
export type InlineNode = z.output<typeof inline>;
const reviewInline = z.object({ id: z.string(), comments: connection(inline) });
export type ReviewInline = z.output<typeof reviewInline>;
const commitParents = z.object({
  id: z.string(),
  parents: z.object({ nodes: z.array(z.object({ oid: z.string() })) }),
});
export const detailsAnswer = z.object({
  reviews: z.array(reviewInline),
  commits: z.array(commitParents),
  more: z.array(commitParents),
});
export const moreInlineAnswer = z.object({ node: z.object({ comments: connection(inline) }) });

const statuses = connection(
  z.object({ state: z.string(), createdAt: time, environment: z.string().nullish() }),
);
const deployment = z.object({
  id: z.string(),
  databaseId: z.int(),
  createdAt: time,
  environment: z.string().nullable(),
  commitOid: z.string(),
  statuses,
});
export const moreStatusesAnswer = z.object({ node: z.object({ statuses }) });
export type DeploymentNode = z.output<typeof deployment>;
export const deploymentsAnswer = z.object({
  node: z.object({
    nameWithOwner: z.string(),
    deployments: z.object({ ...listed, nodes: z.array(deployment) }),
  }),
});

/** Of the REST API: what one commit has and another one has not, a page of it. */
export const comparisonAnswer = z.object({
  status: z.enum(['ahead', 'identical', 'behind', 'diverged']),
  total_commits: z.int().min(0),
  commits: z.array(z.object({ sha: z.string().min(1) })),
});

/** `object` is null where there is no such commit, or the token may not read any. */
export const historyAnswer = z.object({
  node: z.object({
    nameWithOwner: z.string(),
    object: z
      .object({
        oid: z.string().optional(),
        history: z
          .object({
            ...listed,
            nodes: z.array(
              z.object({
                oid: z.string(),
                parents: z.object({ pageInfo, nodes: z.array(z.object({ oid: z.string() })) }),
              }),
            ),
          })
          .optional(),
      })
      .nullable(),
  }),
});

export const commitsAnswer = z.array(z.object({ sha: z.string() }));

const issue = z.object({
  number: z.int(),
  createdAt: time,
  closedAt: time.nullable(),
  updatedAt: time,
  body: z.string(),
  labels: z.object({ nodes: z.array(z.object({ name: z.string() })) }),
});
export type IssueNode = z.output<typeof issue>;
export const incidentsAnswer = z.object({
  node: z.object({
    nameWithOwner: z.string(),
    issues: z.object({ ...listed, nodes: z.array(issue) }),
  }),
});
export const issuesAnswer = z.object({
  node: z.object({ nameWithOwner: z.string() }).catchall(issue.nullable()),
});

export const rateLimit = z
  .object({ cost: z.int(), limit: z.int(), remaining: z.int(), resetAt: time })
  .nullable();

export const graphqlError = z.object({
  message: z.string(),
  type: z.string().optional(),
  path: z.array(z.union([z.string(), z.number()])).optional(),
});
export type GraphqlError = z.output<typeof graphqlError>;
