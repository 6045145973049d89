import type { DeliveryFact, DeliveryFacts } from '@fairlead/core/delivery';
import { seededRandom } from '@fairlead/core/statistics';
import type { DeliveryStore } from '../store.ts';

/** Facts as they come over time: some first in another form, all in any order. */
export function arriving({ histories, deployments, incidents }: DeliveryFacts, seed: string): DeliveryFact[] {
  const random = seededRandom(seed);
  const final = [
    ...histories.flatMap(({ change, events, commits }) => [change, ...events, ...commits]),
    ...deployments,
    ...incidents,
  ];
  const keyed = final.flatMap((fact) => {
    const at = random();
    const early = random() < 0.4 ? earlier(fact, random) : null;
    return [{ at, fact }, ...(early === null ? [] : [{ at: at * random(), fact: early }])];
  });
  return keyed.sort((a, b) => a.at - b.at).map(({ fact }) => fact);
}

function earlier(fact: DeliveryFact, random: () => number): DeliveryFact | null {
  const number = Math.floor(random() * 40);
  switch (fact.type) {
    case 'change': {
      if (random() < 0.5) return { ...fact, mergedAt: undefined, mergeCommit: 'f'.repeat(9) };
      return random() < 0.5
        ? { ...fact, number, title: `Fix #${number + 1}` }
        : { ...fact, repository: 'git.example.com/t1/r1', head: `revert-${number}-x` };
    }
    case 'deployment':
      return random() < 0.5
        ? { ...fact, result: 'failure' }
        : { ...fact, service: 'web', finishedAt: fact.startedAt, commits: [] };
    case 'incident':
      return random() < 0.5 ? { ...fact, links: [] } : { ...fact, service: 'api', retracted: true };
    default:
      return null;
  }
}

/** All facts of a store. */
export async function factsIn(store: DeliveryStore): Promise<DeliveryFacts> {
  return {
    histories: await Array.fromAsync(store.histories()),
    deployments: await store.deployments(),
    incidents: await store.incidents(),
  };
}

/** Takes in what a store takes: a change whose number another one has is refused, and these facts have some of those. */
export async function take(store: DeliveryStore, facts: readonly DeliveryFact[]): Promise<void> {
  try {
    await store.upsert(facts);
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'delivery.number-known') throw error;
    const half = facts.length >> 1;
    if (half > 0) for (const part of [facts.slice(0, half), facts.slice(half)]) await take(store, part);
  }
}
