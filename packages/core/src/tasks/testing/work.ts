import type { Actor, Change, ChangeHistory, Commit } from '../../delivery/index.ts';
import type { SessionAtBranch, UsageCall } from '../facts.ts';
import type { TaskInput } from '../input.ts';

/* Short forms for tests. Times are `MM-DD HH:MM` of 2026, in UTC. */

export const repository = 'git.example.com/shop/web';
export const ann: Actor = { login: 'ann', kind: 'human' };

export function at(text: string): string {
  const [day, time = '00:00'] = text.split(' ');
  return `2026-${day}T${time}:00Z`;
}

export function seconds(text: string): number {
  return Date.parse(at(text)) / 1000;
}

/** A change opened and merged in these instants; null: not merged. */
export function change(
  number: number,
  opened: string,
  merged: string | null,
  more: Partial<Change> = {},
  commits: readonly Partial<Commit>[] = [],
): ChangeHistory {
  const id = `${repository}#${number}`;
  return {
    change: {
      ...{ type: 'change', id, repository, number, author: ann, openedAt: at(opened), isDraft: false },
      ...(merged === null ? {} : { mergedAt: at(merged), mergeCommit: `ffffff${number}` }),
      ...{ base: 'main', head: `topic-${number}`, additions: 1, deletions: 1, files: 1 },
      ...more,
    },
    events: [],
    commits: commits.map((commit, i) => ({
      ...{
        type: 'commit',
        repository,
        change: id,
        sha: `abc${number}00${i}`,
        authoredAt: at(opened),
        committedAt: at(opened),
      },
      ...{ author: { login: 'ann' }, message: 'Work' },
      ...commit,
    })),
  };
}

export function stay(
  session: string,
  branch: string,
  from: string,
  until: string,
  more: Partial<SessionAtBranch> = {},
): SessionAtBranch {
  return {
    ...{ type: 'session', id: `${session}@${branch}`, session, repository, branch },
    ...{ from: at(from), until: at(until), firstWriteAt: at(from), principal: 'ann' },
    ...more,
  };
}

export function call(session: string | null, when: string, more: Partial<UsageCall> = {}): UsageCall {
  return {
    ...{ session, at: seconds(when), repository, person: 'ann', tokens: 100 },
    ...{ cost: 1_000_000, reserved: null, denied: false },
    ...more,
  };
}

export function input(more: Partial<TaskInput> = {}): TaskInput {
  return {
    ...{ delivery: { histories: [], deployments: [], incidents: [] }, facts: [], calls: [], enrolments: [] },
    ...{ agentAccounts: new Set<string>(), sessionAliases: new Map<string, string>() },
    ...more,
  };
}

export const ofHistories = (...histories: readonly ChangeHistory[]) =>
  input({ delivery: { histories, deployments: [], incidents: [] } });
