import { type ChangeHistory, type Reversal, secondsOf } from '../delivery/index.ts';
import type { GateResult } from './facts.ts';
import { stayOf } from './lives.ts';
import type { Task } from './tasks.ts';
import { assistantTrailers } from './trailers.ts';

const day = 86_400;
/** The age at which a task is judged, once: 14 days to be merged, and 28 in which it may be taken back. */
export const judgedAge = 42 * day;
const mergeDays = 14 * day;
const reversalDays = 28 * day;

/**
 * What a task had come to at 42 days. `unproved`: merged in time and kept, but nothing says whether it passed the gate.
 * `overridden`: it was merged against the gate.
 */
export type TaskJudgement =
  | 'success'
  | 'unproved'
  | 'overridden'
  | 'reversed'
  | 'closed'
  | 'late_merge'
  | 'still_open';

/** The judgement of a task. Later than 42 days it does not change any more, whatever happens. */
export function judge(
  { opened, change }: Pick<Task, 'opened' | 'change'>,
  reversal: Reversal | undefined,
  gates: readonly GateResult[],
): TaskJudgement {
  const due = opened + judgedAge;
  if (change === null) return 'still_open';
  const { mergedAt } = change.change;
  const merged = mergedAt === undefined ? null : secondsOf(mergedAt);
  if (merged === null || merged > due) return isClosedAt(change, due) ? 'closed' : 'still_open';
  if (merged > opened + mergeDays) return 'late_merge';
  if (reversal !== undefined && reversal.at - merged <= reversalDays) return 'reversed';
  const gate = gateOf(gates, merged);
  return gate === null ? 'unproved' : gate ? 'success' : 'overridden';
}

/** Whether the last result up to the merge let it pass; null: there was none. */
function gateOf(gates: readonly GateResult[], merged: number): boolean | null {
  const before = gates
    .map((gate) => ({ gate, at: secondsOf(gate.at) ?? Number.POSITIVE_INFINITY }))
    .filter(({ at }) => at <= merged)
    .sort((a, b) => a.at - b.at || (a.gate.id < b.gate.id ? -1 : 1));
  const last = before.at(-1)?.gate;
  return last === undefined ? null : last.verdict === 'pass' && !last.overridden;
}

function isClosedAt({ change, events }: ChangeHistory, due: number): boolean {
  const toggles = events
    .filter(({ kind }) => kind === 'closed' || kind === 'reopened')
    .map(({ kind, at }) => ({ kind, at: secondsOf(at) ?? 0 }))
    .filter(({ at }) => at <= due)
    .sort((a, b) => a.at - b.at);
  const last = toggles.at(-1);
  if (last !== undefined) return last.kind === 'closed';
  const closed = change.closedAt === undefined ? null : secondsOf(change.closedAt);
  return closed !== null && closed <= due;
}

/** A commit as late as this after a session's stay is still its own: it's written and then committed. */
const commitDelay = 600;

/**
 * Merged without changes requested and without a human's code commit after a review was asked for, or could be had. Null for a
 * change whose source knows no reviews, and for none. A commit is a human's unless a bot authored it, an assistant signed it,
 * an authorship note names it, or a session was at its branch.
 */
export function isFirstPass(
  { change, stays }: Task,
  agentAccounts: ReadonlySet<string>,
  noted: ReadonlySet<string>,
): boolean | null {
  if (change === null || change.change.unknown?.includes('reviews')) return null;
  const { mergedAt, openedAt, readyAt } = change.change;
  const merged = mergedAt === undefined ? null : secondsOf(mergedAt);
  if (merged === null) return false;
  const before = change.events.filter(({ at }) => (secondsOf(at) ?? 0) <= merged);
  if (
    before.some(
      ({ kind, state, by }) => kind === 'review' && state === 'changes_requested' && by.kind !== 'bot',
    )
  )
    return false;
  const asks = before
    .filter(({ kind }) => kind === 'review_requested' || kind === 'ready')
    .map(({ at }) => secondsOf(at) ?? 0);
  const ready = secondsOf(readyAt ?? openedAt) ?? 0;
  const asked = asks.length === 0 ? ready : Math.min(...asks);
  const times = stays.map(stayOf);
  return !change.commits.some((commit) => {
    const at = secondsOf(commit.committedAt) ?? 0;
    if (at <= asked || at > merged || (commit.parents?.length ?? 0) > 1 || isSuggestion(commit.message))
      return false;
    const login = commit.author.login?.toLowerCase() ?? '';
    if (
      agentAccounts.has(login) ||
      (change.change.author.kind === 'bot' && login === change.change.author.login?.toLowerCase())
    )
      return false;
    if (noted.has(`${commit.repository} ${commit.sha}`) || assistantTrailers(commit.message).length > 0)
      return false;
    return !times.some(({ from, until }) => at >= from && at <= until + commitDelay);
  });
}

function isSuggestion(message: string): boolean {
  return /^Apply (?:suggestions?|\d+ suggestions?)\b/.test(message);
}
