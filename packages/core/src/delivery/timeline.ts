import { orderEvents, type TimedEvent } from './event-order.ts';
import { type ChangeHistory, secondsOf, type UnknownPart } from './facts.ts';
import { approvedSince, firstReviews, type ReviewContext } from './reviews.ts';
import { closedSpells, draftSpells, heldBefore, holdsAt, type Spell } from './spells.ts';
import { type DeliveryClock, elapsedClock } from './working-hours.ts';

/** Definition set of the partition; printed beside every number that comes from it. */
export const timelineDefinition = 'timeline/v1';

export const parts = [
  'coding',
  'draft',
  'pickup',
  'review',
  'merge_wait',
  'deploy',
  'closed',
  'unreviewed',
] as const;
export type Part = (typeof parts)[number];

export type TimelineFlag =
  | 'reviewed_in_draft'
  | 'no_approval'
  | 'merged_as_draft'
  | 'clamped'
  | 'skew'
  | 'no_commits'
  | 'merged_without_human_review'
  | `${UnknownPart}_unknown`;

/** When the change's merge commit reached production; see `deploymentsOf`. */
export type DeployedAt =
  | { readonly kind: 'deployed'; readonly at: number }
  | { readonly kind: 'pending' | 'not_applicable' };

export interface TimelineOptions {
  /** Seconds since the epoch; an open change's parts reach until here. */
  readonly now: number;
  readonly deployed?: DeployedAt;
  /** Approvals the repository asks for; 1 unless told, at least 1. */
  readonly requiredApprovals?: number;
  /** Logins, in lower case, that drove an agent here. */
  readonly drivers?: ReadonlySet<string>;
  readonly clock?: DeliveryClock;
}

/** The instants of a change's life and the parts between them. Seconds; instants since the epoch. */
export interface Timeline {
  readonly status: 'open' | 'merged' | 'closed';
  readonly t: {
    readonly start: number;
    readonly opened: number;
    readonly firstReview: number | null;
    readonly approved: number | null;
    readonly merged: number | null;
    readonly deployed: number | null;
    readonly end: number;
  };
  /** They add up to `total`. */
  readonly parts: { readonly [P in Part]: number };
  readonly total: number;
  /** Start to merge without closed spells; null unless merged. */
  readonly cycleTime: number | null;
  /** Start to production without closed spells; null unless deployed. */
  readonly leadTime: number | null;
  readonly state: DeployedAt['kind'];
  /** Opening to the first review by a bot; null without one. */
  readonly botReviewLatency: number | null;
  readonly clock: string;
  readonly flags: readonly TimelineFlag[];
}

const maxCodingSeconds = 90 * 86_400;

/**
 * Partitions a change's life. Every instant belongs to exactly one part, found by classifying instants rather than by
 * subtracting anchors, so parts are never negative and always add up. `events` are those of the history as
 * `orderEvents` puts them, where the caller needs them too.
 * @returns null when the change has no readable time of opening.
 */
export function timelineOf(
  history: ChangeHistory,
  options: TimelineOptions,
  events: readonly TimedEvent[] = orderEvents(history.events),
): Timeline | null {
  const anchors = anchorsOf(history, options, events);
  if (anchors === null) return null;
  const clock = options.clock ?? elapsedClock;
  const { start, opened, end, merged, deployed, human, approved, draft, closed } = anchors;
  const partOf = (at: number): Part => {
    if (at < opened) return 'coding';
    if (merged !== null && at >= merged) return 'deploy';
    if (holdsAt(closed, at)) return 'closed';
    if (holdsAt(draft, at)) return 'draft';
    if (human === null) return anchors.status === 'open' ? 'pickup' : 'unreviewed';
    if (at < human.at) return 'pickup';
    return approved !== null && at >= approved ? 'merge_wait' : 'review';
  };
  const sums = Object.fromEntries(parts.map((part) => [part, 0])) as { [P in Part]: number };
  const cuts = cutsOf(anchors);
  for (let i = 1; i < cuts.length; i++) sums[partOf(cuts[i - 1]!)] += clock.between(cuts[i - 1]!, cuts[i]!);
  const { status, bot, state } = anchors;
  return {
    status,
    t: { start, opened, firstReview: human?.at ?? null, approved, merged, deployed, end },
    parts: sums,
    total: clock.between(start, end),
    cycleTime: merged === null ? null : clock.between(start, merged) - sums.closed,
    leadTime: deployed === null ? null : clock.between(start, deployed) - sums.closed,
    state,
    botReviewLatency: bot === null ? null : clock.between(opened, Math.max(opened, bot.at)),
    clock: clock.name,
    flags: flagsOf(anchors, history.change.unknown),
  };
}

interface Anchors {
  readonly status: Timeline['status'];
  readonly start: number;
  readonly opened: number;
  readonly end: number;
  readonly merged: number | null;
  readonly deployed: number | null;
  readonly state: DeployedAt['kind'];
  readonly human: TimedEvent | null;
  readonly submitted: boolean;
  readonly bot: TimedEvent | null;
  readonly approved: number | null;
  readonly draft: readonly Spell[];
  readonly closed: readonly Spell[];
  readonly clamped: boolean;
  readonly skew: boolean;
  readonly noCommits: boolean;
}

