import type { ChangeEvent, DeliveryFact, Incident } from '@fairlead/core/delivery';
import { normaliseRepository, type RepositoryNames } from '@fairlead/core/wire';
import { z } from 'zod';
import {
  deploymentOf,
  githubReaders,
  incidentOf,
  restDeployment,
  restDeploymentStatus,
  restIssue,
} from '../../delivery/api.ts';
import type { Heard } from './types.ts';

/*
 * GitHub's webhook events as the facts that its REST API gives of the same things. What a payload names without the id
 * that the API has for it (making ready, asking for a review, closing, commits) is left to the poll, with a hint.
 */

export interface EventContext {
  readonly names: RepositoryNames;
  readonly incidentLabel: string;
}

interface Place extends EventContext {
  readonly repository: string;
  readonly action: string;
}

const login = z.looseObject({ login: z.string() });
const place = z.looseObject({
  action: z.string().max(100).optional(),
  repository: z.looseObject({ full_name: z.string(), html_url: z.string().optional() }).nullish(),
});
const numbered = z.looseObject({ number: z.int().min(1) });
const ofPull = z.looseObject({ pull_request: numbered });
const pullEvent = z.looseObject({ pull_request: numbered.extend({ additions: z.int().optional() }) });
const commentEvent = z.looseObject({ issue: numbered.extend({ pull_request: z.unknown().optional() }) });
const issueEvent = z.looseObject({
  issue: restIssue,
  label: z.looseObject({ name: z.string() }).nullish(),
});
const statusEvent = z.looseObject({
  deployment: restDeployment,
  deployment_status: restDeploymentStatus,
});
const repositoryEvent = z.looseObject({
  repository: z.looseObject({ name: z.string(), owner: login, updated_at: z.string().nullish() }),
  changes: z
    .looseObject({
      repository: z.looseObject({ name: z.looseObject({ from: z.string() }) }).optional(),
      owner: z
        .looseObject({ from: z.looseObject({ user: login.nullish(), organization: login.nullish() }) })
        .optional(),
    })
    .nullish(),
});

const nothing: Heard = { facts: [], hints: [], renamed: [] };

type Reader = (payload: object, place: Place) => Heard;

const readers: { readonly [event: string]: Reader } = {
  pull_request(payload, at) {
    const { pull_request: pull } = pullEvent.parse(payload);
    // Some payloads hold a shortened pull request, which would take away what is known.
    const facts = pull.additions === undefined ? [] : rest('pulls', pull, pull.number, at);
    return { ...nothing, facts, hints: [hint(at, pull.number)] };
  },
  pull_request_review: (payload, at) => partOfPull(payload, 'review', 'reviews', at),
  pull_request_review_comment: (payload, at) => partOfPull(payload, 'comment', 'review_comments', at),
  pull_request_review_thread: (payload, at) => ({
    ...nothing,
    hints: [hint(at, ofPull.parse(payload).pull_request.number)],
  }),
  issue_comment(payload, at) {
    const { issue } = commentEvent.parse(payload);
    if (issue.pull_request == null) return nothing;
    const facts = rest('comments', (payload as { comment?: unknown }).comment, issue.number, at);
    return {
      ...nothing,
      facts: facts.map((fact) => unlessDeleted(fact, at)),
      hints: [hint(at, issue.number)],
    };
  },
  issues: (payload, at) => ({ ...nothing, facts: incidentsIn(payload, at) }),
  deployment: (payload, at) => {
    const { deployment } = statusEvent.pick({ deployment: true }).parse(payload);
    return { ...nothing, facts: deploymentOf(deployment, null, at.repository) };
  },
  deployment_status(payload, at) {
    const { deployment, deployment_status: status } = statusEvent.parse(payload);
    return { ...nothing, facts: deploymentOf(deployment, status, at.repository) };
  },
  repository: (payload, at) => ({ ...nothing, renamed: renamingIn(payload, at) }),
};

/** Names of the events of which something is kept. */
export const githubEvents: readonly string[] = Object.keys(readers);

/**
 * What a payload says; nothing for events that nothing is kept of.
 * @throws ZodError or FairleadError `delivery.line-invalid` where it isn't what the event's payload has to be.
 */
export function readGithubEvent(event: string, payload: object, context: EventContext): Heard {
  if (!Object.hasOwn(readers, event)) return nothing;
  const { action = '', repository } = place.parse(payload);
  const name = repository?.html_url ?? repository?.full_name;
  if (name === undefined) return nothing;
  const id = normaliseRepository(name, context.names);
  return id === null ? nothing : readers[event]!(payload, { ...context, repository: id, action });
}

function rest(resource: string, data: unknown, pull: number, at: Place): readonly DeliveryFact[] {
  return githubReaders[resource]!(data, { repository: at.repository, pull, line: 0 });
}

function hint({ repository }: Place, number: number): Heard['hints'][number] {
  return { repository, number };
}

function partOfPull(payload: object, name: 'review' | 'comment', resource: string, at: Place): Heard {
  const { number } = ofPull.parse(payload).pull_request;
  const facts = rest(resource, (payload as { readonly [key: string]: unknown })[name], number, at);
  return { ...nothing, facts: facts.map((fact) => unlessDeleted(fact, at)), hints: [hint(at, number)] };
}

function unlessDeleted(fact: DeliveryFact, { action }: Place): DeliveryFact {
  return action === 'deleted' && fact.type === 'event'
    ? ({ ...fact, kind: 'retracted' } satisfies ChangeEvent)
    : fact;
}

/** The issue went away, or is an incident no more. */
function endsIncident(action: string, label: string | undefined, wanted: string): boolean {
  if (action === 'deleted' || action === 'transferred') return true;
  return action === 'unlabeled' && label?.toLowerCase() === wanted.toLowerCase();
}

function incidentsIn(payload: object, at: Place): readonly Incident[] {
  const { issue, label } = issueEvent.parse(payload);
  const { repository, names, incidentLabel, action } = at;
  const facts = incidentOf(issue, { repository, names, label: incidentLabel });
  if (endsIncident(action, label?.name, incidentLabel))
    return facts.map((fact) => ({ ...fact, links: [], retracted: true }));
  // Every other issue would leave a mark otherwise.
  return facts.filter(({ retracted }) => retracted !== true);
}

function renamingIn(payload: object, { repository: to, names, action }: Place): Heard['renamed'] {
  if (action !== 'renamed' && action !== 'transferred') return [];
  const { repository, changes } = repositoryEvent.parse(payload);
  const owner = changes?.owner?.from.user?.login ?? changes?.owner?.from.organization?.login;
  const name = changes?.repository?.name.from;
  const host = to.slice(0, to.indexOf('/'));
  const old = `${host}/${owner ?? repository.owner.login}/${name ?? repository.name}`;
  // Aliases are left out: the old name may have one already.
  const from = normaliseRepository(old, { defaultHost: names.defaultHost });
  const at = Date.parse(repository.updated_at ?? '');
  return from === null || from === to ? [] : [{ from, to, at: Number.isNaN(at) ? null : at }];
}
