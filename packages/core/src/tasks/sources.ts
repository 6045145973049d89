import { type ChangeHistory, timeOf } from '../delivery/index.ts';
import type { SessionAtBranch, TaskFact, TaskSource } from './facts.ts';
import type { TaskInput } from './input.ts';
import { branchOf } from './lives.ts';

const sourceOfFact: { readonly [T in TaskFact['type']]?: TaskSource } = {
  session: 'sessions',
  authorship: 'sessions',
  attestation: 'sessions',
  edits: 'sessions',
  gate: 'gates',
  finding: 'scanners',
  governance_incident: 'governance_incidents',
  seats: 'seats',
};
const sourceOfCause = { E1: 'exceptions', E2: 'takeovers', E3: 'legal_reviews' } as const;

/** Sources that have reported, or that say they are connected though they had nothing to report. */
export function connectedSources({ delivery, facts, calls }: TaskInput): ReadonlySet<TaskSource> {
  const found = new Set<TaskSource>();
  if (delivery.histories.length > 0) found.add('changes');
  if (delivery.deployments.length > 0) found.add('deployments');
  if (delivery.incidents.length > 0) found.add('incidents');
  if (calls.length > 0) found.add('usage');
  for (const fact of facts) {
    if (fact.type === 'connection') found.add(fact.source);
    else if (fact.type === 'escalation') found.add(sourceOfCause[fact.cause]);
    else {
      const source = sourceOfFact[fact.type];
      if (source !== undefined) found.add(source);
    }
  }
  return found;
}

/**
 * The facts, and for each commit that an authorship note gives to a session of the ledger, that session's stay at the branch
 * of the commit's change. Nothing says when it switched there, so its stays all begin with its first call.
 */
export function withNotedSessions({
  facts,
  delivery,
  calls,
  sessionAliases,
}: TaskInput): readonly TaskFact[] {
  const changes = new Map<string, ChangeHistory>();
  for (const history of delivery.histories) {
    const { repository: of, mergeCommit } = history.change;
    if (mergeCommit !== undefined) changes.set(`${of} ${mergeCommit}`, history);
    for (const { repository, sha } of history.commits) changes.set(`${repository} ${sha}`, history);
  }
  const spans = spansOf(calls);
  return withStaysOfNotes(facts, {
    changeOf: (commit) => changes.get(commit),
    spanOf: (session) => spans.get(session),
    sessionOf: (name) => sessionAliases.get(name) ?? name,
  });
}

/** From the first to the last call of a session, seconds, and who made the first. */
export interface SessionSpan {
  readonly from: number;
  readonly to: number;
  readonly person: string | null;
}

/** The same, where others know what notes are about. */
export function withStaysOfNotes(
  facts: readonly TaskFact[],
  {
    changeOf,
    spanOf,
    sessionOf,
  }: {
    /** The change of `repository commit`. */
    readonly changeOf: (commit: string) => Pick<ChangeHistory, 'change'> | undefined;
    readonly spanOf: (session: string) => SessionSpan | undefined;
    readonly sessionOf: (name: string) => string;
  },
): readonly TaskFact[] {
  const known = new Set(
    facts.flatMap((fact) =>
      fact.type === 'session' ? [`${fact.session} ${fact.repository} ${fact.branch}`] : [],
    ),
  );
  const noted: SessionAtBranch[] = [];
  for (const fact of facts) {
    const history = fact.type === 'authorship' ? changeOf(`${fact.repository} ${fact.commit}`) : undefined;
    if (fact.type !== 'authorship' || history === undefined) continue;
    const { repository } = history.change;
    const branch = branchOf(history.change);
    for (const { id } of fact.sessions) {
      const session = sessionOf(id);
      const span = spanOf(session);
      const key = `${session} ${repository} ${branch}`;
      if (span === undefined || known.has(key)) continue;
      known.add(key);
      const from = timeOf(span.from);
      const stay = { session, repository, branch, from, until: timeOf(span.to), firstWriteAt: from };
      noted.push({
        type: 'session',
        id: `${fact.id}/${session}`,
        ...stay,
        ...(span.person !== null && { principal: span.person }),
      });
    }
  }
  return noted.length === 0 ? facts : [...facts, ...noted];
}

function spansOf(calls: TaskInput['calls']) {
  const spans = new Map<string, { from: number; to: number; person: string | null }>();
  for (const { session, at, person } of calls) {
    if (session === null) continue;
    const known = spans.get(session);
    if (known === undefined) spans.set(session, { from: at, to: at, person });
    else {
      known.from = Math.min(known.from, at);
      known.to = Math.max(known.to, at);
    }
  }
  return spans;
}
