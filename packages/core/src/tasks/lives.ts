import { type ChangeHistory, secondsOf } from '../delivery/index.ts';
import type { SessionAtBranch } from './facts.ts';

/** How long work at a branch may have gone on before its change was opened; what the branch was used for before is another's. */
export const absorbSeconds = 14 * 86_400;
const longestCoding = 90 * 86_400;

/** When a change was worked at. Seconds since the epoch; an open change ends now. */
export interface Life {
  /** From when on sessions at its branch are taken to be about it. */
  readonly start: number;
  /** The first commit, at most 90 days before it was opened. */
  readonly created: number;
  readonly opened: number;
  readonly end: number;
}

/** The branch of a change. Of a host that doesn't name it each change is at one of its own, which no branch can be called. */
export function branchOf({ head, number }: Pick<ChangeHistory['change'], 'head' | 'number'>): string {
  return head === '' ? `:${number}` : head;
}

/** The key of a change's branch. */
export function unitOf(change: ChangeHistory['change']): string {
  return branchKey(change.repository, branchOf(change));
}

export function branchKey(repository: string, branch: string): string {
  return `${repository} ${branch}`;
}

/** The lives of changes by id. A branch used again belongs to the next change once the one before has ended. */
export function branchLives(histories: readonly ChangeHistory[], now: number): ReadonlyMap<string, Life> {
  const lives = new Map<string, Life>();
  const byBranch = Map.groupBy(histories, ({ change }) => unitOf(change));
  for (const same of byBranch.values()) {
    const sorted = same
      .map((history) => ({ history, opened: secondsOf(history.change.openedAt) ?? 0 }))
      .sort((a, b) => a.opened - b.opened);
    let before = Number.NEGATIVE_INFINITY;
    for (const { history, opened } of sorted) {
      const { change, commits } = history;
      const authored = commits.map(({ authoredAt }) => secondsOf(authoredAt) ?? opened);
      const created = Math.max(Math.min(opened, ...authored), opened - longestCoding);
      const end = Math.max(opened, endOf(change, now));
      lives.set(change.id, { start: Math.max(created - absorbSeconds, before), created, opened, end });
      before = end;
    }
  }
  return lives;
}

function endOf({ mergedAt, closedAt }: ChangeHistory['change'], now: number): number {
  const ended = mergedAt ?? closedAt;
  return ended === undefined ? now : (secondsOf(ended) ?? now);
}

/** When a session was at a branch, and when it first wrote there; null: it did not. */
export function stayOf({ from, until, firstWriteAt }: SessionAtBranch): {
  readonly from: number;
  readonly until: number;
  readonly wrote: number | null;
} {
  const start = secondsOf(from) ?? 0;
  const end = until === undefined ? start : (secondsOf(until) ?? start);
  return {
    from: start,
    until: Math.max(start, end),
    wrote: firstWriteAt === undefined ? null : (secondsOf(firstWriteAt) ?? start),
  };
}
