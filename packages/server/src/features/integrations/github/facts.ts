import type { ChangeEvent, ChangeHistory, Commit } from '@fairlead/core/delivery';
import {
  changeOf,
  commentOf,
  commitOf,
  eventOf,
  type RestCommit,
  type RestContext,
  type RestEvent,
  reviewCommentOf,
  reviewOf,
} from '../../delivery/api.ts';
import type { ChangeNode, CommitNode, InlineNode, TimelineNode } from './answers.ts';
import { databaseIdOf } from './node-id.ts';

/*
 * What GraphQL answers is brought to the shapes of the REST API and read by the same code as an import of it, so that
 * both, and webhooks, come to the same facts.
 */

/** A pull request with all pages of what belongs to it. */
export interface WholeChange {
  readonly node: ChangeNode;
  /** Inline comments by the node id of their review. */
  readonly inline: ReadonlyMap<string, readonly InlineNode[]>;
  /** Parents by the node id of their commit. */
  readonly parents: ReadonlyMap<string, readonly string[]>;
}

/** The facts of a pull request of `host/owner/name`. People in them are logins. */
export function historyOf({ node, inline, parents }: WholeChange, repository: string): ChangeHistory {
  const context = { repository, pull: node.number, line: 0 };
  const events: ChangeEvent[] = [];
  const commits = new Map<string, Commit>();
  const addCommit = (commit: CommitNode) =>
    commits.set(commit.oid, commitOf(commitShape(commit, parents.get(commit.id) ?? []), context));
  for (const { id, fullDatabaseId, state, submittedAt, author } of node.reviews.nodes) {
    const review = { id: fullDatabaseId, state, submitted_at: submittedAt, user: account(author) };
    events.push(...reviewOf(review, context));
    for (const comment of inline.get(id) ?? []) {
      events.push(
        reviewCommentOf(
          {
            id: comment.fullDatabaseId,
            created_at: comment.createdAt,
            user: account(comment.author),
            pull_request_review_id: fullDatabaseId,
          },
          context,
        ),
      );
    }
  }
  for (const item of node.timelineItems.nodes) {
    events.push(...timelineEvents(item, context));
    // What a force-push took away was worked on too; of it the host still knows the last commit.
    if (item.beforeCommit) addCommit(item.beforeCommit);
  }
  for (const { commit } of node.commits.nodes) addCommit(commit);
  return { change: changeOf(pullShape(node), context), events, commits: [...commits.values()] };
}

function pullShape(node: ChangeNode): Parameters<typeof changeOf>[0] {
  return {
    number: node.number,
    title: node.title,
    user: account(node.author),
    assignees: node.assignees.nodes,
    created_at: node.createdAt,
    updated_at: node.updatedAt,
    closed_at: node.closedAt,
    merged_at: node.mergedAt,
    merge_commit_sha: node.mergeCommit?.oid,
    draft: node.isDraft,
    additions: node.additions,
    deletions: node.deletions,
    changed_files: node.changedFiles,
    base: { ref: node.baseRefName },
    head: { ref: node.headRefName },
  };
}

function commitShape(
  { oid, authoredDate, committedDate, message, author }: CommitNode,
  parents: readonly string[],
): RestCommit {
  return {
    sha: oid,
    author: author?.user ?? null,
    commit: {
      message,
      author: { date: authoredDate, email: author?.email },
      committer: { date: committedDate },
    },
    parents: parents.map((sha) => ({ sha })),
  };
}

const eventNames: { readonly [type: string]: string } = {
  ReadyForReviewEvent: 'ready_for_review',
  ConvertToDraftEvent: 'convert_to_draft',
  ReviewRequestedEvent: 'review_requested',
  ClosedEvent: 'closed',
  ReopenedEvent: 'reopened',
  MergedEvent: 'merged',
  ReviewDismissedEvent: 'review_dismissed',
  HeadRefForcePushedEvent: 'head_ref_force_pushed',
};

function timelineEvents(item: TimelineNode, context: RestContext): readonly ChangeEvent[] {
  const { id, createdAt: created_at } = item;
  if (item.__typename === 'IssueComment') {
    if (item.fullDatabaseId === undefined) return [];
    return commentOf({ id: item.fullDatabaseId, created_at, user: account(item.author) }, context);
  }
  const event = eventNames[item.__typename];
  if (event === undefined) return [];
  const number = databaseIdOf(id);
  const shape: RestEvent = {
    id: number ?? 0,
    event,
    created_at,
    actor: account(item.actor),
    // A team has no login: nobody's answer is measured against it.
    requested_reviewer:
      item.requestedReviewer?.login === undefined ? undefined : account(item.requestedReviewer),
    dismissed_review: item.review ? { review_id: item.review.fullDatabaseId } : undefined,
  };
  const events = eventOf(shape, context);
  // A host that numbers its nodes otherwise is read as well; only an import of its REST objects would say them twice.
  return number === null ? events.map((one) => ({ ...one, id: `event-${id}` })) : events;
}

/** Applications that REST names otherwise than GraphQL with `[bot]` behind it. */
const otherNames: { readonly [login: string]: string } = { 'copilot-swe-agent': 'Copilot' };

/** An account as REST shows it: applications with `[bot]` at the end of their name. */
function account(
  who: { readonly __typename: string; readonly login?: string | undefined } | null | undefined,
): { login: string; type: string } | null {
  if (who?.login === undefined) return null;
  const { __typename: type, login } = who;
  if (type !== 'Bot' || login.endsWith('[bot]')) return { login, type };
  return { login: otherNames[login] ?? `${login}[bot]`, type };
}
