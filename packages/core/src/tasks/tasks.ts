import { type ChangeHistory, timeOf } from '../delivery/index.ts';
import type { SessionAtBranch } from './facts.ts';
import { absorbSeconds, branchKey, branchOf, type Life, stayOf, unitOf } from './lives.ts';
import type { Provenance } from './provenance.ts';

/** One attempted change of an assistant: a branch from its first write there on. */
export interface Task {
  /** `host/owner/name@branch@time` of the first write. */
  readonly id: string;
  /** The change that absorbed it, `host/owner/name#number`; none: no change was opened in time. */
  readonly aliases: readonly string[];
  readonly repository: string;
  readonly branch: string;
  /** The first write, seconds. */
  readonly opened: number;
  readonly change: ChangeHistory | null;
  readonly provenance: Provenance | null;
  /** Stays of sessions at its branch while it lasted. */
  readonly stays: readonly SessionAtBranch[];
  /** Pseudonym of who answers for it; null: nobody is known. */
  readonly person: string | null;
}

interface Draft {
  readonly repository: string;
  readonly branch: string;
  readonly opened: number;
  readonly change: ChangeHistory | null;
  readonly stays: SessionAtBranch[];
}

/**
 * The tasks: each branch that a session wrote at, and each change of class A or B without one. A change opened from the branch
 * within 14 days of the first write absorbs the task. A branch that changes are merged into is no task; what sessions do
 * there, and where they write nothing, is usage.
 */
export function tasksOf(
  histories: readonly ChangeHistory[],
  sessions: readonly SessionAtBranch[],
  provenances: ReadonlyMap<string, Provenance>,
  lives: ReadonlyMap<string, Life>,
  isBase: (branch: string) => boolean = baseBranches(histories),
): readonly Task[] {
  const changesAt = Map.groupBy(histories, ({ change }) => unitOf(change));
  const drafts: Draft[] = [];
  const absorbed = new Set<string>();
  for (const [key, stays] of Map.groupBy(sessions, ({ repository, branch }) =>
    branchKey(repository, branch),
  )) {
    const changes = changesAt.get(key) ?? [];
    if (isBase(key) && changes.length === 0) continue;
    for (const draft of draftsAt(stays, changes, lives)) {
      drafts.push(draft);
      if (draft.change !== null) absorbed.add(draft.change.change.id);
    }
  }
  for (const history of histories) {
    const { change } = history;
    const of = provenances.get(change.id)?.class;
    if (absorbed.has(change.id) || (of !== 'A' && of !== 'B')) continue;
    const { repository } = change;
    const branch = branchOf(change);
    drafts.push({ repository, branch, opened: lives.get(change.id)!.created, change: history, stays: [] });
  }
  return drafts
    .map((draft) => taskOf(draft, provenances))
    .sort((a, b) => a.opened - b.opened || (a.id < b.id ? -1 : 1));
}

function baseBranches(histories: readonly ChangeHistory[]): (branch: string) => boolean {
  const bases = new Set(histories.map(({ change }) => branchKey(change.repository, change.base)));
  return (branch) => bases.has(branch);
}

/** The tasks of one branch, which may be used for one change after the other. */
function draftsAt(
  stays: readonly SessionAtBranch[],
  changes: readonly ChangeHistory[],
  lives: ReadonlyMap<string, Life>,
): readonly Draft[] {
  const lifeOf = ({ change }: ChangeHistory) => lives.get(change.id)!;
  const open = [...changes].sort((a, b) => lifeOf(a).opened - lifeOf(b).opened);
  const drafts: Draft[] = [];
  const sorted = stays
    .map((fact) => ({ fact, ...stayOf(fact) }))
    .sort((a, b) => a.from - b.from || (a.fact.id < b.fact.id ? -1 : 1));
  const goesOn = (draft: Draft, from: number) =>
    draft.change === null ? from - draft.opened <= absorbSeconds : from <= lifeOf(draft.change).end;
  for (const { fact, from, wrote } of sorted) {
    const current = drafts.at(-1);
    if (current !== undefined && goesOn(current, from)) {
      current.stays.push(fact);
      continue;
    }
    if (wrote === null) continue;
    const at = open.findIndex(
      (one) => lifeOf(one).opened <= wrote + absorbSeconds && lifeOf(one).end >= wrote,
    );
    const change = at === -1 ? null : open.splice(at, 1)[0]!;
    const { repository, branch } = fact;
    drafts.push({ repository, branch, opened: wrote, change, stays: [fact] });
  }
  return drafts;
}

function taskOf(
  { repository, branch, opened, change, stays }: Draft,
  provenances: ReadonlyMap<string, Provenance>,
): Task {
  return {
    id: `${repository}@${branch}@${timeOf(opened)}`,
    aliases: change === null ? [] : [`${repository}#${change.change.number}`],
    repository,
    branch,
    opened,
    change,
    provenance: change === null ? null : (provenances.get(change.change.id) ?? null),
    stays,
    person: personOf(change, stays),
  };
}

function personOf(history: ChangeHistory | null, stays: readonly SessionAtBranch[]): string | null {
  const driver = stays.find(({ principal }) => principal !== undefined)?.principal;
  if (driver !== undefined) return driver;
  if (history === null) return null;
  const { author, drivers } = history.change;
  return author.kind === 'bot' ? (drivers?.[0] ?? null) : author.login;
}