function anchorsOf(
  history: ChangeHistory,
  options: TimelineOptions,
  events: readonly TimedEvent[],
): Anchors | null {
  const { change, commits } = history;
  const opened = secondsOf(change.openedAt);
  if (opened === null) return null;
  const optional = (time: string | undefined) => (time === undefined ? null : secondsOf(time));
  const saidMerged = optional(change.mergedAt);
  const merged = saidMerged === null ? null : Math.max(saidMerged, opened);
  // The host says `closedAt` of a merged change too; there it is the merge.
  const closed = closedSpells(events, opened, merged === null ? optional(change.closedAt) : null);
  const last = closed.at(-1);
  const finallyClosed = merged === null && last?.to === null ? last.from : null;
  const now = Math.max(options.now, opened);
  const ended = merged ?? finallyClosed ?? now;
  const { start, clamped, skew, noCommits } = startOf(opened, commits);
  const context = contextOf(history, options);
  const { human, bot } = firstReviews(events, context, ended);
  const deployment =
    merged === null
      ? ({ kind: 'not_applicable' } as const)
      : (options.deployed ?? { kind: 'not_applicable' });
  const deployed = deployment.kind === 'deployed' ? Math.max(deployment.at, ended) : null;
  return {
    status: merged !== null ? 'merged' : finallyClosed !== null ? 'closed' : 'open',
    start,
    opened,
    end: deployed ?? ended,
    merged,
    deployed,
    state: deployment.kind,
    human: human === null ? null : { ...human, at: Math.max(human.at, opened) },
    submitted: merged === null || submittedBefore(events, context, merged),
    bot,
    approved:
      merged === null ? null : clampedApproval(events, context, merged, opened, options.requiredApprovals),
    draft: draftSpells(events, change.isDraft, opened, optional(change.readyAt)),
    closed,
    clamped: clamped || (deployment.kind === 'deployed' && deployment.at < ended),
    skew: skew || (saidMerged !== null && saidMerged < opened) || events.some(({ at }) => at < opened),
    noCommits,
  };
}

function contextOf({ change, commits }: ChangeHistory, { drivers }: TimelineOptions): ReviewContext {
  const named = (change.drivers ?? []).map((login) => login.toLowerCase());
  return { change, commits, drivers: new Set([...(drivers ?? []), ...named]) };
}

/** Work begins with the first commit, at most 90 days before the change was opened. */
function startOf(opened: number, commits: ChangeHistory['commits']) {
  const authored = commits.map(({ authoredAt }) => secondsOf(authoredAt)).filter((at) => at !== null);
  const first = authored.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const noCommits = authored.length === 0;
  if (first >= opened) return { start: opened, clamped: false, skew: false, noCommits };
  const start = Math.max(first, opened - maxCodingSeconds);
  return { start, clamped: start !== first, skew: false, noCommits };
}

function submittedBefore(events: readonly TimedEvent[], context: ReviewContext, merged: number): boolean {
  const submitted = events.filter(({ kind }) => kind === 'review');
  return firstReviews(submitted, context, merged).human !== null;
}

function clampedApproval(
  events: readonly TimedEvent[],
  context: ReviewContext,
  merged: number,
  opened: number,
  required = 1,
): number | null {
  const since = approvedSince(events, context, merged, Math.max(1, required));
  return since === null ? null : Math.max(since, opened);
}

/** Every instant at which the part can change, in order, from start to end. */
function cutsOf({ start, opened, end, merged, human, approved, draft, closed }: Anchors): readonly number[] {
  const spells = [...draft, ...closed].flatMap(({ from, to }) => [from, to ?? end]);
  const inner = [
    opened,
    ...(merged === null ? [] : [merged]),
    ...(human ? [human.at] : []),
    approved ?? end,
    ...spells,
  ];
  const cuts = new Set([start, ...inner.filter((at) => at > start && at < end), end]);
  return [...cuts].sort((a, b) => a - b);
}

/** What isn't known is no fault of the change: nothing is said of it but that. */
function flagsOf(anchors: Anchors, unknown: readonly UnknownPart[] = []): readonly TimelineFlag[] {
  const { human, merged, approved, draft } = anchors;
  const knows = (part: UnknownPart) => !unknown.includes(part);
  const flags: readonly (readonly [TimelineFlag, boolean])[] = [
    ['reviewed_in_draft', human !== null && holdsAt(draft, human.at)],
    ['no_approval', merged !== null && approved === null && knows('reviews')],
    ['merged_as_draft', merged !== null && heldBefore(draft, merged)],
    ['clamped', anchors.clamped],
    ['skew', anchors.skew],
    ['no_commits', anchors.noCommits && knows('commits')],
    ['merged_without_human_review', merged !== null && !anchors.submitted && knows('reviews')],
    ...(['opened', 'reviews', 'commits'] as const).map((part) => [`${part}_unknown`, !knows(part)] as const),
  ];
  return flags.filter(([, set]) => set).map(([flag]) => flag);
}
