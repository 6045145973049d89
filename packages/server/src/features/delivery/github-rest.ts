import type { Actor, Change, ChangeEvent, Commit, DeliveryFact, ReviewState } from '@fairlead/core/delivery';
import { normaliseRepository, type RepositoryNames } from '@fairlead/core/wire';
import { z } from 'zod';
import {
  broughtBy,
  deploymentNumber,
  deploymentOf,
  type RestDeployment,
  restCompare,
  restDeployment,
  restDeploymentStatus,
} from './github-deployments.ts';
import { defaultIncidentLabel, incidentOf, restIssue } from './github-issues.ts';
import type { LineReader } from './import-lines.ts';
import { invalid } from './read-lines.ts';

/*
 * Raw objects of GitHub's REST API, one a line: {"resource", "repository", "data"}. Only the fields that are used are
 * asked for, since the API's own examples leave out much.
 */

const time = z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'not a time');
const user = z.looseObject({ login: z.string(), type: z.string().optional() }).nullish();

const pull = z.looseObject({
  number: z.int(),
  title: z.string().nullish(),
  user,
  assignees: z.array(z.looseObject({ login: z.string(), type: z.string().optional() })).nullish(),
  created_at: time,
  updated_at: time.nullish(),
  closed_at: time.nullish(),
  merged_at: time.nullish(),
  merge_commit_sha: z.string().nullish(),
  draft: z.boolean().nullish(),
  additions: z.int().nullish(),
  deletions: z.int().nullish(),
  changed_files: z.int().nullish(),
  base: z.looseObject({ ref: z.string() }),
  head: z.looseObject({ ref: z.string() }),
});
const review = z.looseObject({
  id: z.int(),
  user,
  state: z.string(),
  submitted_at: time.nullish(),
  pull_request_url: z.string().optional(),
});
const reviewComment = z.looseObject({
  id: z.int(),
  user,
  created_at: time,
  pull_request_url: z.string().optional(),
  pull_request_review_id: z.int().nullish(),
});
const issueComment = z.looseObject({
  id: z.int(),
  user,
  created_at: time,
  issue_url: z.string().optional(),
  html_url: z.string().optional(),
});
const issueEvent = z.looseObject({
  id: z.int(),
  actor: user,
  event: z.string(),
  created_at: time,
  issue: z.looseObject({ number: z.int(), pull_request: z.unknown().optional() }).nullish(),
  requested_reviewer: user,
  dismissed_review: z.looseObject({ review_id: z.int() }).nullish(),
});
const pullCommit = z.looseObject({
  sha: z.string(),
  author: user,
  commit: z.looseObject({
    message: z.string(),
    author: z.looseObject({ date: time, email: z.string().nullish() }),
    committer: z.looseObject({ date: time }),
  }),
  parents: z.array(z.looseObject({ sha: z.string() })).optional(),
});

const envelope = z.looseObject({
  resource: z.string(),
  repository: z.string(),
  /** Number of the pull request, where the object itself doesn't say it: its commits and its reviews. */
  pull: z.int().optional(),
  /** Id of the deployment that a comparison is about; all those of its last commit unless told. */
  deployment: z.int().optional(),
  data: z.unknown(),
});

/** Where an object stands: its repository, its pull request where the object itself doesn't say it, its line. */
export interface Context {
  readonly repository: string;
  readonly pull: number | undefined;
  readonly deployment?: number | undefined;
  readonly line: number;
}

/* The objects as they are read; collectors that get the same things by another API bring them to these shapes. */
export type RestPull = z.output<typeof pull>;
export type RestReview = z.output<typeof review>;
export type RestReviewComment = z.output<typeof reviewComment>;
export type RestComment = z.output<typeof issueComment>;
export type RestEvent = z.output<typeof issueEvent>;
export type RestCommit = z.output<typeof pullCommit>;

type Readers = {
  readonly [resource: string]: (data: unknown, context: Context) => readonly DeliveryFact[];
};

/** What each kind of object says. `line` 0: not of a file. */
export const githubReaders: Readers = {
  pulls: (data, context) => [changeOf(parse(pull, data, context), context)],
  reviews: (data, context) => reviewOf(parse(review, data, context), context),
  review_comments: (data, context) => [reviewCommentOf(parse(reviewComment, data, context), context)],
  comments: (data, context) => commentOf(parse(issueComment, data, context), context),
  events: (data, context) => eventOf(parse(issueEvent, data, context), context),
  commits: (data, context) => [commitOf(parse(pullCommit, data, context), context)],
};

