import { seededRandom } from '../statistics/index.ts';
import {
  type Actor,
  type Change,
  type ChangeEvent,
  type Commit,
  type Deployment,
  type Incident,
  timeOf,
} from './facts.ts';
import type { DeliveryFacts } from './measures.ts';

/** A made-up organisation, so that figures can be held against what is true by construction. Hours are elapsed. */
export interface Simulation {
  readonly seed: string;
  readonly teams: number;
  readonly peoplePerTeam: number;
  readonly repositoriesPerTeam: number;
  /** Monday of the first week, seconds since the epoch. */
  readonly start: number;
  readonly weeks: number;
  readonly changesPerPersonAndWeek: number;
  /** Medians; each change's own is log-normal around it. */
  readonly codingHours: number;
  readonly pickupHours: number;
  readonly reviewHours: number;
  readonly revertRate: number;
  readonly unreviewedRate: number;
  /** From this week on, changes by an assistant's account; null: none. */
  readonly assistant: {
    readonly fromWeek: number;
    readonly share: number;
    readonly codingFactor: number;
  } | null;
}

export const defaultSimulation: Simulation = {
  seed: 'fairlead',
  teams: 4,
  peoplePerTeam: 7,
  repositoriesPerTeam: 2,
  start: Date.UTC(2026, 0, 5) / 1000,
  weeks: 26,
  changesPerPersonAndWeek: 2,
  codingHours: 14,
  pickupHours: 5,
  reviewHours: 6,
  revertRate: 0.05,
  unreviewedRate: 0.06,
  assistant: null,
};

const hour = 3600;
const week = 7 * 24 * hour;
const spread = 0.8;

/** Repeats exactly for one description. Every merged change is deployed within the day; some are taken back. */
export function simulateDelivery(description: Partial<Simulation> = {}): DeliveryFacts {
  const of = { ...defaultSimulation, ...description };
  const draw = drawing(of.seed);
  const histories: { change: Change; events: ChangeEvent[]; commits: Commit[] }[] = [];
  const deployments: Deployment[] = [];
  const incidents: Incident[] = [];
  const numbers = new Map<string, number>();
  const add = (work: Work) => {
    const number = (numbers.get(work.repository) ?? 0) + 1;
    numbers.set(work.repository, number);
    const history = historyOf(work, number);
    histories.push(history);
    deployments.push(deploymentOf(history.change, work.merged + 4 * hour));
    return history.change;
  };
  for (let i = 0; i < of.weeks; i++) {
    for (const person of peopleOf(of)) {
      const count =
        Math.floor(of.changesPerPersonAndWeek) + (draw.chance(of.changesPerPersonAndWeek % 1) ? 1 : 0);
      for (let k = 0; k < count; k++) {
        const work = workOf(of, person, of.start + i * week, i, draw);
        const change = add(work);
        if (!draw.chance(of.revertRate)) continue;
        const reverted = work.merged + draw.between(2, 240) * hour;
        add({
          ...work,
          start: reverted - hour,
          opened: reverted - hour / 2,
          review: null,
          merged: reverted,
          reverts: change,
        });
        if (draw.chance(0.3)) incidents.push(incidentOf(change, reverted - 2 * hour));
      }
    }
  }
  return { histories, deployments, incidents };
}

interface Person {
  readonly team: number;
  readonly login: string;
  readonly reviewer: string;
}

interface Work {
  readonly repository: string;
  readonly author: Actor;
  readonly driver: string | null;
  readonly reviewer: string;
  readonly start: number;
  readonly opened: number;
  readonly review: number | null;
  readonly merged: number;
  readonly reverts: Change | null;
}

function* peopleOf({ teams, peoplePerTeam }: Simulation): Generator<Person> {
  for (let team = 0; team < teams; team++) {
    for (let i = 0; i < peoplePerTeam; i++) {
      yield { team, login: `dev-${team}-${i}`, reviewer: `dev-${team}-${(i + 1) % peoplePerTeam}` };
    }
  }
}

