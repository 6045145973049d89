/* Delivery facts of the demo: what the program's teams would have delivered in half a year, made up by the simulator. */
import { type DeliveryFact, simulateDelivery, weekOf, weekStart } from '@fairlead/core/delivery';
import type { Program } from '@fairlead/core/program';
import { openDelivery, takeFacts } from '../delivery/api.ts';

const weeks = 30;
/** Enough for a repository to be shown by itself every two or three weeks. */
const changesPerPersonAndWeek = 0.8;
/** Below what figures of a team are shown for, nothing is gained. */
const leastPeople = 5;

/**
 * Facts up to `now` (seconds), team by team. They name repositories and people of the program, and differ between teams
 * as teams do; from the middle on an assistant writes some changes.
 */
export function* simulatedFacts(
  { teams, repositories }: Program,
  seed: string,
  now: number,
): Generator<readonly DeliveryFact[]> {
  const start = weekStart(weekOf(now) - weeks);
  for (const [i, { id, members }] of teams.entries()) {
    const people = members.filter(({ kind }) => kind === 'human');
    const owned = repositories.filter(({ team }) => team === id);
    if (owned.length === 0 || people.length < leastPeople) continue;
    const facts = simulateDelivery({
      seed: `${seed}/${id}`,
      teams: 1,
      peoplePerTeam: people.length,
      repositoriesPerTeam: owned.length,
      start,
      weeks,
      changesPerPersonAndWeek,
      codingHours: 8 + ((i * 7) % 15),
      pickupHours: 3 + ((i * 5) % 7),
      reviewHours: 4 + ((i * 3) % 6),
      revertRate: 0.02 + ((i * 2) % 5) / 100,
      assistant: { fromWeek: weeks / 2, share: 0.25, codingFactor: 0.7 },
    });
    const happened = facts.histories.filter(({ change }) => Date.parse(change.mergedAt ?? '') / 1000 <= now);
    const merged = new Set(happened.map(({ change }) => change.mergeCommit));
    const named = naming(owned, people);
    yield [
      ...happened.flatMap(({ change, events, commits }) => [change, ...events, ...commits]),
      ...facts.deployments.filter(
        ({ commit, finishedAt }) => merged.has(commit) && Date.parse(finishedAt) / 1000 <= now,
      ),
      ...facts.incidents.filter(({ reportedAt }) => Date.parse(reportedAt) / 1000 <= now),
    ].map(named);
  }
}

/** Names of the program in the place of the simulator's, wherever they stand in a fact. */
function naming(
  owned: readonly { readonly id: string }[],
  people: readonly { readonly id: string }[],
): (fact: DeliveryFact) => DeliveryFact {
  return (fact) =>
    JSON.parse(
      JSON.stringify(fact)
        .replaceAll(/git\.example\.com\/team-0\/repo-(\d+)/g, (_, index) => owned[Number(index)]!.id)
        .replaceAll(/\bdev-0-(\d+)/g, (_, index) => people[Number(index)]!.id),
    );
}

const factsPerTurn = 400;

/**
 * Puts half a year of made-up facts into a data folder, in turns between which calls are answered. Ends early once
 * `isOver`.
 */
export async function fillDelivery(
  dataDir: string,
  program: Program,
  { seed, now, isOver }: { readonly seed: string; readonly now: number; readonly isOver: () => boolean },
): Promise<void> {
  const store = await openDelivery(dataDir);
  try {
    for (const facts of simulatedFacts(program, seed, now)) {
      for (let i = 0; i < facts.length && !isOver(); i += factsPerTurn) {
        await takeFacts(store, facts.slice(i, i + factsPerTurn), 'jsonl');
        await new Promise((next) => setImmediate(next));
      }
    }
  } finally {
    await store.close();
  }
}