/** Reads lines of raw GitHub objects; `repository` may be `owner/name`, of github.com. */
export function githubReader(names: RepositoryNames, incidentLabel = defaultIncidentLabel): LineReader {
  const all = { ...githubReaders, ...deploymentReaders(), ...issueReader(names, incidentLabel) };
  return (value, { line }) => {
    const { resource, repository: name, pull: number, deployment, data } = parse(envelope, value, { line });
    const read = Object.hasOwn(all, resource) ? all[resource]! : null;
    if (read === null) {
      throw invalid(line, `resource “${resource.slice(0, 40)}” is none of ${Object.keys(all).join(', ')}`);
    }
    const repository = normaliseRepository(name, names);
    if (repository === null) throw invalid(line, 'repository is no name of a repository');
    return read(data, { repository, pull: number, deployment, line });
  };
}

/** A status doesn't say what was deployed: its deployment stands before it in the same file. */
function deploymentReaders(): Readers {
  const known = new Map<string, RestDeployment>();
  const ofCommit = new Map<string, RestDeployment[]>();
  return {
    deployments(data, context) {
      const deployment = parse(restDeployment, data, context);
      const { id, sha, environment, created_at } = deployment;
      const kept = { id, sha, environment, created_at };
      known.set(`${context.repository} ${id}`, kept);
      const same = ofCommit.get(`${context.repository} ${sha}`);
      if (same === undefined) ofCommit.set(`${context.repository} ${sha}`, [kept]);
      else same.push(kept);
      return deploymentOf(deployment, null, context.repository);
    },
    deployment_statuses(data, context) {
      const status = parse(restDeploymentStatus, data, context);
      const deployment = known.get(`${context.repository} ${deploymentNumber(status.deployment_url)}`);
      if (deployment === undefined)
        throw invalid(context.line, 'the deployment that it belongs to does not stand before it');
      return deploymentOf(deployment, status, context.repository);
    },
    compares(data, context) {
      const compare = parse(restCompare, data, context);
      const { total_commits: total, commits } = compare;
      if (total !== commits.length) {
        throw invalid(context.line, `it lists ${commits.length} of ${total} commits; join its pages`);
      }
      const named = context.deployment;
      const one = known.get(`${context.repository} ${named}`);
      if (named !== undefined && one === undefined)
        throw invalid(context.line, 'the "deployment" that it is of does not stand before it');
      const brought =
        one === undefined ? ofCommit.get(`${context.repository} ${commits.at(-1)?.sha}`) : [one];
      return (brought ?? []).flatMap((each) =>
        deploymentOf(each, null, context.repository).map((deployment) => broughtBy(deployment, compare)),
      );
    },
  };
}

function issueReader(names: RepositoryNames, label: string): Readers {
  return {
    issues: (data, context) =>
      incidentOf(parse(restIssue, data, context), { repository: context.repository, names, label }),
  };
}

function parse<Schema extends z.ZodType>(
  schema: Schema,
  data: unknown,
  { line }: { line: number },
): z.output<Schema> {
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const whole = (schema as z.ZodType) === envelope ? 'the line' : 'data';
  throw invalid(line, `${issue?.path.join('.') || whole}: ${issue?.message ?? 'not valid'}`);
}

/** Id of a change on a host that numbers them. */
export function changeId(repository: string, number: number): string {
  return `${repository}#${number}`;
}

export function changeOf(data: RestPull, { repository }: Context): Change {
  const optional = (value: string | null | undefined) => value ?? undefined;
  return {
    type: 'change',
    id: changeId(repository, data.number),
    repository,
    number: data.number,
    author: actorOf(data.user),
    openedAt: data.created_at,
    mergedAt: optional(data.merged_at),
    closedAt: optional(data.closed_at),
    updatedAt: optional(data.updated_at),
    isDraft: data.draft ?? false,
    base: data.base.ref,
    head: data.head.ref,
    // Of a change that isn't merged this is a trial merge that exists nowhere.
    mergeCommit: data.merged_at ? optional(data.merge_commit_sha) : undefined,
    title: optional(data.title),
    drivers: data.assignees ? driversOf(data.assignees) : undefined,
    additions: data.additions ?? 0,
    deletions: data.deletions ?? 0,
    files: data.changed_files ?? 0,
  };
}

