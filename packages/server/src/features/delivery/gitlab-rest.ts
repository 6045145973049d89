import {
  type Change,
  type ChangeEvent,
  type Commit,
  type DeliveryFact,
  type Deployment,
  type Incident,
  withoutIssues,
} from '@fairlead/core/delivery';
import { normaliseRepository } from '@fairlead/core/wire';
import { z } from 'zod';
import { deploymentId } from './github-deployments.ts';
import { defaultIncidentLabel, issueId, severityOf } from './github-issues.ts';
import { createNoteReader, gitlabNote, isDraftTitle } from './gitlab-notes.ts';
import { gitlabActor, gitlabTime as time, gitlabUser as user } from './gitlab-types.ts';
import type { LineReader } from './import-lines.ts';
import { linksIn } from './incident-links.ts';
import { invalid } from './read-lines.ts';

/*
 * Raw objects of GitLab's REST API, one a line: {"resource", "project", "data"}, and "merge_request" with its number
 * where the object itself doesn't say it. Only the fields that are used are asked for.
 */

const mergeRequest = z.looseObject({
  iid: z.int(),
  title: z.string(),
  author: user,
  assignees: z.array(z.looseObject({ username: z.string() })).nullish(),
  created_at: time,
  updated_at: time.nullish(),
  merged_at: time.nullish(),
  closed_at: time.nullish(),
  draft: z.boolean().nullish(),
  work_in_progress: z.boolean().nullish(),
  target_branch: z.string(),
  source_branch: z.string(),
  sha: z.string().nullish(),
  merge_commit_sha: z.string().nullish(),
  squash_commit_sha: z.string().nullish(),
  changes_count: z.string().nullish(),
});
const approvals = z.looseObject({
  iid: z.int().optional(),
  approved_by: z.array(z.looseObject({ user, approved_at: time.nullish() })).nullish(),
});
const commit = z.looseObject({
  id: z.string(),
  message: z.string().nullish(),
  title: z.string().nullish(),
  author_email: z.string().nullish(),
  authored_date: time,
  committed_date: time.nullish(),
  parent_ids: z.array(z.string()).nullish(),
});
const deployment = z.looseObject({
  id: z.int(),
  sha: z.string().min(1),
  status: z.string(),
  created_at: time,
  updated_at: time.nullish(),
  finished_at: time.nullish(),
  environment: z.looseObject({ name: z.string() }),
  deployable: z.looseObject({ started_at: time.nullish(), finished_at: time.nullish() }).nullish(),
});
/** Merge requests that a deployment brought, as GitLab lists them. */
const shipped = z.array(
  z.looseObject({
    merge_commit_sha: z.string().nullish(),
    squash_commit_sha: z.string().nullish(),
    sha: z.string().nullish(),
  }),
);
const stateEvent = z.looseObject({
  id: z.int(),
  user,
  created_at: time,
  resource_type: z.string().optional(),
  state: z.string(),
});
const issue = z.looseObject({
  iid: z.int(),
  labels: z.array(z.union([z.string(), z.looseObject({ name: z.string() })])).nullish(),
  issue_type: z.string().nullish(),
  severity: z.string().nullish(),
  description: z.string().nullish(),
  created_at: time,
  closed_at: time.nullish(),
  updated_at: time.nullish(),
});
const envelope = z.looseObject({
  resource: z.string(),
  project: z.string().optional(),
  repository: z.string().optional(),
  merge_request: z.int().optional(),
  /** Of which deployment `deployment_merge_requests` are. */
  deployment: z.int().optional(),
  data: z.unknown(),
});

interface Place {
  readonly repository: string;
  readonly number: number | undefined;
  readonly deployment: number | undefined;
  readonly line: number;
}

type Reader = (data: unknown, place: Place) => readonly DeliveryFact[];

/** Reads lines of raw GitLab objects; `project` is `host/group/name`, or `group/name` of gitlab.com. */
export function gitlabReader(incidentLabel = defaultIncidentLabel): LineReader {
  const readNote = createNoteReader();
  const readers: { readonly [resource: string]: Reader } = {
    merge_requests: (data, at) => [changeOf(parse(mergeRequest, data, at), at)],
    notes(data, at) {
      const note = parse(gitlabNote, data, at);
      if (note.noteable_type !== undefined && note.noteable_type !== 'MergeRequest') return [];
      const change = changeIn(at, note.noteable_iid);
      return readNote(note, change).map((event) => ({ type: 'event', change, ...event }));
    },
    approvals: (data, at) => approvalsOf(parse(approvals, data, at), at),
    commits: (data, at) => [commitOf(parse(commit, data, at), at)],
    ...deploymentReaders(),
    resource_state_events: (data, at) => stateOf(parse(stateEvent, data, at), at),
    resource_label_events: () => [],
    issues: (data, at) => [incidentIn(parse(issue, data, at), at, incidentLabel)],
  };
  return (value, { line }) => {
    const { resource, project, repository: name = project, data, ...of } = parse(envelope, value, { line });
    const read = Object.hasOwn(readers, resource) ? readers[resource]! : null;
    if (read === null) {
      const known = Object.keys(readers).join(', ');
      throw invalid(line, `resource “${resource.slice(0, 40)}” is none of ${known}`);
    }
    return read(data, {
      repository: projectIn(name, line),
      number: of.merge_request,
      deployment: of.deployment,
      line,
    });
  };
}

