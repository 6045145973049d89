/* The same made-up repositories as GitHub's REST API gives them, one raw object a line: what a full import reads. */
import type { FakeAccount, FakeCommit, FakeItem, FakePull, FakeRepository, FakeWorld } from './model.ts';
import { comparisonIn } from './rest-compare.ts';

interface Line {
  readonly resource: string;
  readonly repository: string;
  readonly pull?: number;
  readonly deployment?: number;
  readonly data: object;
}

const eventNames: { readonly [kind in FakeItem['kind']]: string | null } = {
  ReadyForReviewEvent: 'ready_for_review',
  ConvertToDraftEvent: 'convert_to_draft',
  ReviewRequestedEvent: 'review_requested',
  ClosedEvent: 'closed',
  ReopenedEvent: 'reopened',
  MergedEvent: 'merged',
  ReviewDismissedEvent: 'review_dismissed',
  HeadRefForcePushedEvent: 'head_ref_force_pushed',
  IssueComment: null,
};

/** Deleted accounts are the account `ghost` here; applications have `[bot]` behind their name. */
function account(who: FakeAccount | null): object | null {
  if (who === null) return { login: 'ghost', type: 'User' };
  return { login: who.__typename === 'Bot' ? `${who.login}[bot]` : who.login, type: who.__typename };
}

export function restLines(world: FakeWorld, host: string): readonly string[] {
  return world.repositories.flatMap((repository) => {
    const lines = [
      ...repository.pulls.flatMap((pull) => [...pullLines(repository, pull)]),
      ...[...otherLines(repository)],
    ];
    return lines.map((line) => JSON.stringify({ ...line, repository: `${host}/${line.repository}` }));
  });
}

function* pullLines({ nameWithOwner: repository }: FakeRepository, pull: FakePull): Generator<Line> {
  const line = (resource: string, data: object): Line => ({ resource, repository, pull: pull.number, data });
  const { number, title, createdAt, updatedAt, closedAt, mergedAt } = pull;
  yield line('pulls', {
    ...{ number, title, user: account(pull.author), assignees: pull.assignees.map(account) },
    ...{ created_at: createdAt, updated_at: updatedAt, closed_at: closedAt, merged_at: mergedAt },
    // Of an open one it is a trial merge.
    merge_commit_sha: pull.mergeCommit ?? 'f'.repeat(40),
    ...{ draft: pull.isDraft, additions: pull.additions, deletions: 3, changed_files: 2 },
    ...{ base: { ref: pull.base }, head: { ref: pull.head } },
  });
  for (const review of pull.reviews) {
    const { number: id, state, submittedAt, author } = review;
    yield line('reviews', {
      id,
      state,
      user: account(author),
      ...(submittedAt && { submitted_at: submittedAt }),
    });
    for (const comment of review.inline) {
      yield line('review_comments', {
        ...{ id: comment.number, user: account(comment.author), created_at: comment.createdAt },
        pull_request_review_id: id,
      });
    }
  }
  for (const item of pull.timeline) {
    const event = eventNames[item.kind];
    const common = { id: item.number, created_at: item.createdAt };
    if (event === null) yield line('comments', { ...common, user: account(item.actor) });
    else yield line('events', { ...common, event, actor: account(item.actor), ...moreOf(item) });
    // What was pushed away is not in the list of commits; the event names it.
    if (item.before) yield line('commits', commitData(item.before));
  }
  for (const commit of pull.commits) yield line('commits', commitData(commit));
}

function moreOf({ kind, reviewer, review }: FakeItem): object {
  if (kind === 'ReviewDismissedEvent')
    return { dismissed_review: { review_id: review?.number, state: 'approved' } };
  if (kind !== 'ReviewRequestedEvent') return {};
  return reviewer ? { requested_reviewer: account(reviewer) } : { requested_team: { slug: 'team' } };
}

function commitData({ oid, authoredDate, committedDate, message, email, user, parents }: FakeCommit): object {
  return {
    sha: oid,
    author: user === null ? null : account(user),
    commit: { message, author: { date: authoredDate, email }, committer: { date: committedDate } },
    parents: parents.map((sha) => ({ sha })),
  };
}

/** Each production deployment compared with the one before it, by when its first success was. */
function* compareLines(from: FakeRepository): Generator<Line> {
  const live = from.deployments.flatMap((one) => {
    const success = one.statuses.find(({ state }) => state === 'SUCCESS');
    return success === undefined || one.environment !== 'production'
      ? []
      : [{ ...one, at: success.createdAt }];
  });
  live.sort(
    (a, b) =>
      Date.parse(a.at) - Date.parse(b.at) ||
      Date.parse(a.createdAt) - Date.parse(b.createdAt) ||
      a.databaseId - b.databaseId,
  );
  for (let i = 1; i < live.length; i++) {
    const [base, head] = [live[i - 1]!.commitOid, live[i]!.commitOid];
    const compared = comparisonIn(from, base, head, { number: 1, size: 1_000_000 });
    if (compared === null) continue;
    const deployment = live[i]!.databaseId;
    yield { resource: 'compares', repository: from.nameWithOwner, deployment, data: compared };
  }
}

function* otherLines(from: FakeRepository): Generator<Line> {
  const { nameWithOwner: repository, deployments, issues } = from;
  for (const {
    databaseId: id,
    createdAt: created_at,
    environment,
    commitOid: sha,
    statuses,
  } of deployments) {
    yield { resource: 'deployments', repository, data: { id, sha, environment, created_at } };
    for (const { state, createdAt } of statuses) {
      const deployment_url = `https://api.github.com/repos/${repository}/deployments/${id}`;
      const data = { state: state.toLowerCase(), created_at: createdAt, deployment_url };
      yield { resource: 'deployment_statuses', repository, data };
    }
  }
  yield* compareLines(from);
  for (const { number, createdAt, closedAt, updatedAt, body, labels } of issues) {
    const times = { created_at: createdAt, closed_at: closedAt, updated_at: updatedAt };
    yield {
      resource: 'issues',
      repository,
      data: { number, ...times, body, labels: labels.map((name) => ({ name })) },
    };
  }
}