function workOf(
  of: Simulation,
  { team, login, reviewer }: Person,
  weekStart: number,
  weekIndex: number,
  draw: Drawing,
): Work {
  const { assistant } = of;
  const byAssistant = assistant !== null && weekIndex >= assistant.fromWeek && draw.chance(assistant.share);
  const coding = draw.around(of.codingHours) * (byAssistant ? assistant.codingFactor : 1) * hour;
  const pickup = draw.around(of.pickupHours) * hour;
  const review = draw.around(of.reviewHours) * hour;
  const start = Math.round(weekStart + draw.between(0, 5 * 24) * hour);
  const opened = Math.round(start + coding);
  const isReviewed = !draw.chance(of.unreviewedRate);
  return {
    repository: `git.example.com/team-${team}/repo-${Math.floor(draw.between(0, of.repositoriesPerTeam))}`,
    author: byAssistant ? { login: 'assistant[bot]', kind: 'bot' } : { login, kind: 'human' },
    driver: byAssistant ? login : null,
    reviewer,
    start,
    opened,
    review: isReviewed ? Math.round(opened + pickup) : null,
    merged: Math.round(opened + pickup + review),
    reverts: null,
  };
}

function historyOf(
  { repository, author, driver, reviewer, start, opened, review, merged, reverts }: Work,
  number: number,
) {
  const id = `${repository}#${number}`;
  const sha = (what: string) => `${hex(`${id} ${what}`)}${hex(`${what} ${id}`)}`;
  const change: Change = {
    type: 'change',
    id,
    repository,
    number,
    author,
    ...(driver === null ? {} : { drivers: [driver] }),
    openedAt: timeOf(opened),
    mergedAt: timeOf(merged),
    isDraft: false,
    base: 'main',
    head: reverts === null ? `topic-${number}` : `revert-${reverts.number}-topic`,
    mergeCommit: sha('merge'),
    additions: 10,
    deletions: 2,
    files: 2,
  };
  const by: Actor = { login: reviewer, kind: 'human' };
  const events: ChangeEvent[] =
    review === null
      ? []
      : [
          {
            type: 'event',
            change: id,
            id: `${id} review`,
            at: timeOf(review),
            kind: 'review',
            by,
            state: 'approved',
          },
        ];
  const commit: Commit = {
    type: 'commit',
    repository,
    change: id,
    sha: sha('commit'),
    authoredAt: timeOf(start),
    committedAt: timeOf(start),
    author: { login: driver ?? author.login ?? undefined },
    message: reverts === null ? '' : `This reverts commit ${reverts.mergeCommit}`,
  };
  return { change, events, commits: [commit] };
}

function deploymentOf({ id, repository, mergeCommit }: Change, finished: number): Deployment {
  return {
    type: 'deployment',
    id: `${id} deploy`,
    repository,
    service: repository,
    environment: 'production',
    result: 'success',
    startedAt: timeOf(finished - 600),
    finishedAt: timeOf(finished),
    commit: mergeCommit!,
    commits: [mergeCommit!],
  };
}

function incidentOf({ id, repository }: Change, at: number): Incident {
  return {
    type: 'incident',
    id: `${id} incident`,
    service: repository,
    startedAt: timeOf(Math.round(at)),
    reportedAt: timeOf(Math.round(at)),
    severity: 3,
    links: [{ rel: 'caused_by', change: id }],
  };
}

interface Drawing {
  between(low: number, high: number): number;
  chance(share: number): boolean;
  /** Log-normal with this median. */
  around(median: number): number;
}

function drawing(seed: string): Drawing {
  const random = seededRandom(seed);
  return {
    between: (low, high) => low + random() * (high - low),
    chance: (share) => random() < share,
    around: (median) => {
      // Box and Muller's transform; 1 − random() is never 0.
      const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
      return median * Math.exp(spread * normal);
    },
  };
}

/** Sixteen hexadecimal digits that a text always gives; not a secure hash. */
function hex(text: string): string {
  const random = seededRandom(text);
  return [random(), random()]
    .map((value) =>
      Math.floor(value * 2 ** 32)
        .toString(16)
        .padStart(8, '0'),
    )
    .join('');
}
