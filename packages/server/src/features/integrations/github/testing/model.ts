/* A made-up GitHub: what its repositories hold, how that comes about, and how it goes on changing. Repeats for a seed. */
import { seededRandom } from '@fairlead/core/statistics';

export interface FakeAccount {
  readonly __typename: 'User' | 'Bot' | 'Mannequin';
  /** As GraphQL says it: applications without `[bot]`. */
  readonly login: string;
}

export interface FakeCommit {
  readonly number: number;
  readonly oid: string;
  readonly authoredDate: string;
  readonly committedDate: string;
  readonly message: string;
  readonly email: string;
  readonly user: FakeAccount | null;
  readonly parents: readonly string[];
}

export interface FakeReview {
  readonly number: number;
  state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED' | 'PENDING';
  readonly submittedAt: string | null;
  readonly author: FakeAccount | null;
  readonly inline: {
    readonly number: number;
    readonly createdAt: string;
    readonly author: FakeAccount | null;
  }[];
}

export interface FakeItem {
  readonly number: number;
  readonly kind:
    | 'ReadyForReviewEvent'
    | 'ConvertToDraftEvent'
    | 'ReviewRequestedEvent'
    | 'ClosedEvent'
    | 'ReopenedEvent'
    | 'MergedEvent'
    | 'ReviewDismissedEvent'
    | 'HeadRefForcePushedEvent'
    | 'IssueComment';
  readonly createdAt: string;
  readonly actor: FakeAccount | null;
  /** Null: a team. */
  readonly reviewer?: FakeAccount | null;
  readonly review?: FakeReview;
  readonly before?: FakeCommit;
}

export interface FakePull {
  readonly number: number;
  readonly databaseId: number;
  title: string;
  readonly author: FakeAccount | null;
  readonly assignees: readonly FakeAccount[];
  isDraft: boolean;
  readonly createdAt: string;
  updatedAt: string;
  closedAt: string | null;
  mergedAt: string | null;
  mergeCommit: string | null;
  additions: number;
  readonly base: string;
  readonly head: string;
  readonly reviews: FakeReview[];
  commits: FakeCommit[];
  readonly timeline: FakeItem[];
}

export interface FakeDeployment {
  readonly databaseId: number;
  readonly createdAt: string;
  readonly environment: string;
  readonly commitOid: string;
  readonly statuses: { readonly state: string; readonly createdAt: string }[];
}

export interface FakeIssue {
  readonly number: number;
  readonly createdAt: string;
  closedAt: string | null;
  updatedAt: string;
  readonly body: string;
  labels: string[];
}

export interface FakeRepository {
  readonly databaseId: number;
  /** `owner/name`; a rename changes it. */
  nameWithOwner: string;
  /** Names it had, which the host still follows. */
  readonly earlier: string[];
  readonly pulls: FakePull[];
  readonly deployments: FakeDeployment[];
  readonly issues: FakeIssue[];
  /** Parents of the commits of its branches; what is in it no more, the host doesn't know any more. */
  readonly graph: Map<string, readonly string[]>;
  /** Last commit of the main branch. */
  main: string | null;
}

export interface FakeWorld {
  readonly repositories: FakeRepository[];
  readonly draw: Drawing;
  /** Numbers that REST gives to things; each once. */
  nextId(): number;
}

