import { seededRandom } from '../statistics/index.ts';
import {
  type Actor,
  type Change,
  type ChangeEvent,
  type ChangeHistory,
  type Commit,
  type Deployment,
  type Incident,
  timeOf,
} from './facts.ts';
import type { DeliveryFacts } from './measures.ts';

/** A history in which everything occurs that links changes: reverts of reverts, failed deployments, named and unnamed incidents. */
export interface RandomFacts extends DeliveryFacts {
  readonly now: number;
}

const start = Date.UTC(2026, 0, 5) / 1000;
const day = 86_400;

/** Repeats exactly for one seed. */
export function randomFacts(seed: string, changes = 60, repositories = 3, weeks = 40): RandomFacts {
  const random = seededRandom(seed);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!;
  const chance = (share: number) => random() < share;
  const within = (from: number, span: number) => Math.floor(from + random() * span);
  const people = Array.from({ length: 9 }, (_, i): Actor => ({ login: `p-${i}`, kind: 'human' }));
  const actors = [...people, { login: 'bot[bot]', kind: 'bot' }, { login: null, kind: 'unknown' }] as const;
  const names = Array.from({ length: repositories }, (_, i) => `git.example.com/t${i % 2}/r${i}`);
  const draw: Draw = { pick, chance, within, actors, people, names, horizon: weeks * 7 * day };
  const histories: ChangeHistory[] = [];
  for (let i = 0; i < changes; i++) histories.push(historyOf(i, histories, draw));
  const deployments = Array.from({ length: changes / 2 }, (_, i) => deploymentOf(i, histories, draw));
  const incidents = Array.from({ length: changes / 6 }, (_, i) =>
    incidentOf(i, histories, deployments, draw),
  );
  const byId = <Item extends { readonly id: string }>(items: Item[]) =>
    items.sort((a, b) => (a.id < b.id ? -1 : 1));
  return {
    histories: histories.sort((a, b) => (a.change.id < b.change.id ? -1 : 1)),
    deployments: byId(deployments),
    incidents: byId(incidents),
    now: start + draw.horizon + 10 * day,
  };
}

interface Draw {
  pick<Item>(items: readonly Item[]): Item;
  chance(share: number): boolean;
  within(from: number, span: number): number;
  readonly actors: readonly Actor[];
  readonly people: readonly Actor[];
  readonly names: readonly string[];
  readonly horizon: number;
}

const sha = (what: string, number: number) =>
  `${what}${(number * 2654435761 + 1).toString(16).padStart(9, '0')}`.padEnd(12, '0');

function historyOf(i: number, earlier: readonly ChangeHistory[], draw: Draw): ChangeHistory {
  const { pick, chance, within } = draw;
  const reverted = chance(0.25) && earlier.length > 0 ? pick(earlier).change : null;
  const repository = reverted !== null && chance(0.9) ? reverted.repository : pick(draw.names);
  const opened = within(start, draw.horizon);
  const ended = within(opened, 9 * day);
  const status = pick(['merged', 'merged', 'merged', 'merged', 'closed', 'open'] as const);
  const author = pick(draw.actors);
  const way = pick(['number', 'sha', 'branch', 'fix'] as const);
  const change: Change = {
    type: 'change',
    id: `c${String((i * 37) % 1000).padStart(4, '0')}`,
    repository,
    number: chance(0.05) ? i : i + 1,
    author,
    ...(author.kind === 'bot' && chance(0.7) ? { drivers: [pick(draw.people).login!] } : {}),
    openedAt: timeOf(opened),
    ...(status === 'merged' ? { mergedAt: timeOf(ended) } : {}),
    ...(status === 'closed' ? { closedAt: timeOf(ended) } : {}),
    isDraft: chance(0.1),
    base: 'main',
    head: reverted !== null && way === 'branch' ? `revert-${reverted.number}-x` : `topic-${i}`,
    ...(status === 'merged' || chance(0.3) ? { mergeCommit: sha('a', chance(0.04) ? i + 1 : i) } : {}),
    ...(reverted !== null && way === 'fix'
      ? { title: `Fix${i % 3 === 0 ? '' : ' the cart,'} #${reverted.number}` }
      : {}),
    ...(chance(0.1) ? { unknown: [pick(['opened', 'reviews', 'commits'] as const)] } : {}),
    additions: 1,
    deletions: 1,
    files: 1,
  };
  const message =
    reverted === null
      ? ''
      : way === 'number'
        ? `Revert "x"\nReverts ${reverted.repository.slice(reverted.repository.indexOf('/') + 1)}#${reverted.number}`
        : way === 'sha'
          ? `This reverts commit ${reverted.mergeCommit ?? '0000000'}`
          : '';
  const commits = Array.from({ length: within(0, 3) }, (_, k): Commit => {
    const at = timeOf(opened - within(0, 4 * day));
    const common = {
      type: 'commit',
      repository,
      change: change.id,
      authoredAt: at,
      committedAt: at,
    } as const;
    return { ...common, sha: sha('b', i * 3 + k), author: { login: `p-${i % 9}` }, message };
  });
  return { change, events: eventsOf(change, opened, ended, draw), commits };
}

