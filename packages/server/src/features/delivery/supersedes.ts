import {
  type Change,
  type ChangeEvent,
  type Deployment,
  type Incident,
  succeeded,
} from '@fairlead/core/delivery';

/**
 * `stated`: what an import or a poll says now stands, unless it says itself that it is older. `late`: from a webhook,
 * which may come twice, out of order or long after a poll; it adds and advances, and never takes anything back.
 */
export type Arrival = 'stated' | 'late';

/** A fact as it is kept: its version (RFC 3339, UTC) where it has one, and its JSON. */
export interface KeptFact {
  readonly type: string;
  readonly version: string | null;
  readonly body: string;
}

/**
 * What stands after `next` came to `known`, which has the same type and id; null when that is `known` as it was. Which
 * commits a deployment brought is told apart from how it ended, so that neither takes the other away.
 */
export function standing<Fact extends KeptFact>(next: Fact, known: Fact, arrival: Arrival): Fact | null {
  const isTaken = supersedes(next, known, arrival);
  if (next.type !== 'deployment') return isTaken ? next : null;
  const [taken, left] = isTaken ? [next, known] : [known, next];
  const body = withRange(taken, left);
  return body === known.body ? null : { ...taken, body };
}

/** Whether `next` takes the place of `known`, which has the same type and id. */
export function supersedes(next: KeptFact, known: KeptFact, arrival: Arrival): boolean {
  if (next.body === known.body || wasRetracted(known)) return false;
  const hasBoth = next.version !== null && known.version !== null;
  const isOlder = hasBoth && next.version! < known.version!;
  if (arrival === 'stated' || isOlder) return !isOlder;
  if (hasBoth && next.version !== known.version) return true;
  if (next.version === null && known.version !== null) return false;
  return (known.version === null && next.version !== null) || advances(next, known);
}

/** Hosts give an id once: what was deleted under it never comes back. */
function wasRetracted(known: KeptFact): boolean {
  return known.type === 'event' && read<ChangeEvent>(known).kind === 'retracted';
}

/** Hosts write whole seconds, so that two versions can share one; and most facts have no version at all. */
function advances(next: KeptFact, known: KeptFact): boolean {
  switch (next.type) {
    case 'change':
      return changeProgress(next) > changeProgress(known);
    case 'event':
      return eventProgress(next) > eventProgress(known);
    case 'deployment':
      return laterOutcome(read<Deployment>(next), read<Deployment>(known));
    case 'incident':
      return incidentProgress(next) > incidentProgress(known);
    default:
      return false;
  }
}

function read<Fact>({ body }: KeptFact): Fact {
  return JSON.parse(body) as Fact;
}

function changeProgress(fact: KeptFact): number {
  const { mergedAt, closedAt } = read<Change>(fact);
  return mergedAt !== undefined ? 2 : closedAt !== undefined ? 1 : 0;
}

/**
 * A review is submitted once, and then at most dismissed, which hosts show as a comment. What was deleted stays so.
 */
function eventProgress(fact: KeptFact): number {
  const { kind, state } = read<ChangeEvent>(fact);
  if (kind === 'retracted') return 4;
  return kind !== 'review' ? 1 : state === 'commented' ? 3 : state === 'pending' ? 1 : 2;
}

function incidentProgress(fact: KeptFact): number {
  const { resolvedAt, retracted } = read<Incident>(fact);
  return retracted === true ? 2 : resolvedAt !== undefined ? 1 : 0;
}

/** The body of a deployment, with what `other` says of its range where it says nothing itself. */
function withRange(fact: KeptFact, other: KeptFact): string {
  const lists = ({ body }: KeptFact) => body.includes('"commits":') || body.includes('"range":');
  const names = ({ body }: KeptFact) => body.includes('"previousCommit":');
  if (lists(fact) || !(lists(other) || names(other))) return fact.body;
  const { previousCommit, commits, range } = read<Deployment>(other);
  // Who names another predecessor means another range.
  if (names(fact) && read<Deployment>(fact).previousCommit !== previousCommit) return fact.body;
  return JSON.stringify({ ...read<Deployment>(fact), previousCommit, commits, range });
}

/** The first success stands; before one, the last failure; before that, whatever began last. */
function laterOutcome(next: Deployment, known: Deployment): boolean {
  const [a, b] = [outcomeRank(next), outcomeRank(known)];
  if (a !== b) return a > b;
  const [at, before] = [Date.parse(next.finishedAt), Date.parse(known.finishedAt)];
  if (at !== before) return a === 2 ? at < before : at > before;
  // Of two within one second one has to stand, whichever came first.
  return next.result > known.result;
}

function outcomeRank({ result }: Deployment): number {
  return succeeded(result) ? 2 : /^(failure|failed|error|canceled|cancelled)$/i.test(result) ? 1 : 0;
}
