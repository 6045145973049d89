import { type Blame, blamesByChange, type Defect, defectOf } from './defects.ts';
import { deploymentsOf } from './deployments.ts';
import { orderEvents, type TimedEvent } from './event-order.ts';
import {
  type Change,
  type ChangeHistory,
  type Deployment,
  type Incident,
  mergedSeconds,
  secondsOf,
  type UnknownPart,
} from './facts.ts';
import { type Reversal, reversalSeconds, reversalsOf } from './reversals.ts';
import { sameLogin } from './reviews.ts';
import { type DeployedAt, type Timeline, timelineOf } from './timeline.ts';
import { type WeekNumber, weekOf } from './weeks.ts';
import { type DeliveryClock, elapsedClock } from './working-hours.ts';

/** What every figure of delivery is computed from: one merged change. Spans are seconds. */
export interface ChangeMeasures {
  readonly id: string;
  readonly repository: string;
  readonly team: string;
  readonly week: WeekNumber;
  /** The person who answers for it, by pseudonym: its author, or who drives an agent. Null: nobody is known. */
  readonly contributor: string | null;
  readonly byBot: boolean;
  /** Null where the start of the work isn't known. */
  readonly cycle: number | null;
  readonly lead: number | null;
  readonly state: DeployedAt['kind'];
  /** Ready to the first qualified human review; null when there was none. */
  readonly pickup: number | null;
  /** From being asked to that reviewer's answer, one for each that was answered. */
  readonly answers: readonly number[];
  readonly botReview: number | null;
  /** Merged without a submitted review by a qualified human. */
  readonly unreviewed: boolean;
  /** Whether its source knows reviews at all. */
  readonly reviewsKnown: boolean;
  /** At least 28 days have passed since the merge, so that its reversal or defect would be known. */
  readonly matured: boolean;
  readonly reversed: boolean;
  /** What names it within those 28 days. */
  readonly defect: Defect | null;
}

export interface DeliveryFacts {
  readonly histories: readonly ChangeHistory[];
  readonly deployments: readonly Deployment[];
  readonly incidents: readonly Incident[];
}

export interface MeasureOptions {
  /** Seconds since the epoch. */
  readonly now: number;
  readonly teamOf: (repository: string) => string;
  /** The elapsed one unless told. */
  readonly clockOf?: ((change: Change) => DeliveryClock) | undefined;
}

/** What figures read of a change. */
export type FigureInputs = Omit<ChangeMeasures, 'id'>;

/** What can be told of one change, merged or not, whoever owns it and whenever it's asked. */
export interface MeasuredChange extends Omit<ChangeMeasures, 'team' | 'week' | 'matured'> {
  readonly status: Timeline['status'];
  /** Seconds since the epoch. */
  readonly opened: number;
  readonly openedKnown: boolean;
  /** When it was merged, or closed for good; null while it's open. */
  readonly ended: number | null;
  /** How the time of a merged change was spent, null where something of it isn't known. */
  readonly parts: Timeline['parts'] | null;
}

/** What other facts say of a change. */
export interface ChangeLinks {
  readonly deployed: DeployedAt;
  readonly reversal: Reversal | undefined;
  readonly blames: readonly Blame[];
}

