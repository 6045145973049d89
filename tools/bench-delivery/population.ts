import type {
  Actor,
  Change,
  ChangeEvent,
  Commit,
  DeliveryFact,
  Deployment,
  Incident,
} from '@fairlead/core/delivery';
import { timeOf } from '@fairlead/core/delivery';
import { seededRandom } from '@fairlead/core/statistics';

/* A made-up organisation of any size, change by change, so that none of it has to be in memory. */

const teams = 80;
const peoplePerTeam = 10;
const repositoriesPerTeam = 3;
export const weeks = 104;
/** Monday of the first week. */
export const start = Date.UTC(2024, 0, 1) / 1000;
const day = 86_400;

export const teamOf = (repository: string) => repository.split('/')[1]!;

/** The facts of one change: itself, a request and its review, a commit or two, its deployment, perhaps an incident. */
export function* population(changes: number, seed = 'bench'): Generator<readonly DeliveryFact[]> {
  const random = seededRandom(seed);
  const numbers = new Map<string, number>();
  for (let i = 0; i < changes; i++) {
    const team = Math.floor(random() * teams);
    const repository = `git.example.com/team-${team}/repo-${Math.floor(random() * repositoriesPerTeam)}`;
    const number = (numbers.get(repository) ?? 0) + 1;
    numbers.set(repository, number);
    // In the order of time, as they would have come.
    const opened = Math.floor(start + (i / changes) * weeks * 7 * day + random() * day);
    yield factsOf({ repository, number, team, opened }, random);
  }
}

interface Place {
  readonly repository: string;
  readonly number: number;
  readonly team: number;
  readonly opened: number;
}

function factsOf({ repository, number, team, opened }: Place, random: () => number): readonly DeliveryFact[] {
  const id = `${repository}#${number}`;
  const person = Math.floor(random() * peoplePerTeam);
  const actor = (who: number): Actor => ({
    login: `dev-${team}-${who % peoplePerTeam}`,
    kind: 'human',
  });
  const review = opened + Math.floor(random() ** 3 * 3 * day);
  const merged = review + Math.floor(random() ** 2 * 2 * day);
  const reverts = number > 1 && random() < 0.03 ? number - 1 : null;
  const sha = (what: string) => shaOf(`${what} ${id}`);
  const change: Change = {
    ...{ type: 'change', id, repository, number, author: actor(person), openedAt: timeOf(opened) },
    ...(random() < 0.97 ? { mergedAt: timeOf(merged), mergeCommit: sha('merge') } : {}),
    ...{
      isDraft: false,
      base: 'main',
      head: reverts === null ? `topic-${number}` : `revert-${reverts}-topic`,
    },
    ...{ additions: 10, deletions: 2, files: 2 },
  };
  const event = (what: string, at: number, more: Partial<ChangeEvent>): ChangeEvent => ({
    ...{ type: 'event', change: id, id: `${what} ${number}`, at: timeOf(at), kind: what, by: actor(person) },
    ...more,
  });
  const commit = (what: string, at: number): Commit => ({
    ...{
      type: 'commit',
      repository,
      change: id,
      sha: sha(what),
      authoredAt: timeOf(at),
      committedAt: timeOf(at),
    },
    ...{ author: { login: actor(person).login! }, message: '' },
  });
  const deployment: Deployment = {
    ...{ type: 'deployment', id: `${id} deploy`, repository, service: repository, environment: 'production' },
    ...{ result: 'success', startedAt: timeOf(merged + 3000), finishedAt: timeOf(merged + 3600) },
    ...{ commit: sha('merge'), commits: [sha('merge')] },
  };
  const incident: Incident = {
    ...{ type: 'incident', id: `${id} incident`, service: repository, severity: 3 },
    ...{ startedAt: timeOf(merged + 2 * day), reportedAt: timeOf(merged + 2 * day) },
    links: random() < 0.5 ? [{ rel: 'caused_by', change: id }] : [],
  };
  return [
    change,
    event('review_requested', opened, { reviewer: actor(person + 1) }),
    event('review', review, { by: actor(person + 1), state: 'approved' }),
    commit('first', opened - Math.floor(random() * day)),
    ...(random() < 0.5 ? [commit('second', opened)] : []),
    deployment,
    ...(random() < 0.01 ? [incident] : []),
  ];
}

/** Forty hexadecimal digits that a text always gives; not a secure hash. */
function shaOf(text: string): string {
  let digits = '';
  let hash = 0x811c9dc5;
  for (let round = 0; round < 5; round++) {
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
    hash = Math.imul(hash ^ (hash >>> 15) ^ round, 0x85ebca6b) >>> 0;
    digits += hash.toString(16).padStart(8, '0');
  }
  return digits;
}
