import { type Defect, defectsOf, isTimely } from './defects.ts';
import { deploymentsOf } from './deployments.ts';
import { orderEvents } from './event-order.ts';
import { type ChangeHistory, type Deployment, type Incident, secondsOf, type UnknownPart } from './facts.ts';
import { reversalSeconds, reversalsOf } from './reversals.ts';
import { sameLogin } from './reviews.ts';
import { type DeployedAt, timelineOf } from './timeline.ts';
import { type WeekNumber, weekOf } from './weeks.ts';
import type { DeliveryClock } from './working-hours.ts';

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
  readonly clock?: DeliveryClock;
}

/** The measures of every merged change. */
export function measureChanges(
  facts: DeliveryFacts,
  { now, teamOf, clock }: MeasureOptions,
): readonly ChangeMeasures[] {
  const { histories, deployments, incidents } = facts;
  const deployed = deploymentsOf(deployments);
  const timed = histories.flatMap((history) => {
    const timeline = timelineOf(history, { now, deployed: deployed(history.change), clock });
    return timeline === null || timeline.t.merged === null
      ? []
      : [{ history, timeline, merged: timeline.t.merged }];
  });
  const reversals = reversalsOf(histories);
  const merged = timed.map(({ history, merged: at }) => ({ change: history.change, merged: at }));
  const defects = defectsOf(merged, reversals, incidents, deployments);
  return timed.map(({ history, timeline, merged: at }): ChangeMeasures => {
    const { change } = history;
    const reversal = reversals.get(change.id);
    const defect = defects.get(change.id);
    const knows = (part: UnknownPart) => !(change.unknown?.includes(part) ?? false);
    return {
      id: change.id,
      repository: change.repository,
      team: teamOf(change.repository),
      week: weekOf(at),
      contributor: change.author.kind === 'bot' ? (change.drivers?.[0] ?? null) : change.author.login,
      byBot: change.author.kind === 'bot',
      cycle: knows('commits') ? timeline.cycleTime : null,
      lead: knows('commits') ? timeline.leadTime : null,
      state: timeline.state,
      pickup: timeline.t.firstReview === null || !knows('opened') ? null : timeline.parts.pickup,
      answers: answersOf(history, at),
      botReview: timeline.botReviewLatency,
      reviewsKnown: knows('reviews'),
      unreviewed: timeline.flags.includes('merged_without_human_review'),
      matured: now - at >= reversalSeconds,
      reversed: reversal !== undefined && reversal.at - at <= reversalSeconds,
      defect: defect !== undefined && isTimely(defect) ? defect : null,
    };
  });
}

/** From each request for a review to the first submitted review, by whom it was asked of, before the merge. */
function answersOf({ change, events }: ChangeHistory, merged: number): readonly number[] {
  const ordered = orderEvents(events).filter(({ at }) => at <= merged);
  const answers: number[] = [];
  const open = new Map<string, number>();
  for (const { kind, at, by, reviewer, state } of ordered) {
    const asked = reviewer?.login?.toLowerCase();
    if (kind === 'review_requested' && asked !== undefined && reviewer?.kind === 'human') {
      if (!open.has(asked)) open.set(asked, at);
    } else if (kind === 'review' && state !== 'pending' && !sameLogin(by.login, change.author.login)) {
      const person = by.login?.toLowerCase() ?? '';
      const since = open.get(person);
      if (since !== undefined) answers.push(at - since);
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
