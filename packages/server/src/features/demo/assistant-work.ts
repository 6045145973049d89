/* What the demo's assistants had to do with its made-up changes: accounts, sessions, branches that came to nothing. */
import { type ChangeHistory, timeOf } from '@fairlead/core/delivery';
import type { TaskFact } from '@fairlead/core/tasks';
import type { Seeded } from './history/seeded.ts';
import type { Session } from './history/types.ts';

const hour = 3600;
const day = 24 * hour;
/** Of the simulator's assistant, those changes that an account of the assistant opens by itself. */
const shareByAccount = 0.35;
const shareWithChangesRequested = 0.35;
const shareWithoutChange = 0.1;
/** Tasks are judged at 42 days, and their week must be over. */
const judgedDays = 50;
const longestAgoDays = 150;

export interface AssistantWork {
  readonly histories: readonly ChangeHistory[];
  readonly facts: readonly TaskFact[];
}

export interface WorkOptions {
  /** Sessions that the ledger will know; each is put at a change of its person in its repository. */
  readonly sessions: readonly Pick<Session, 'id' | 'principal' | 'repository' | 'assistant' | 'tools'>[];
  /** An assistant's own account on the host; null: none opens changes. */
  readonly account: string | null;
  readonly seeded: Seeded;
  /** Seconds since the epoch. */
  readonly now: number;
}

/** Some changes as assistants' work: of an account, or of a person with a session at the branch. The rest is as it was. */
export function assistantWork(
  histories: readonly ChangeHistory[],
  { sessions, account, seeded, now }: WorkOptions,
): AssistantWork {
  const taken = new Map<string, SessionId>();
  for (const session of sessions.filter(({ tools }) => tools)) {
    const change = histories.find((one) => !taken.has(one.change.id) && isOf(one, session, now));
    if (change !== undefined) taken.set(change.change.id, session);
  }
  const facts: TaskFact[] = [];
  const worked = histories.map((history): ChangeHistory => {
    const { change } = history;
    const session = taken.get(change.id);
    if (session === undefined && change.author.kind !== 'bot') return history;
    const login = personOf(history);
    if (isRevert(history)) return byPerson(history, login);
    const reviewed = seeded.chance(shareWithChangesRequested) ? withChangesRequested(history) : history;
    if (session === undefined && account !== null && seeded.chance(shareByAccount)) {
      return { ...reviewed, change: { ...change, author: { login: account, kind: 'bot' } } };
    }
    const own = session ?? { id: seeded.uuid(), principal: login, assistant: 'claude-code' as const };
    facts.push(stayAt(history, own));
    if (seeded.chance(shareWithoutChange)) facts.push(abandoned(history, own, seeded.uuid()));
    return byPerson(reviewed, login);
  });
  return { histories: worked, facts };
}

type SessionId = Pick<Session, 'id' | 'principal' | 'assistant'>;

function personOf({ change }: ChangeHistory): string {
  return change.drivers?.[0] ?? change.author.login ?? '';
}

function isRevert({ change }: ChangeHistory): boolean {
  return change.head.startsWith('revert-');
}

function isOf(
  history: ChangeHistory,
  { principal, repository }: { readonly principal: string; readonly repository: string },
  now: number,
): boolean {
  if (history.change.repository !== repository || personOf(history) !== principal || isRevert(history))
    return false;
  const age = now - startOf(history);
  return age >= judgedDays * day && age <= longestAgoDays * day;
}

function startOf({ change, commits }: ChangeHistory): number {
  return Date.parse(commits[0]?.authoredAt ?? change.openedAt) / 1000;
}

function byPerson(history: ChangeHistory, login: string): ChangeHistory {
  const { drivers: _, ...change } = history.change;
  return { ...history, change: { ...change, author: { login, kind: 'human' } } };
}

/** The first review asks for changes; the approval comes half-way to the merge. */
function withChangesRequested(history: ChangeHistory): ChangeHistory {
  const { change, events } = history;
  const review = events.find(({ kind }) => kind === 'review');
  if (review === undefined || change.mergedAt === undefined) return history;
  const [asked, merged] = [Date.parse(review.at), Date.parse(change.mergedAt)];
  const approved = { ...review, id: `${review.id} again`, at: timeOf(Math.floor((asked + merged) / 2000)) };
  const others = events.filter((event) => event !== review);
  return { ...history, events: [...others, { ...review, state: 'changes_requested' }, approved] };
}

function stayAt(history: ChangeHistory, { id: session, principal, assistant }: SessionId): TaskFact {
  const { id, repository, head: branch } = history.change;
  const start = startOf(history);
  const times = { from: timeOf(start - hour / 4), firstWriteAt: timeOf(start), until: timeOf(start + hour) };
  return { type: 'session', id: `demo ${id}`, session, repository, branch, ...times, assistant, principal };
}

/** The same person's attempt that no change was opened of. */
function abandoned(history: ChangeHistory, own: SessionId, session: string): TaskFact {
  const stay = stayAt(history, { ...own, id: session });
  return { ...stay, id: `${stay.id} attempt`, branch: `attempt-${history.change.number}` } as TaskFact;
}