/** Measures one change; null when its time of opening can't be read. */
export function measureChange(
  history: ChangeHistory,
  { deployed, reversal, blames }: ChangeLinks,
  clock: DeliveryClock = elapsedClock,
): MeasuredChange | null {
  const events = orderEvents(history.events);
  // Of a change that is still open nothing is kept that depends on when it's looked at.
  const timeline = timelineOf(history, { now: 0, deployed, clock }, events);
  if (timeline === null) return null;
  const { change } = history;
  const { merged, opened } = timeline.t;
  const knows = (part: UnknownPart) => !(change.unknown?.includes(part) ?? false);
  const defect = merged === null ? undefined : defectOf(merged, blames, reversal);
  return {
    id: change.id,
    repository: change.repository,
    contributor: change.author.kind === 'bot' ? (change.drivers?.[0] ?? null) : change.author.login,
    byBot: change.author.kind === 'bot',
    status: timeline.status,
    opened,
    openedKnown: knows('opened'),
    ended: timeline.status === 'open' ? null : (merged ?? timeline.t.end),
    cycle: knows('commits') ? timeline.cycleTime : null,
    lead: knows('commits') ? timeline.leadTime : null,
    state: timeline.state,
    pickup:
      merged === null || timeline.t.firstReview === null || !knows('opened') ? null : timeline.parts.pickup,
    answers: merged === null ? [] : answersOf(change, events, merged, clock),
    botReview: merged === null ? null : timeline.botReviewLatency,
    reviewsKnown: knows('reviews'),
    unreviewed: timeline.flags.includes('merged_without_human_review'),
    parts: merged === null || (change.unknown?.length ?? 0) > 0 ? null : timeline.parts,
    reversed: merged !== null && reversal !== undefined && reversal.at - merged <= reversalSeconds,
    defect: defect ?? null,
  };
}

/** Every change of some facts, measured. */
export function measureAll(
  { histories, deployments, incidents }: DeliveryFacts,
  clockOf: MeasureOptions['clockOf'] = () => elapsedClock,
): readonly MeasuredChange[] {
  const deployed = deploymentsOf(deployments);
  const reversals = reversalsOf(histories, incidents);
  const merged = histories.flatMap(({ change }) => {
    const at = mergedSeconds(change);
    return at === null ? [] : [{ change, merged: at }];
  });
  const blames = blamesByChange(merged, incidents, deployments);
  return histories.flatMap((history) => {
    const { change } = history;
    const links = {
      deployed: deployed(change),
      reversal: reversals.get(change.id),
      blames: blames.get(change.id) ?? [],
    };
    return measureChange(history, links, clockOf(change)) ?? [];
  });
}

/** The measures of every merged change. */
export function measureChanges(facts: DeliveryFacts, options: MeasureOptions): readonly ChangeMeasures[] {
  return measureAll(facts, options.clockOf).flatMap((measured) =>
    measured.status === 'merged' ? [figureInputs(measured, options)] : [],
  );
}

function figureInputs(measured: MeasuredChange, { now, teamOf }: MeasureOptions): ChangeMeasures {
  const { status, opened, openedKnown, ended, parts, ...rest } = measured;
  const merged = ended!;
  const matured = now - merged >= reversalSeconds;
  return { ...rest, team: teamOf(rest.repository), week: weekOf(merged), matured };
}

/** From each request for a review to the first submitted review, by whom it was asked of, before the merge. */
function answersOf(
  change: Change,
  events: readonly TimedEvent[],
  merged: number,
  clock: DeliveryClock,
): readonly number[] {
  const answers: number[] = [];
  const open = new Map<string, number>();
  for (const { kind, at, by, reviewer, state } of events) {
    if (at > merged) break;
    const asked = reviewer?.login?.toLowerCase();
    if (kind === 'review_requested' && asked !== undefined && reviewer?.kind === 'human') {
      if (!open.has(asked)) open.set(asked, at);
    } else if (kind === 'review' && state !== 'pending' && !sameLogin(by.login, change.author.login)) {
      const person = by.login?.toLowerCase() ?? '';
      const since = open.get(person);
      if (since !== undefined) answers.push(clock.between(since, at));
      open.delete(person);
    }
  }
  return answers;
}

/** The span of merges in some measures; null without any. */
export function mergedSpan(
  histories: readonly ChangeHistory[],
): { readonly from: number; readonly to: number } | null {
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (const { change } of histories) {
    const at = change.mergedAt === undefined ? null : secondsOf(change.mergedAt);
    if (at === null) continue;
    from = Math.min(from, at);
    to = Math.max(to, at);
  }
  return to < from ? null : { from, to };
}
