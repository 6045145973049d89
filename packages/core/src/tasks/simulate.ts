import {
  type ChangeEvent,
  type ChangeHistory,
  type Commit,
  type Deployment,
  type Incident,
  timeOf,
} from '../delivery/index.ts';
import { seededRandom } from '../statistics/index.ts';
import type { Enrolment, TaskFact, UsageCall } from './facts.ts';
import type { TaskInput } from './input.ts';

/** A made-up organisation that works with assistants. Shares are what figures must come near to. */
export interface TaskSimulation {
  readonly seed: string;
  readonly teams: number;
  readonly peoplePerTeam: number;
  /** Monday of the first week, seconds since the epoch. */
  readonly start: number;
  readonly weeks: number;
  /** Of people's weeks, those with an assistant. */
  readonly adoption: number;
  /** In such a week. */
  readonly tasksPerWeek: number;
  /** What tasks come to; the rest is kept, and a success if its gate was passed. */
  readonly reversed: number;
  readonly closed: number;
  readonly lateMerge: number;
  readonly stillOpen: number;
  /** Of kept tasks, those merged against the gate. */
  readonly overridden: number;
  readonly firstPass: number;
  readonly exceptions: number;
  /** Median hours from a denial to the answer of the request it led to. */
  readonly unblockHours: number;
  /** Denials a task, a mean. */
  readonly denials: number;
  /** Median dollars of a task; log-normal around it. */
  readonly costMedian: number;
  /** Of people's weeks with an assistant, dollars of usage without a task. */
  readonly chat: number;
  /** Of merged changes by assistants, those that an incident names. */
  readonly incidents: number;
}

export const defaultTaskSimulation: TaskSimulation = {
  ...{ seed: 'fairlead', teams: 22, peoplePerTeam: 7, start: Date.UTC(2026, 0, 5) / 1000, weeks: 20 },
  ...{ adoption: 0.7, tasksPerWeek: 2, reversed: 0.06, closed: 0.12, lateMerge: 0.05, stillOpen: 0.04 },
  ...{ overridden: 0.03, firstPass: 0.4, exceptions: 0.08, unblockHours: 6, denials: 0.5 },
  ...{ costMedian: 1.5, chat: 0.8, incidents: 0.02 },
};

const hour = 3600;
const day = 24 * hour;
const spread = 0.7;

interface World {
  readonly of: TaskSimulation;
  readonly random: () => number;
  readonly histories: ChangeHistory[];
  readonly deployments: Deployment[];
  readonly incidents: Incident[];
  readonly facts: TaskFact[];
  readonly calls: UsageCall[];
  count: number;
}

/** Repeats exactly for one description. */
export function simulateTasks(description: Partial<TaskSimulation> = {}): TaskInput {
  const of = { ...defaultTaskSimulation, ...description };
  const world: World = {
    of,
    random: seededRandom(`tasks/${of.seed}`),
    histories: [],
    deployments: [],
    incidents: [],
    facts: [],
    calls: [],
    count: 0,
  };
  const enrolments: Enrolment[] = [];
  for (let team = 0; team < of.teams; team++) {
    for (let i = 0; i < of.peoplePerTeam; i++) {
      const person = `dev-${team}-${i}`;
      enrolments.push({ person, team: `git.example.com/team-${team}`, from: of.start, until: null });
      for (let week = 0; week < of.weeks; week++) addWeek(world, team, person, of.start + week * 7 * day);
    }
  }
  addSources(world);
  return {
    delivery: { histories: world.histories, deployments: world.deployments, incidents: world.incidents },
    facts: world.facts,
    calls: world.calls,
    enrolments,
    agentAccounts: new Set(),
    sessionAliases: new Map(),
  };
}

function addWeek(world: World, team: number, person: string, monday: number): void {
  const { of, random } = world;
  addOwnChange(world, team, person, Math.round(monday + random() * 4 * day));
  if (random() >= of.adoption) return;
  for (let i = 0; i < of.tasksPerWeek; i++)
    addTask(world, team, person, Math.round(monday + (random() * 4 + 0.2) * day));
  addCall(world, {
    session: `chat-${world.count}`,
    at: Math.round(monday + 2 * day),
    person,
    cost: of.chat,
    repository: null,
  });
}