function eventsOf(change: Change, opened: number, ended: number, draw: Draw): readonly ChangeEvent[] {
  const { pick, within } = draw;
  return Array.from({ length: within(0, 7) }, (_, k): ChangeEvent => {
    const kind = pick([
      'review',
      'review',
      'review_requested',
      'draft',
      'ready',
      'closed',
      'reopened',
      'comment',
    ]);
    return {
      type: 'event',
      change: change.id,
      id: `e${k}`,
      at: timeOf(within(opened, Math.max(1, ended - opened))),
      kind,
      by: pick(draw.actors),
      ...(kind === 'review_requested' ? { reviewer: pick(draw.people) } : {}),
      ...(kind === 'review'
        ? { state: pick(['approved', 'changes_requested', 'commented', 'pending']) }
        : {}),
    };
  });
}

function deploymentOf(i: number, histories: readonly ChangeHistory[], draw: Draw): Deployment {
  const { pick, chance, within } = draw;
  const { change } = pick(histories);
  const others = histories.filter(
    (one) =>
      one.change.repository === change.repository && one.change.mergeCommit !== undefined && chance(0.1),
  );
  const finished = within(Date.parse(change.openedAt) / 1000, 15 * day);
  return {
    type: 'deployment',
    id: `d${String((i * 53) % 1000).padStart(4, '0')}`,
    repository: change.repository,
    service: pick(['web', 'api', change.repository]),
    environment: chance(0.85) ? 'production' : 'staging',
    result: chance(0.85) ? 'success' : 'failure',
    startedAt: timeOf(finished - 60),
    finishedAt: timeOf(finished),
    commit: change.mergeCommit ?? 'none',
    commits: others.map((one) => one.change.mergeCommit!),
  };
}

function incidentOf(
  i: number,
  histories: readonly ChangeHistory[],
  deployments: readonly Deployment[],
  draw: Draw,
): Incident {
  const { pick, chance } = draw;
  const near = pick(deployments);
  const started = draw.within(Date.parse(near.finishedAt) / 1000, 3 * day);
  const links: Incident['links'][number][] = [];
  if (chance(0.4)) links.push({ rel: 'caused_by', change: pick(histories).change.id });
  if (chance(0.2)) links.push({ rel: 'caused_by', deployment: pick(deployments).id });
  if (chance(0.2)) links.push({ rel: 'fixed_by', change: pick(histories).change.id });
  return {
    type: 'incident',
    id: `i${String((i * 71) % 1000).padStart(4, '0')}`,
    ...(chance(0.9) ? { service: near.service } : {}),
    startedAt: timeOf(started),
    reportedAt: timeOf(started),
    severity: 3,
    links,
  };
}