/** People only, in an order that doesn't depend on the API that was asked. */
function driversOf(assignees: NonNullable<RestPull['assignees']>): readonly string[] {
  return assignees
    .filter((account) => actorOf(account).kind === 'human')
    .map(({ login }) => login)
    .sort();
}

const reviewStates: { readonly [state: string]: ReviewState } = {
  APPROVED: 'approved',
  CHANGES_REQUESTED: 'changes_requested',
  COMMENTED: 'commented',
  PENDING: 'pending',
  // GitHub writes this over the state that was; it was a review, and approves nothing any more.
  DISMISSED: 'commented',
};

export function reviewOf(data: RestReview, context: Context): readonly ChangeEvent[] {
  const number = context.pull ?? numberIn(data.pull_request_url);
  // A pending review has no time: nobody but its author sees it.
  if (data.submitted_at == null) return [];
  const state = reviewStates[data.state.toUpperCase()];
  if (state === undefined) throw invalid(context.line, `state “${data.state.slice(0, 40)}” is not known`);
  return [event(context, number, `review-${data.id}`, data.submitted_at, 'review', data.user, { state })];
}

export function reviewCommentOf(data: RestReviewComment, context: Context): ChangeEvent {
  const of = data.pull_request_review_id == null ? undefined : `review-${data.pull_request_review_id}`;
  const number = context.pull ?? numberIn(data.pull_request_url);
  return event(context, number, `inline-${data.id}`, data.created_at, 'inline_comment', data.user, { of });
}

export function commentOf(data: RestComment, context: Context): readonly ChangeEvent[] {
  // Comments of issues and of pull requests come in one list; only the page's address tells them apart.
  if (data.html_url !== undefined && !/\/pull\/\d+/.test(data.html_url)) return [];
  const number = context.pull ?? numberIn(data.issue_url);
  return [event(context, number, `comment-${data.id}`, data.created_at, 'comment', data.user)];
}

const eventKinds: { readonly [event: string]: string } = {
  ready_for_review: 'ready',
  convert_to_draft: 'draft',
  review_dismissed: 'dismissed',
};

export function eventOf(data: RestEvent, context: Context): readonly ChangeEvent[] {
  if (context.pull === undefined && (data.issue == null || data.issue.pull_request == null)) return [];
  const number = context.pull ?? data.issue?.number;
  const kind = eventKinds[data.event] ?? data.event;
  const of = data.dismissed_review == null ? undefined : `review-${data.dismissed_review.review_id}`;
  const reviewer = data.requested_reviewer == null ? undefined : actorOf(data.requested_reviewer);
  return [event(context, number, `event-${data.id}`, data.created_at, kind, data.actor, { of, reviewer })];
}

export function commitOf(data: RestCommit, context: Context): Commit {
  const { author, committer, message } = data.commit;
  return {
    type: 'commit',
    repository: context.repository,
    change: context.pull === undefined ? undefined : changeId(context.repository, context.pull),
    sha: data.sha,
    authoredAt: author.date,
    committedAt: committer.date,
    author: { login: data.author?.login, email: author.email ?? undefined },
    message,
    parents: data.parents?.map(({ sha }) => sha),
  };
}

function event(
  { repository, line }: Context,
  number: number | undefined,
  id: string,
  at: string,
  kind: string,
  by: z.output<typeof user>,
  more: Partial<ChangeEvent> = {},
): ChangeEvent {
  if (number === undefined)
    throw invalid(line, 'it does not say which pull request it belongs to; add "pull"');
  return { type: 'event', change: changeId(repository, number), id, at, kind, by: actorOf(by), ...more };
}

/** The number at the end of `…/pulls/7` or `…/issues/7`. */
function numberIn(url: string | undefined): number | undefined {
  const match = /\/(?:pulls|issues)\/(\d+)$/.exec(url ?? '');
  return match === null ? undefined : Number(match[1]);
}

/** GitHub shows deleted accounts as `ghost`, and names its applications with `[bot]` at the end. */
export function actorOf(account: z.output<typeof user>): Actor {
  if (account == null || account.login === 'ghost') return { login: null, kind: 'unknown' };
  const isBot = account.type === 'Bot' || account.login.endsWith('[bot]');
  return { login: account.login, kind: isBot ? 'bot' : 'human' };
}
