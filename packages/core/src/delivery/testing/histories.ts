import type { Actor, Change, ChangeEvent, ChangeHistory, Commit } from '../facts.ts';

/* Short forms for histories in tests. Times are `DD HH:MM` of March 2026, in UTC. */

export const ann: Actor = { login: 'ann', kind: 'human' };
export const bob: Actor = { login: 'bob', kind: 'human' };
export const cyn: Actor = { login: 'cyn', kind: 'human' };
export const bot: Actor = { login: 'lint[bot]', kind: 'bot' };
export const agent: Actor = { login: 'agent[bot]', kind: 'bot' };
export const ghost: Actor = { login: null, kind: 'unknown' };

export function at(text: string): string {
  const [day, time] = text.split(' ');
  return `2026-03-${day}T${time}:00Z`;
}

export function change(opened: string, merged: string | null, changes: Partial<Change> = {}): Change {
  return {
    type: 'change',
    id: 'c1',
    repository: 'git.example.com/shop/web',
    number: 1,
    author: ann,
    openedAt: at(opened),
    mergedAt: merged === null ? undefined : at(merged),
    isDraft: false,
    base: 'main',
    head: 'topic',
    mergeCommit: merged === null ? undefined : 'merge1',
    additions: 1,
    deletions: 1,
    files: 1,
    ...changes,
  };
}

let ids = 0;

export function event(
  time: string,
  kind: string,
  by: Actor,
  changes: Partial<ChangeEvent> = {},
): ChangeEvent {
  ids += 1;
  return {
    type: 'event',
    change: 'c1',
    id: `e${String(ids).padStart(4, '0')}`,
    at: at(time),
    kind,
    by,
    ...changes,
  };
}

export function review(time: string, by: Actor, state: ChangeEvent['state'], id?: string): ChangeEvent {
  return event(time, 'review', by, id === undefined ? { state } : { state, id });
}

export function commit(time: string, login: string, changes: Partial<Commit> = {}): Commit {
  return {
    type: 'commit',
    repository: 'git.example.com/shop/web',
    change: 'c1',
    sha: `sha-${time}-${login}`,
    authoredAt: at(time),
    committedAt: at(time),
    author: { login },
    message: 'Work',
    ...changes,
  };
}

export function history(
  ofChange: Change,
  events: readonly ChangeEvent[] = [],
  commits: readonly Commit[] = [],
): ChangeHistory {
  return { change: ofChange, events, commits };
}