/** A deployment stands before the list of the merge requests that it brought. */
function deploymentReaders(): { readonly [resource: string]: Reader } {
  const known = new Map<string, Deployment>();
  return {
    deployments(data, at) {
      const fact = deploymentIn(parse(deployment, data, at), at);
      known.set(fact.id, fact);
      return [fact];
    },
    deployment_merge_requests(data, at) {
      const fact = known.get(deploymentId(at.repository, at.deployment ?? 0));
      if (fact === undefined)
        throw invalid(at.line, 'the "deployment" that it is of does not stand before it');
      return [{ ...fact, commits: parse(shipped, data, at).flatMap((one) => mergedAs(one) ?? []) }];
    },
  };
}

/** Groups nest, so that a path of three names doesn't say whether its first one is a host. */
function projectIn(name: string | undefined, line: number): string {
  const bare = name?.split('/').length ?? 0;
  const isWhole = bare <= 2 || /^[^/]*[.:]|^localhost\//.test(name!);
  const repository =
    name !== undefined && isWhole ? normaliseRepository(name, { defaultHost: 'gitlab.com' }) : null;
  if (repository === null) throw invalid(line, 'project is none of the form host/group/name');
  return repository;
}

function parse<Schema extends z.ZodType>(
  schema: Schema,
  data: unknown,
  { line }: { readonly line: number },
): z.output<Schema> {
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  const [problem] = result.error.issues;
  throw invalid(line, `${problem?.path.join('.') || 'data'}: ${problem?.message ?? 'not valid'}`);
}

function changeIn({ repository, number, line }: Place, own?: number | null): string {
  const found = own ?? number;
  if (found === undefined || found === null)
    throw invalid(line, 'it does not say which merge request it belongs to; add "merge_request"');
  return `${repository}#${found}`;
}

function changeOf(data: z.output<typeof mergeRequest>, { repository }: Place): Change {
  const merged = data.merged_at ?? undefined;
  return {
    type: 'change',
    id: `${repository}#${data.iid}`,
    repository,
    number: data.iid,
    author: gitlabActor(data.author),
    openedAt: data.created_at,
    mergedAt: merged,
    closedAt: data.closed_at ?? undefined,
    updatedAt: data.updated_at ?? undefined,
    isDraft: data.draft ?? data.work_in_progress ?? isDraftTitle(data.title),
    base: data.target_branch,
    head: data.source_branch,
    mergeCommit: merged === undefined ? undefined : mergedAs(data),
    title: withoutIssues(data.title),
    drivers: data.assignees?.map(({ username }) => username).sort(),
    // GitLab lists changes without counting their lines.
    additions: 0,
    deletions: 0,
    files: Number.parseInt(data.changes_count ?? '0', 10) || 0,
  };
}

/** A fast-forward makes no commit of its own: the last one of the branch is what was merged. */
function mergedAs(data: z.output<typeof shipped>[number]): string | undefined {
  return data.merge_commit_sha ?? data.squash_commit_sha ?? data.sha ?? undefined;
}

/** Approvals in force, where GitLab says since when; notes tell the same ones, and those that ended. */
function approvalsOf(data: z.output<typeof approvals>, at: Place): readonly ChangeEvent[] {
  const change = changeIn(at, data.iid);
  return (data.approved_by ?? []).flatMap(({ user: account, approved_at }) => {
    if (approved_at == null || account == null) return [];
    const event = { type: 'event', change, at: approved_at, kind: 'review', state: 'approved' } as const;
    return [{ ...event, id: `approval-${account.username}`, by: gitlabActor(account) }];
  });
}

function commitOf(data: z.output<typeof commit>, { repository, number }: Place): Commit {
  return {
    type: 'commit',
    repository,
    change: number === undefined ? undefined : `${repository}#${number}`,
    sha: data.id,
    authoredAt: data.authored_date,
    committedAt: data.committed_date ?? data.authored_date,
    author: { email: data.author_email ?? undefined },
    message: withoutIssues(data.message ?? data.title ?? ''),
    parents: data.parent_ids ?? undefined,
  };
}

function deploymentIn(data: z.output<typeof deployment>, { repository }: Place): Deployment {
  const { deployable, created_at } = data;
  return {
    type: 'deployment',
    id: deploymentId(repository, data.id),
    repository,
    service: repository,
    environment: data.environment.name,
    result: data.status,
    startedAt: deployable?.started_at ?? created_at,
    finishedAt: deployable?.finished_at ?? data.finished_at ?? data.updated_at ?? created_at,
    commit: data.sha,
  };
}

function stateOf(data: z.output<typeof stateEvent>, at: Place): readonly ChangeEvent[] {
  if (data.resource_type !== undefined && data.resource_type !== 'MergeRequest') return [];
  const { id, created_at, state: kind } = data;
  const change = changeIn(at);
  return [{ type: 'event', change, id: `state-${id}`, at: created_at, kind, by: gitlabActor(data.user) }];
}

const severities: { readonly [severity: string]: number } = { critical: 1, high: 2, medium: 3, low: 4 };

/** Issues of the type `incident` are incidents without the label. */
function incidentIn(data: z.output<typeof issue>, { repository }: Place, label: string): Incident {
  const labels = (data.labels ?? []).map((one) => (typeof one === 'string' ? one : one.name).toLowerCase());
  const isIncident = data.issue_type?.toLowerCase() === 'incident' || labels.includes(label.toLowerCase());
  const said = severities[data.severity?.toLowerCase() ?? ''];
  const text = withoutIssues(data.description ?? '');
  return {
    type: 'incident',
    id: issueId(repository, data.iid),
    service: repository,
    startedAt: data.created_at,
    reportedAt: data.created_at,
    resolvedAt: data.closed_at ?? undefined,
    severity: severityOf(labels, said),
    links: isIncident ? linksIn(text, { repository, names: { defaultHost: 'gitlab.com' } }) : [],
    updatedAt: data.updated_at ?? undefined,
    ...(!isIncident && { retracted: true }),
  };
}
