import {
  type ChangeHistory,
  mergedSeconds,
  type Reversal,
  reversalsOf,
  secondsOf,
  suspectSeconds,
  type WeekNumber,
  weekOf,
} from '../delivery/index.ts';
import { isFirstPass, judge, type TaskJudgement } from './cohorts.ts';
import { type Attribution, attributionOf, costByTask } from './costs.ts';
import type { Escalation, GateResult, SessionAtBranch, TaskFact, TaskSource, UsageCall } from './facts.ts';
import { type FailureShares, failureShares } from './failures.ts';
import type { TaskInput, TaskOptions } from './input.ts';
import { branchLives, type Life } from './lives.ts';
import type { Publishable } from './partition.ts';
import { type PersonWeek, personWeeksOf } from './people.ts';
import { type Provenance, provenancesOf } from './provenance.ts';
import { connectedSources, withNotedSessions } from './sources.ts';
import { type Task, tasksOf } from './tasks.ts';

/** What figures of tasks are computed from: one task, or, without one, a change that isn't an assistant's. */
export interface TaskMeasures extends Publishable {
  readonly isTask: true;
  readonly id: string;
  readonly judgement: TaskJudgement;
  /** Null where reviews aren't known, or there is no change. */
  readonly firstPass: boolean | null;
  readonly causes: ReadonlySet<'E1' | 'E2' | 'E3' | 'E4'>;
  /** Micro-dollars of priced calls; null where no session of it is known. */
  readonly cost: number | null;
  /** Null where no call of its sessions is known. */
  readonly denials: number | null;
  /** From a denial to the answer of the request it led to, seconds. */
  readonly unblocked: readonly number[];
}
export interface OtherWork extends Publishable {
  readonly isTask: false;
}
export type WorkItem = TaskMeasures | OtherWork;

/** A merged change, by merge week. */
export interface ChangeWork extends Publishable {
  readonly provenance: Provenance;
  readonly isAssistants: boolean;
  /** 28 days have passed since the merge. */
  readonly matured: boolean;
  readonly incidentShares: readonly number[];
  readonly findings: number;
}

/** A production deployment, by the week it finished in. */
export interface DeploymentWork extends Publishable {
  readonly matured: boolean;
  readonly failure: number;
  readonly isRework: boolean;
}

export interface MeasuredTasks {
  readonly tasks: readonly Task[];
  readonly provenances: ReadonlyMap<string, Provenance>;
  readonly work: readonly WorkItem[];
  readonly changes: readonly ChangeWork[];
  readonly deployments: readonly DeploymentWork[];
  readonly people: readonly PersonWeek[];
  readonly attribution: Attribution;
  readonly connected: ReadonlySet<TaskSource>;
}

export function measureTasks(input: TaskInput, options: TaskOptions): MeasuredTasks {
  const { histories } = input.delivery;
  const facts = withNotedSessions(input);
  const sessions = facts.filter((fact): fact is SessionAtBranch => fact.type === 'session');
  const lives = branchLives(histories, options.now);
  const provenances = provenancesOf(
    histories,
    { ...input, facts, activeWeeks: activeWeeksOf(input.calls) },
    lives,
  );
  const tasks = tasksOf(histories, sessions, provenances, lives);
  const attribution = attributionOf(input.calls, sessions, tasks);
  const failures = failureShares(input.delivery);
  return {
    tasks,
    provenances,
    attribution,
    work: [
      ...taskMeasures(tasks, input, facts, attribution, options),
      ...otherWork(histories, tasks, lives, options),
    ],
    changes: changeWork(input, facts, provenances, failures, options),
    deployments: deploymentWork(failures, options),
    people: personWeeksOf(input, attribution),
    connected: connectedSources(input),
  };
}

function activeWeeksOf(calls: readonly UsageCall[]): ReadonlyMap<string, ReadonlySet<WeekNumber>> {
  const weeks = new Map<string, Set<WeekNumber>>();
  for (const { person, at, denied } of calls) {
    if (person === null || denied) continue;
    const known = weeks.get(person);
    if (known === undefined) weeks.set(person, new Set([weekOf(at)]));
    else known.add(weekOf(at));
  }
  return weeks;
}

function taskMeasures(
  tasks: readonly Task[],
  { delivery, calls, agentAccounts }: TaskInput,
  facts: readonly TaskFact[],
  attribution: Attribution,
  { teamOf }: TaskOptions,
): readonly TaskMeasures[] {
  const reversals = reversalsOf(delivery.histories, delivery.incidents);
  const costs = costByTask(calls, attribution);
  const denials = denialsOf(calls, attribution);
  const metered = new Set(calls.map(({ session }) => session));
  return judgedTasks(tasks, { facts, reversals, agentAccounts }).map(({ task, ...judged }): TaskMeasures => {
    const isMetered = task.stays.some(({ session }) => metered.has(session));
    return {
      ...{ isTask: true, id: task.id, week: weekOf(task.opened), team: teamOf(task.repository) },
      repository: task.repository,
      people: task.person === null ? [] : [task.person],
      ...judged,
      cost: isMetered ? (costs.get(task.id) ?? 0) : null,
      denials: isMetered ? (denials.get(task.id) ?? 0) : null,
    };
  });
}

/** What facts say of a task, its calls aside. */
export type JudgedTask = Pick<TaskMeasures, 'judgement' | 'firstPass' | 'causes' | 'unblocked'> & {
  readonly task: Task;
};

