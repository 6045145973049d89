import { describe, expect, it } from 'vitest';
import type { AtomBounds } from '../../delivery/index.ts';
import { seededRandom } from '../../statistics/index.ts';
import type { TaskInput } from '../input.ts';
import { taskKpiRows } from '../rows.ts';
import type { AtomLog } from '../task-atoms.ts';
import { columnsIn } from '../testing/columns-of.ts';
import { randomStart, randomWork } from '../testing/random-work.ts';
import { followColumns } from './index.ts';

const week = 7 * 86_400;
const groupings = [undefined, 'team', 'repository', 'week', 'month'] as const;

/** Some of the facts of two versions of the same work, more and others from step to step. */
function worldOf(seed: string) {
  const random = seededRandom(seed);
  const [early, late] = [randomWork(`${seed} early`, 260), randomWork(`${seed} late`, 260)];
  const marks = new Map<unknown, number>();
  const markOf = (thing: unknown) => {
    if (!marks.has(thing)) marks.set(thing, random());
    return marks.get(thing)!;
  };
  return (share: number): TaskInput => {
    // What came late takes the place of what has the same id.
    const upTo = <Item>(of: (input: TaskInput) => readonly Item[], idOf: (item: Item) => string) => {
      const own = of(early).filter((item) => markOf(item) < share * 1.4);
      const more = of(late).filter((item) => markOf(item) < share * 1.4 - 0.5);
      return [...new Map([...own, ...more].map((item) => [idOf(item), item])).values()].sort((a, b) =>
        idOf(a) < idOf(b) ? -1 : 1,
      );
    };
    return {
      ...early,
      delivery: {
        histories: upTo(
          ({ delivery }) => delivery.histories,
          ({ change }) => change.id,
        ),
        deployments: upTo(
          ({ delivery }) => delivery.deployments,
          ({ id }) => id,
        ),
        incidents: upTo(
          ({ delivery }) => delivery.incidents,
          ({ id }) => id,
        ),
      },
      facts: upTo(
        ({ facts }) => facts,
        ({ type, id }) => `${type} ${id}`,
      ),
      // Calls are never another one than they were; some are forgotten.
      calls: early.calls.filter((call) => markOf(call) < share && markOf(call) > share - 0.8),
      enrolments: early.enrolments.filter((one) => markOf(one) < share + 0.3),
    };
  };
}

function logOf(kept: Map<string, readonly AtomBounds[]>): AtomLog {
  return { closed: (tree) => kept.get(tree) ?? [], publish: (tree, atoms) => kept.set(tree, atoms) };
}

describe('figures that follow their columns', () => {
  it.each(['a', 'b', 'c'])(
    'are those of all facts after every step, whatever came, moved or went: %s',
    (seed) => {
      const random = seededRandom(`${seed} steps`);
      const world = worldOf(seed);
      const columnsAt = columnsIn();
      const follower = followColumns();
      const own = new Map<string, readonly AtomBounds[]>();
      const expected = new Map<string, readonly AtomBounds[]>();
      let share = 0.15;
      let now = randomStart + 20 * week;
      let shown = 0;
      for (let step = 0; step < 14; step++) {
        const moved = step % 5 === 4;
        const teamOf = (repository: string) =>
          moved && repository.endsWith('repo-1') ? 'team-moved' : repository.split('/')[1]!;
        const input = world(share);
        const { columns, reading, facts } = columnsAt(input, { now, teamOf });
        const by = groupings[step % groupings.length];
        const query = { from: randomStart, to: now, by, intervals: step % 3 === 0 };
        const isLogged = step > 6;
        const rows = follower.figures(columns, reading, facts).rows(query, isLogged ? logOf(own) : undefined);
        const wanted = taskKpiRows(input, { now, teamOf }, query, isLogged ? logOf(expected) : undefined);
        expect(rows).toEqual(wanted);
        shown += rows.filter(({ value }) => value !== null).length;
        // Sometimes only time passes, or nothing at all; sometimes facts go.
        if (random() < 0.7) share = Math.min(1.1, Math.max(0.1, share + (random() - 0.25) * 0.3));
        if (random() < 0.7) now += Math.floor(random() * 5 * week);
      }
      expect(shown).toBeGreaterThan(150);
    },
    120_000,
  );
});