export interface Drawing {
  between(low: number, high: number): number;
  whole(below: number): number;
  chance(share: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
}

export interface WorldOptions {
  readonly seed: string;
  readonly pulls: number;
  readonly names: readonly string[];
  /** Of the pull requests, how many have more parts than one page holds. */
  readonly huge?: number;
}

export const worldStart = Date.UTC(2026, 0, 5) / 1000;
const hour = 3600;
export const iso = (seconds: number) =>
  new Date(Math.floor(seconds) * 1000).toISOString().replace('.000Z', 'Z');

export function drawing(seed: string): Drawing {
  const random = seededRandom(seed);
  const whole = (below: number) => Math.floor(random() * below);
  return {
    between: (low, high) => low + random() * (high - low),
    whole,
    chance: (share) => random() < share,
    pick: (items) => items[whole(items.length)]!,
  };
}

const people: readonly FakeAccount[] = Array.from({ length: 24 }, (_, i) => ({
  __typename: 'User',
  login: `Dev-${i}`,
}));
const bot: FakeAccount = { __typename: 'Bot', login: 'assistant' };
const reviewBot: FakeAccount = { __typename: 'Bot', login: 'review-helper' };

/** A commit's id, another one for each number. */
function oidOf(first: string, number: number, rest: string): string {
  return `${first}${number.toString(16).padStart(11, '0')}`.padEnd(40, rest);
}

/** 26 weeks of pull requests, spread over some repositories. */
export function makeWorld({ seed, pulls, names, huge = 2 }: WorldOptions): FakeWorld {
  const draw = drawing(seed);
  let id = 1000;
  const world: FakeWorld = {
    draw,
    nextId: () => ++id,
    repositories: names.map((nameWithOwner, i) => ({
      ...{ databaseId: 70_000 + i, nameWithOwner, earlier: [], pulls: [], deployments: [], issues: [] },
      ...{ graph: new Map(), main: null },
    })),
  };
  for (let i = 0; i < pulls; i++) {
    const repository = world.repositories[i % names.length]!;
    const opened = worldStart + (i / pulls) * 26 * 7 * 24 * hour + draw.between(0, 20) * hour;
    const pull = openPull(world, repository, opened);
    liveOn(world, repository, pull, opened);
    if (i < huge) makeHuge(world, pull, opened);
  }
  return world;
}

export function openPull(world: FakeWorld, repository: FakeRepository, opened: number): FakePull {
  const { draw } = world;
  const number = repository.pulls.length + repository.issues.length + 1;
  const byBot = draw.chance(0.2);
  const author = draw.chance(0.02) ? null : byBot ? bot : draw.pick(people);
  const reverted = draw.chance(0.05)
    ? repository.pulls.findLast(({ mergedAt }) => mergedAt !== null)
    : undefined;
  const pull: FakePull = {
    ...{ number, databaseId: world.nextId(), author, createdAt: iso(opened), updatedAt: iso(opened) },
    title: reverted === undefined ? `Change ${number}` : `Revert "Change ${reverted.number}"`,
    assignees: byBot ? [draw.pick(people), draw.pick(people.slice(0, 3))] : [],
    ...{ isDraft: draw.chance(0.2), closedAt: null, mergedAt: null, mergeCommit: null },
    ...{ additions: draw.whole(300), base: 'main', head: `topic-${number}` },
    ...{ reviews: [], commits: [], timeline: [] },
  };
  for (let i = 1 + draw.whole(3); i > 0; i--) {
    const message =
      reverted === undefined ? `Work on ${number}` : `Undo\n\nThis reverts commit ${reverted.mergeCommit}`;
    addCommit(world, pull, opened - draw.between(1, 60) * hour, message);
  }
  repository.pulls.push(pull);
  return pull;
}

export function addCommit(world: FakeWorld, pull: FakePull, at: number, message: string): FakeCommit {
  const { draw } = world;
  const number = world.nextId();
  const user = pull.author?.__typename === 'User' ? pull.author : (pull.assignees[0] ?? null);
  const isMerge = draw.chance(0.1);
  const commit: FakeCommit = {
    ...{ number, oid: oidOf('a', number, 'c') },
    ...{
      authoredDate: iso(at),
      committedDate: iso(at + 60),
      email: `${user?.login ?? 'nobody'}@example.com`,
    },
    message: isMerge ? "Merge branch 'main' into topic" : message,
    user: draw.chance(0.05) ? null : user,
    parents: Array.from({ length: isMerge ? 2 : 1 }, (_, i) => `${i}${'d'.repeat(39)}`),
  };
  pull.commits.push(commit);
  return commit;
}

/** What happens to a pull request until it's merged or given up. */
function liveOn(world: FakeWorld, repository: FakeRepository, pull: FakePull, opened: number): void {
  const { draw } = world;
  let at = opened;
  for (let steps = draw.whole(5); steps >= 0; steps--) {
    at += draw.between(0.2, 9) * hour;
    step(world, pull, at);
  }
  at += draw.between(0.2, 12) * hour;
  if (draw.chance(0.93)) end(world, repository, pull, at, draw.chance(0.92));
}

type Step = (world: FakeWorld, pull: FakePull, at: number) => void;

const steps: readonly Step[] = [
  (world, pull, at) => addItem(world, pull, 'IssueComment', at),
  (world, pull, at) => addItem(world, pull, pull.isDraft ? 'ReadyForReviewEvent' : 'ConvertToDraftEvent', at),
  (world, pull, at) => addItem(world, pull, 'ReviewRequestedEvent', at),
  (world, pull, at) => addReview(world, pull, at),
  (world, pull, at) => addReview(world, pull, at),
  (world, pull, at) => addReview(world, pull, at),
  (world, pull, at) => void addCommit(world, pull, at, 'More'),
  forcePush,
  dismiss,
];

/** One thing more that happens to an open pull request. */
export function step(world: FakeWorld, pull: FakePull, at: number): void {
  world.draw.pick(steps)(world, pull, at);
  pull.updatedAt = iso(at);
}

function addItem(
  world: FakeWorld,
  pull: FakePull,
  kind: FakeItem['kind'],
  at: number,
  more: Partial<FakeItem> = {},
) {
  const { draw } = world;
  const actor = draw.chance(0.03) ? null : draw.pick(people);
  const asked =
    kind !== 'ReviewRequestedEvent' ? {} : { reviewer: draw.chance(0.2) ? null : draw.pick(people) };
  pull.timeline.push({ number: world.nextId(), kind, createdAt: iso(at), actor, ...asked, ...more });
  if (kind === 'ReadyForReviewEvent') pull.isDraft = false;
  if (kind === 'ConvertToDraftEvent') pull.isDraft = true;
}

export function addReview(world: FakeWorld, pull: FakePull, at: number): void {
  const { draw } = world;
  const author = draw.chance(0.15) ? reviewBot : draw.chance(0.02) ? null : draw.pick(people);
  const isPending = draw.chance(0.03);
  const inline = Array.from({ length: draw.chance(0.4) ? 1 + draw.whole(3) : 0 }, () => ({
    ...{ number: world.nextId(), createdAt: iso(at - draw.between(0, 600)), author },
  }));
  pull.reviews.push({
    ...{ number: world.nextId(), author, inline: isPending ? [] : inline },
    state: isPending
      ? 'PENDING'
      : draw.pick(['APPROVED', 'APPROVED', 'CHANGES_REQUESTED', 'COMMENTED'] as const),
    submittedAt: isPending ? null : iso(at),
  });
}

function forcePush(world: FakeWorld, pull: FakePull, at: number): void {
  const before = pull.commits.at(-1);
  pull.commits = [];
  addCommit(world, pull, at - hour, 'Squashed');
  addItem(world, pull, 'HeadRefForcePushedEvent', at, before === undefined ? {} : { before });
}

function dismiss(world: FakeWorld, pull: FakePull, at: number): void {
  const review = pull.reviews.find(({ state }) => state === 'APPROVED' || state === 'CHANGES_REQUESTED');
  if (review === undefined) return;
  review.state = 'DISMISSED';
  addItem(world, pull, 'ReviewDismissedEvent', at, { review });
}

export function end(
  world: FakeWorld,
  repository: FakeRepository,
  pull: FakePull,
  at: number,
  merged: boolean,
  isNow = false,
): void {
  const after = (most: number) => (isNow ? 0 : world.draw.between(1, most) * hour);
  pull.closedAt = iso(at);
  if (merged) {
    pull.mergedAt = iso(at);
    pull.mergeCommit = oidOf('b', world.nextId(), 'e');
    commitTo(repository, pull.mergeCommit);
    addItem(world, pull, 'MergedEvent', at);
    if (world.draw.chance(0.8)) deploy(world, repository, pull.mergeCommit, at + after(20), isNow);
    if (world.draw.chance(0.02)) report(world, repository, pull, at + after(90));
  }
  addItem(world, pull, 'ClosedEvent', at);
  pull.updatedAt = iso(at);
}

/** Puts a commit on top of the main branch. */
export function commitTo(repository: FakeRepository, oid: string): void {
  repository.graph.set(oid, repository.main === null ? [] : [repository.main]);
  repository.main = oid;
}

export function reopen(world: FakeWorld, pull: FakePull, at: number): void {
  pull.closedAt = null;
  addItem(world, pull, 'ReopenedEvent', at);
  pull.updatedAt = iso(at);
}

export function deploy(
  world: FakeWorld,
  repository: FakeRepository,
  commitOid: string,
  at: number,
  isNow = false,
): FakeDeployment {
  const { draw } = world;
  const createdAt = iso(at);
  const states = draw.pick([
    ['QUEUED', 'IN_PROGRESS', 'SUCCESS'],
    ['SUCCESS', 'INACTIVE'],
    ['IN_PROGRESS', 'FAILURE'],
    ['FAILURE', 'SUCCESS'],
  ]);
  // What has just begun has no outcome yet.
  const statuses = isNow ? [] : states.map((state, i) => ({ state, createdAt: iso(at + i * 120) }));
  const environment = draw.chance(0.85) ? 'production' : 'staging';
  const deployment = { databaseId: world.nextId(), createdAt, environment, commitOid, statuses };
  repository.deployments.push(deployment);
  return deployment;
}

function report(world: FakeWorld, repository: FakeRepository, pull: FakePull, at: number): void {
  const number = repository.pulls.length + repository.issues.length + 100_000;
  const body = world.draw.chance(0.7) ? `It broke.\n\nCaused by #${pull.number}\n` : 'It broke.';
  const labels = ['incident', ...(world.draw.chance(0.5) ? ['sev2'] : [])];
  repository.issues.push({ number, createdAt: iso(at), closedAt: null, updatedAt: iso(at), body, labels });
}

/** What the host's users do at one moment. */
export function liveMoment(world: FakeWorld, at: number): void {
  const { draw } = world;
  const repository = draw.pick(world.repositories);
  const pull = draw.pick(draw.chance(0.5) ? repository.pulls.slice(-20) : repository.pulls);
  const deployment = repository.deployments.at(-1 - draw.whole(3));
  if (draw.chance(0.2)) openPull(world, repository, at);
  else if (pull.mergedAt !== null) addLate(world, pull, at);
  else if (pull.closedAt !== null) reopen(world, pull, at);
  else if (draw.chance(0.4)) end(world, repository, pull, at, draw.chance(0.8), true);
  else step(world, pull, at);
  if (deployment !== undefined && draw.chance(0.3))
    deployment.statuses.push({ state: draw.pick(['SUCCESS', 'FAILURE', 'INACTIVE']), createdAt: iso(at) });
  const issue = repository.issues.at(-1);
  if (issue !== undefined && draw.chance(0.2))
    Object.assign(issue, { closedAt: iso(at), updatedAt: iso(at) });
}

function addLate(world: FakeWorld, pull: FakePull, at: number): void {
  addItem(world, pull, 'IssueComment', at);
  pull.updatedAt = iso(at);
}

export function rename(repository: FakeRepository, nameWithOwner: string): void {
  repository.earlier.push(repository.nameWithOwner.toLowerCase());
  repository.nameWithOwner = nameWithOwner;
}

/** More reviews than one page, and more commits than the REST API lists. */
function makeHuge(world: FakeWorld, pull: FakePull, opened: number): void {
  for (let i = 0; i < 130; i++) addReview(world, pull, opened + 60 + i);
  for (let i = 0; i < 260; i++) addCommit(world, pull, opened - 60 - i, `Part ${i}`);
  for (let i = 0; i < 120; i++) addItem(world, pull, 'IssueComment', opened + 90 + i);
  const [first] = pull.reviews;
  for (let i = 0; i < 110; i++)
    first?.inline.push({ number: world.nextId(), createdAt: iso(opened + 60), author: first.author });
}