export function judgedTasks(
  tasks: readonly Task[],
  {
    facts,
    reversals,
    agentAccounts,
  }: {
    readonly facts: readonly TaskFact[];
    readonly reversals: ReadonlyMap<string, Reversal>;
    readonly agentAccounts: ReadonlySet<string>;
  },
): readonly JudgedTask[] {
  const noted = new Set(
    facts.flatMap((fact) => (fact.type === 'authorship' ? [`${fact.repository} ${fact.commit}`] : [])),
  );
  const gates = Map.groupBy(
    facts.filter((fact): fact is GateResult => fact.type === 'gate'),
    ({ repository, number }) => `${repository}#${number}`,
  );
  const escalations = escalationsOf(facts, tasks);
  return tasks.map((task): JudgedTask => {
    const own = gates.get(task.aliases[0] ?? '') ?? [];
    const asked = escalations.get(task.id) ?? [];
    const causes = new Set<'E1' | 'E2' | 'E3' | 'E4'>(asked.map(({ cause }) => cause));
    if (own.some(({ overridden }) => overridden)) causes.add('E4');
    return {
      task,
      judgement: judge(task, reversalOf(task, reversals), own),
      firstPass: isFirstPass(task, agentAccounts, noted),
      causes,
      unblocked: asked.flatMap(unblockedAfter),
    };
  });
}

function reversalOf({ change }: Task, reversals: ReadonlyMap<string, Reversal>): Reversal | undefined {
  return change === null ? undefined : reversals.get(change.change.id);
}

function denialsOf(calls: readonly UsageCall[], attribution: Attribution): ReadonlyMap<string, number> {
  const denials = new Map<string, number>();
  for (const { denied, session, at } of calls) {
    const task = denied ? attribution.taskAt(session, at) : null;
    if (task !== null) denials.set(task, (denials.get(task) ?? 0) + 1);
  }
  return denials;
}

/** Each escalation belongs to the task of its change, else to the last one at its branch before it. */
function escalationsOf(
  facts: readonly TaskFact[],
  tasks: readonly Task[],
): ReadonlyMap<string, readonly Escalation[]> {
  const byChange = new Map(tasks.flatMap(({ id, aliases }) => aliases.map((alias) => [alias, id] as const)));
  const byBranch = Map.groupBy(tasks, ({ repository, branch }) => `${repository} ${branch}`);
  const found = new Map<string, Escalation[]>();
  for (const fact of facts) {
    if (fact.type !== 'escalation') continue;
    const at = secondsOf(fact.at) ?? 0;
    const id =
      fact.number === undefined
        ? byBranch.get(`${fact.repository} ${fact.branch ?? ''}`)?.findLast(({ opened }) => opened <= at)?.id
        : byChange.get(`${fact.repository}#${fact.number}`);
    if (id === undefined) continue;
    const known = found.get(id);
    if (known === undefined) found.set(id, [fact]);
    else known.push(fact);
  }
  return found;
}

function unblockedAfter({ cause, deniedAt, answeredAt }: Escalation): readonly number[] {
  const [denied, answered] = [secondsOf(deniedAt ?? ''), secondsOf(answeredAt ?? '')];
  return cause === 'E1' && denied !== null && answered !== null && answered >= denied
    ? [answered - denied]
    : [];
}

/** Changes that are no task's, by the week in which they began: what is left over when tasks are subtracted. */
function otherWork(
  histories: readonly ChangeHistory[],
  tasks: readonly Task[],
  lives: ReadonlyMap<string, Life>,
  { teamOf }: TaskOptions,
): readonly OtherWork[] {
  const absorbed = new Set(tasks.map(({ change }) => change?.change.id));
  return histories
    .filter(({ change }) => !absorbed.has(change.id))
    .map(({ change }) => ({
      isTask: false,
      week: weekOf(lives.get(change.id)!.created),
      team: teamOf(change.repository),
      repository: change.repository,
      people: personsOf(change),
    }));
}

export function personsOf({ author, drivers }: ChangeHistory['change']): readonly string[] {
  const person = author.kind === 'bot' ? drivers?.[0] : author.login;
  return person === undefined || person === null ? [] : [person];
}

function changeWork(
  { delivery }: TaskInput,
  facts: readonly TaskFact[],
  provenances: ReadonlyMap<string, Provenance>,
  { byChange }: FailureShares,
  { now, teamOf }: TaskOptions,
): readonly ChangeWork[] {
  const findings = Map.groupBy(
    facts.filter((fact) => fact.type === 'finding'),
    ({ repository, number }) => `${repository}#${number}`,
  );
  return delivery.histories.flatMap(({ change }) => {
    const merged = mergedSeconds(change);
    if (merged === null) return [];
    const provenance = provenances.get(change.id)!;
    return [
      {
        week: weekOf(merged),
        team: teamOf(change.repository),
        repository: change.repository,
        people: personsOf(change),
        provenance,
        isAssistants: provenance.class === 'A' || provenance.class === 'B',
        matured: now - merged >= 28 * 86_400,
        incidentShares: byChange.get(change.id) ?? [],
        findings: findings.get(`${change.repository}#${change.number}`)?.length ?? 0,
      },
    ];
  });
}

function deploymentWork(failures: FailureShares, { now, teamOf }: TaskOptions): readonly DeploymentWork[] {
  return failures.deployments.map(({ deployment, finished, changes, failure, isRework }) => ({
    week: weekOf(finished),
    team: teamOf(deployment.repository),
    repository: deployment.repository,
    people: [...new Set(changes.flatMap(({ change }) => personsOf(change)))],
    matured: now - finished >= suspectSeconds,
    failure,
    isRework,
  }));
}
