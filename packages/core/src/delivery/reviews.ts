import type { TimedEvent } from './event-order.ts';
import { type Actor, type Change, type Commit, secondsOf } from './facts.ts';

/** What decides whether a review is one of somebody else. */
export interface ReviewContext {
  readonly change: Change;
  /** Logins of those who drove an agent here: the session's principal, assignees, requesters. */
  readonly drivers: ReadonlySet<string>;
  readonly commits: readonly Commit[];
}

/** An accepted suggestion is committed by its reviewer but is review, not authorship; so is an updated branch. */
function isAuthorship({ message, parents }: Commit): boolean {
  if (parents !== undefined && parents.length > 1) return false;
  if (/^Merge (branch|remote-tracking branch|pull request) /.test(message)) return false;
  // Of what is kept the name of a person is gone.
  return !/^(Apply suggestions? from\b|Apply \d+ suggestions?)/.test(message);
}

/** A submitted review or an inline comment; one that is pending is nobody's business yet. */
function isReview({ kind, state }: Pick<TimedEvent, 'kind' | 'state'>): boolean {
  return (kind === 'review' && state !== 'pending') || kind === 'inline_comment';
}

/**
 * Qualified: a human who isn't the author, doesn't drive it, and has authored no commit of the change at or before
 * the review. A deleted account is nobody: it qualifies for nothing.
 */
function isQualified(event: TimedEvent, context: ReviewContext): boolean {
  const { login, kind } = event.by;
  if (kind !== 'human' || login === null) return false;
  if (sameLogin(login, context.change.author.login) || context.drivers.has(login.toLowerCase())) return false;
  return !context.commits.some(
    (commit) =>
      isAuthorship(commit) &&
      sameLogin(login, commit.author.login ?? null) &&
      (secondsOf(commit.authoredAt) ?? Number.POSITIVE_INFINITY) <= event.at,
  );
}

export function sameLogin(a: string | null, b: string | null): boolean {
  return a !== null && b !== null && a.toLowerCase() === b.toLowerCase();
}

/** The first qualified human review at or before `end`, in any state; and of bots, the first one by itself. */
export function firstReviews(
  events: readonly TimedEvent[],
  context: ReviewContext,
  end: number,
): { readonly human: TimedEvent | null; readonly bot: TimedEvent | null } {
  const reviews = events.filter((event) => event.at <= end && isReview(event));
  return {
    human: reviews.find((event) => isQualified(event, context)) ?? null,
    bot:
      reviews.find(({ by }) => by.kind === 'bot' && !sameLogin(by.login, context.change.author.login)) ??
      null,
  };
}

/**
 * Start of the last unbroken spell up to `end` in which at least `required` qualified approvals were in force; null
 * when they weren't at `end`. An approval leaves force when it is dismissed, or when the same person asks for changes.
 */
export function approvedSince(
  events: readonly TimedEvent[],
  context: ReviewContext,
  end: number,
  required: number,
): number | null {
  const inForce = new Map<string, string>();
  let since: number | null = null;
  for (const event of events) {
    if (event.at > end) break;
    if (event.kind === 'dismissed') drop(inForce, event.of);
    else if (event.kind === 'review') weigh(event, context, inForce);
    if (inForce.size < required) since = null;
    else since ??= event.at;
  }
  return since;
}

function weigh(event: TimedEvent, context: ReviewContext, inForce: Map<string, string>): void {
  const person = personOf(event.by);
  if (person === null) return;
  if (event.state === 'changes_requested') inForce.delete(person);
  else if (event.state === 'approved' && isQualified(event, context)) inForce.set(person, event.id);
}

function drop(inForce: Map<string, string>, review: string | undefined): void {
  for (const [person, id] of inForce) if (id === review) inForce.delete(person);
}

function personOf({ login }: Actor): string | null {
  return login === null ? null : login.toLowerCase();
}