/** A change without any assistant, merged within the day. */
function addOwnChange(world: World, team: number, person: string, start: number): void {
  const history = changeOf(world, {
    team,
    person,
    branch: `own-${world.count}`,
    start,
    merged: start + 20 * hour,
    closed: null,
    events: [],
  });
  deploy(world, history, start + 24 * hour);
}

function addTask(world: World, team: number, person: string, start: number): void {
  const { of, random } = world;
  const branch = `work-${world.count}`;
  const session = `s-${world.count}`;
  const fate = fateOf(of, random());
  const isFirstPass = random() < of.firstPass;
  const merged = {
    kept: start + 30 * hour,
    reversed: start + 30 * hour,
    late: start + 20 * day,
    closed: null,
    open: null,
  }[fate];
  const closed = fate === 'closed' ? start + 3 * day : null;
  const review = isFirstPass ? 'approved' : 'changes_requested';
  const events: Pick<ChangeEvent, 'kind' | 'state' | 'at'>[] = [
    { kind: 'review', state: review, at: timeOf(start + 26 * hour) },
  ];
  const history = changeOf(world, { team, person, branch, start, merged, closed, events });
  const { repository, number } = history.change;
  const stay = {
    session,
    repository,
    branch,
    from: timeOf(start - hour),
    until: timeOf(start + 2 * hour),
    firstWriteAt: timeOf(start),
    principal: person,
  };
  world.facts.push({ type: 'session', id: `stay-${session}`, ...stay });
  for (let k = 0; k < 3; k++)
    addCall(world, {
      session,
      at: start + k * 600,
      person,
      cost: around(random, of.costMedian) / 3,
      repository,
    });
  addDenials(world, { session, person, repository, number, at: start + 1200 });
  if (merged === null) return;
  const overridden = random() < of.overridden;
  const gate = {
    repository,
    number,
    at: timeOf(merged - hour),
    verdict: overridden ? ('fail' as const) : ('pass' as const),
    overridden,
  };
  world.facts.push({ type: 'gate', id: `gate-${number}-${repository}`, ...gate });
  deploy(world, history, merged + 4 * hour);
  if (fate === 'reversed') revert(world, team, history, merged + 5 * day);
  if (random() < of.incidents) blame(world, history, merged + 6 * hour);
}

function fateOf({ reversed, closed, lateMerge, stillOpen }: TaskSimulation, at: number) {
  if (at < reversed) return 'reversed';
  if (at < reversed + closed) return 'closed';
  if (at < reversed + closed + lateMerge) return 'late';
  return at < reversed + closed + lateMerge + stillOpen ? 'open' : 'kept';
}

function addDenials(
  world: World,
  where: {
    readonly session: string;
    readonly person: string;
    readonly repository: string;
    readonly number: number;
    readonly at: number;
  },
): void {
  const { of, random } = world;
  const { session, person, repository, number, at } = where;
  const count = Math.floor(of.denials) + (random() < of.denials % 1 ? 1 : 0);
  const none = { tokens: 0, cost: null, reserved: null, denied: true };
  for (let i = 0; i < count; i++) world.calls.push({ session, at: at + i, repository, person, ...none });
  if (random() >= of.exceptions) return;
  const answered = Math.round(at + around(random, of.unblockHours) * hour);
  const times = { at: timeOf(at + 60), deniedAt: timeOf(at), answeredAt: timeOf(answered) };
  world.facts.push({ type: 'escalation', id: `e1-${session}`, cause: 'E1', repository, number, ...times });
}

/** Log-normal with this median; Box and Muller's transform, 1 − random() is never 0. */
function around(random: () => number, median: number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return median * Math.exp(spread * normal);
}

