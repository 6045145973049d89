/* Facts of the demo: what the program's teams would have delivered in half a year, made up by the simulator. */
import { type DeliveryFact, simulateDelivery, timeOf, weekOf, weekStart } from '@fairlead/core/delivery';
import type { Program } from '@fairlead/core/program';
import type { TaskFact } from '@fairlead/core/tasks';
import { openDelivery, takeFacts } from '../delivery/api.ts';
import { openTasks, takeTaskFacts } from '../tasks/api.ts';
import { assistantWork } from './assistant-work.ts';
import { scenarioOf } from './history/scenario.ts';
import { createSeeded } from './history/seeded.ts';

const weeks = 30;
/** Enough for a repository to be shown by itself every two or three weeks. */
const changesPerPersonAndWeek = 0.8;
/** Below what figures of a team are shown for, nothing is gained. */
const leastPeople = 5;

/** What is made up of one team. */
export interface SimulatedFacts {
  readonly delivery: readonly DeliveryFact[];
  /** What its assistants had to do with it. */
  readonly tasks: readonly TaskFact[];
}

/**
 * Facts up to `now` (seconds), team by team. They name repositories and people of the program, and differ between teams
 * as teams do; from the middle on assistants have a part in some changes. Sessions that the history will make are put at
 * changes of the weeks that figures of tasks are about: those are judged at 42 days, and the demo has no ledger of then.
 */
export function* simulatedFacts(program: Program, seed: string, now: number): Generator<SimulatedFacts> {
  const { teams, repositories, assistants } = program;
  const start = weekStart(weekOf(now) - weeks);
  const { sessions } = scenarioOf(program, seed);
  const account = assistants.flatMap(({ accounts = [] }) => accounts)[0] ?? null;
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
    const named = naming(owned, people);
    const happened = facts.histories
      .filter(({ change }) => Date.parse(change.mergedAt ?? '') / 1000 <= now)
      .map(named);
    const seeded = createSeeded(`${seed}/${id}/assistants`);
    const work = assistantWork(happened, { sessions, account, seeded, now });
    const merged = new Set(facts.histories.map(({ change }) => change.mergeCommit));
    yield {
      delivery: [
        ...work.histories.flatMap(({ change, events, commits }) => [change, ...events, ...commits]),
        ...facts.deployments
          .filter(({ commit, finishedAt }) => merged.has(commit) && Date.parse(finishedAt) / 1000 <= now)
          .map(named),
        ...facts.incidents.filter(({ reportedAt }) => Date.parse(reportedAt) / 1000 <= now).map(named),
      ],
      tasks: [...work.facts, ...ofTeam(id, owned, people.length, { start, now })],
    };
  }
}

/** Seats of a plan, and how much of some repositories' traffic is seen. */
function ofTeam(
  team: string,
  owned: readonly { readonly id: string }[],
  seats: number,
  { start, now }: { readonly start: number; readonly now: number },
): readonly TaskFact[] {
  const [from, to] = [dayOf(start), dayOf(now)];
  const plan = { vendor: 'sample', plan: 'business', active: Math.floor(seats * 0.8), pricePerMonth: 19 };
  return [
    { type: 'seats', id: `demo ${team}`, ...plan, from, to, seats },
    ...owned.map(({ id: repository }, i): TaskFact => {
      const share = i % 3 === 2 ? 0.8 : 0.97;
      return { type: 'coverage', id: `demo ${repository}`, repository, from, to, share };
    }),
  ];
}

const dayOf = (seconds: number) => timeOf(seconds).slice(0, 10);

/** Names of the program in the place of the simulator's, wherever they stand in a fact. */
function naming(
  owned: readonly { readonly id: string }[],
  people: readonly { readonly id: string }[],
): <Fact>(fact: Fact) => Fact {
  return (fact) =>
    JSON.parse(
      JSON.stringify(fact)
        .replaceAll(/git\.example\.com\/team-0\/repo-(\d+)/g, (_, index) => owned[Number(index)]!.id)
        .replaceAll(/\bdev-0-(\d+)/g, (_, index) => people[Number(index)]!.id),
    );
}

const factsPerTurn = 400;

/**
 * Puts half a year of made-up facts into a data folder as imports would, in turns between which calls are answered. Ends
 * early once `isOver`.
 */
export async function fillDelivery(
  dataDir: string,
  program: Program,
  { seed, now, isOver }: { readonly seed: string; readonly now: number; readonly isOver: () => boolean },
): Promise<void> {
  const delivery = await openDelivery(dataDir);
  const tasks = await openTasks(dataDir);
  const inTurns = async <Fact>(facts: readonly Fact[], take: (some: readonly Fact[]) => Promise<unknown>) => {
    for (let i = 0; i < facts.length && !isOver(); i += factsPerTurn) {
      await take(facts.slice(i, i + factsPerTurn));
      await new Promise((next) => setImmediate(next));
    }
  };
  const names = { defaultHost: program.organisation.defaultHost };
  const pseudonyms = (logins: readonly string[]) => delivery.pseudonyms(logins);
  try {
    for (const facts of simulatedFacts(program, seed, now)) {
      await inTurns(facts.delivery, (some) => takeFacts(delivery, some, 'jsonl'));
      await inTurns(facts.tasks, (some) => takeTaskFacts(tasks, some, { names, pseudonyms }));
    }
  } finally {
    await tasks.close();
    await delivery.close();
  }
}
