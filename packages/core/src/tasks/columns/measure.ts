import { type ChangeHistory, mergedSeconds, type Reversal } from '../../delivery/index.ts';
import type { SessionAtBranch, TaskFact } from '../facts.ts';
import { orderOf } from '../items.ts';
import { branchKey, branchLives, stayOf, unitOf } from '../lives.ts';
import { type JudgedTask, judgedTasks, personsOf } from '../measures.ts';
import { type ProvenanceClass, provenancesOf } from '../provenance.ts';
import { tasksOf } from '../tasks.ts';
import { flagsOf, mostTokens, type OwnClass } from './chunks.ts';

/** Some branches with everything that rows at them depend on. */
export interface BranchInput {
  readonly histories: readonly ChangeHistory[];
  /** Facts about these branches and changes, stays that notes tell of included. */
  readonly facts: readonly TaskFact[];
  readonly reversals: ReadonlyMap<string, Reversal>;
  readonly agentAccounts: ReadonlySet<string>;
  /** Whether any change is merged into a branch. */
  readonly isBase: (branch: string) => boolean;
  /** Seconds since the epoch. */
  readonly now: number;
}

/** A row for the columns, by names. */
export interface MeasuredRow {
  /** `change ID`, `task ID` for one without a change, `beside BRANCH` for what sessions did beside tasks. */
  readonly key: string;
  /** Its branch. */
  readonly unit: string;
  readonly repository: string;
  readonly person: string | null;
  readonly author: string | null;
  readonly values: {
    readonly opened: number;
    readonly merged: number;
    readonly created: number;
    readonly findings: number;
    readonly flags: number;
    readonly unblocked: readonly number[];
  };
  readonly stays: readonly { readonly session: string; readonly from: number; readonly order: number }[];
}

const nobodys = { opened: 0, merged: 0, created: 0, findings: 0, unblocked: [] } as const;

/** The rows of whole branches: the same for some as for all at once. */
export function measureBranches(input: BranchInput): readonly MeasuredRow[] {
  const { histories, facts, agentAccounts, reversals, isBase, now } = input;
  const sessions = facts.filter((fact) => fact.type === 'session');
  const lives = branchLives(histories, now);
  const sources = { facts, agentAccounts, enrolments: [], activeWeeks: new Map() };
  const provenances = provenancesOf(histories, sources, lives);
  const tasks = tasksOf(histories, sessions, provenances, lives, isBase);
  const judged = judgedTasks(tasks, { facts, reversals, agentAccounts });
  const byChange = new Map(judged.map((one) => [one.task.change?.change.id, one]));
  const findings = countBy(facts.filter((fact) => fact.type === 'finding'));
  const absorbed = new Set(tasks.flatMap(({ stays }) => stays.map(({ id }) => id)));
  return [
    ...histories.map(({ change }): MeasuredRow => {
      const one = byChange.get(change.id) ?? null;
      const merged = mergedSeconds(change);
      const { created } = lives.get(change.id)!;
      const [author = null] = personsOf(change);
      const flags = {
        isWork: true,
        isMerged: merged !== null,
        class: own(provenances.get(change.id)!.class),
      };
      return {
        ...{ key: `change ${change.id}`, unit: unitOf(change), repository: change.repository, author },
        person: one === null ? author : one.task.person,
        values: {
          opened: one?.task.opened ?? created,
          merged: merged ?? 0,
          created,
          findings: findings.get(`${change.repository}#${change.number}`) ?? 0,
          flags: flagsOf({ ...flags, task: one }),
          unblocked: one?.unblocked ?? [],
        },
        stays: one === null ? [] : staysOf(one.task.stays),
      };
    }),
    ...judged.filter(({ task }) => task.change === null).map(rowOfTask),
    ...besides(sessions.filter(({ id }) => !absorbed.has(id))),
  ];
}

function own(of: ProvenanceClass): OwnClass {
  return of === 'A' || of === 'B' || of === 'automation' ? of : null;
}

function countBy(findings: readonly { readonly repository: string; readonly number: number }[]) {
  const counts = new Map<string, number>();
  for (const { repository, number } of findings) {
    const key = `${repository}#${number}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

function rowOfTask(one: JudgedTask): MeasuredRow {
  const { id, repository, branch, opened, person, stays } = one.task;
  const flags = flagsOf({ isWork: true, isMerged: false, class: null, task: one });
  return {
    ...{ key: `task ${id}`, unit: branchKey(repository, branch), repository, person, author: null },
    values: { ...nobodys, opened, created: opened, flags, unblocked: one.unblocked },
    stays: staysOf(stays),
  };
}

function besides(sessions: readonly SessionAtBranch[]): readonly MeasuredRow[] {
  const flags = flagsOf({ isWork: false, isMerged: false, class: null, task: null });
  return [...Map.groupBy(sessions, ({ repository, branch }) => branchKey(repository, branch))].map(
    ([unit, stays]): MeasuredRow => ({
      ...{ key: `beside ${unit}`, unit, repository: stays[0]!.repository, person: null, author: null },
      values: { ...nobodys, flags },
      stays: staysOf(stays),
    }),
  );
}

function staysOf(stays: readonly SessionAtBranch[]): MeasuredRow['stays'] {
  return stays.map((fact) => ({
    session: fact.session,
    from: Math.min(Math.max(0, stayOf(fact).from), mostTokens),
    order: orderOf(fact.id),
  }));
}