function addCall(
  world: World,
  call: {
    readonly session: string;
    readonly at: number;
    readonly person: string;
    readonly cost: number;
    readonly repository: string | null;
  },
): void {
  const amount = Math.round(call.cost * 1e6);
  // A call in fifty is of a model without a price.
  const isPriced = world.random() >= 0.02;
  world.calls.push({
    ...call,
    tokens: Math.max(1, Math.round(amount / 5)),
    cost: isPriced ? amount : null,
    reserved: null,
    denied: false,
  });
}

function changeOf(
  world: World,
  made: {
    readonly team: number;
    readonly person: string;
    readonly branch: string;
    readonly start: number;
    readonly merged: number | null;
    readonly closed: number | null;
    readonly events: readonly Pick<ChangeEvent, 'kind' | 'state' | 'at'>[];
    readonly title?: string;
  },
): ChangeHistory {
  const { team, person, branch, start, merged, closed } = made;
  const number = ++world.count;
  const repository = `git.example.com/team-${team}/repo-${team}`;
  const id = `${repository}#${number}`;
  const reviewer = { login: `reviewer-${team}`, kind: 'human' } as const;
  const events = made.events.map(
    (event, i): ChangeEvent => ({ type: 'event', change: id, id: `${id} ${i}`, by: reviewer, ...event }),
  );
  const commit: Commit = {
    type: 'commit',
    repository,
    change: id,
    sha: `c0ffee${number}`.padEnd(12, '0'),
    authoredAt: timeOf(start),
    committedAt: timeOf(start),
    author: { login: person },
    message: '',
  };
  const history: ChangeHistory = {
    change: {
      ...{
        type: 'change',
        id,
        repository,
        number,
        author: { login: person, kind: 'human' },
        openedAt: timeOf(start + hour),
      },
      ...(merged === null ? {} : { mergedAt: timeOf(merged), mergeCommit: `${number}`.padStart(12, 'f') }),
      ...(closed === null ? {} : { closedAt: timeOf(closed) }),
      ...(made.title === undefined ? {} : { title: made.title }),
      ...{ isDraft: false, base: 'main', head: branch, additions: 10, deletions: 2, files: 1 },
    },
    events,
    commits: [commit],
  };
  world.histories.push(history);
  return history;
}

function revert(world: World, team: number, { change }: ChangeHistory, at: number): void {
  const reverting = {
    team,
    person: `reviewer-${team}`,
    branch: `revert-${change.number}-x`,
    start: at - 2 * hour,
    merged: at,
    closed: null,
    events: [],
  };
  deploy(world, changeOf(world, reverting), at + 4 * hour);
}

function deploy(world: World, { change }: ChangeHistory, finished: number): void {
  const { repository, id, mergeCommit } = change;
  if (mergeCommit === undefined) return;
  world.deployments.push({
    ...{
      type: 'deployment',
      id: `deploy ${id}`,
      repository,
      service: repository,
      environment: 'production',
      result: 'success',
    },
    ...{ startedAt: timeOf(finished - 600), finishedAt: timeOf(finished), commit: mergeCommit },
  });
}

function blame(world: World, { change }: ChangeHistory, at: number): void {
  const links = [{ rel: 'caused_by' as const, change: change.id }];
  const times = { startedAt: timeOf(at), reportedAt: timeOf(at) };
  world.incidents.push({
    type: 'incident',
    id: `incident ${change.id}`,
    service: change.repository,
    ...times,
    severity: 3,
    links,
  });
}

/** Sources that report here, though some have nothing to report, and the seats of one plan. */
function addSources({ of, facts }: World): void {
  const since = timeOf(of.start).slice(0, 10);
  for (const source of [
    'exceptions',
    'takeovers',
    'legal_reviews',
    'scanners',
    'governance_incidents',
  ] as const)
    facts.push({ type: 'connection', id: `connection-${source}`, source, since });
  const seats = of.teams * of.peoplePerTeam;
  const to = timeOf(of.start + of.weeks * 7 * day).slice(0, 10);
  const plan = {
    vendor: 'example',
    plan: 'business',
    from: since,
    to,
    seats,
    active: Math.floor(seats * 0.8),
    pricePerMonth: 19,
  };
  facts.push({ type: 'seats', id: 'seats-1', ...plan });
}
