import { describe, expect, it } from 'vitest';
import { type AtomBounds, unmappedTeam } from '../../delivery/index.ts';
import { seededRandom } from '../../statistics/index.ts';
import type { TaskInput } from '../input.ts';
import { taskKpiRows } from '../rows.ts';
import { defaultTaskSimulation, simulateTasks } from '../simulate.ts';
import type { AtomLog } from '../task-atoms.ts';
import { columnsOf } from '../testing/columns-of.ts';
import { randomStart, randomWork } from '../testing/random-work.ts';
import { callFlag, callLayout, columnFigures, rowLayout } from './index.ts';

const week = 7 * 86_400;
const teamOf = (repository: string) => repository.split('/')[1]!;

function shuffled(seed: string) {
  const random = seededRandom(seed);
  return <T>(items: readonly T[]): readonly T[] =>
    items
      .map((item) => [random(), item] as const)
      .sort(([a], [b]) => a - b)
      .map(([, item]) => item);
}

function logFrom(kept: Map<string, readonly AtomBounds[]>): AtomLog {
  return { closed: (tree) => kept.get(tree) ?? [], publish: (tree, atoms) => kept.set(tree, atoms) };
}

describe('figures over columns', () => {
  const cases: readonly (readonly [name: string, input: TaskInput, start: number])[] = [
    ...['a', 'b', 'c'].map((seed) => [`untidy work ${seed}`, randomWork(seed), randomStart] as const),
    ['a simulation', simulateTasks({ teams: 4, weeks: 14 }), defaultTaskSimulation.start],
  ];

  it.each(cases)('are those of all facts, byte for byte: %s', (name, input, start) => {
    const now = start + 45 * week;
    const { columns, reading, facts } = columnsOf(input, { now, teamOf }, shuffled(name));
    const figures = columnFigures(columns, reading, facts);
    let shown = 0;
    for (const by of [undefined, 'team', 'repository', 'week', 'month', 'stage'] as const) {
      const query = { from: start, to: now, by };
      const expected = taskKpiRows(input, { now, teamOf }, query);
      expect(figures.rows(query)).toEqual(expected);
      shown += expected.filter(({ value }) => value !== null).length;
    }
    expect(shown).toBeGreaterThan(60);
  });

  it('are those of all facts where no team is known', () => {
    const listed = simulateTasks({ teams: 1, peoplePerTeam: 9, weeks: 20 });
    const input = { ...listed, enrolments: listed.enrolments.map((one) => ({ ...one, team: unmappedTeam })) };
    const { start } = defaultTaskSimulation;
    const options = { now: start + 45 * week, teamOf: () => unmappedTeam };
    const { columns, reading, facts } = columnsOf(input, options);
    const figures = columnFigures(columns, reading, facts);
    for (const teamsKnown of [true, false]) {
      const query = { from: start, to: options.now, teamsKnown };
      const found = figures.rows(query);
      expect(found).toEqual(taskKpiRows(input, options, query));
      expect(found.find(({ kpi }) => kpi === 'success_rate')?.note).toContain('teams unknown');
    }
  });

  it('stay within bounds that were published, as those of all facts do', () => {
    const late = randomWork('late');
    const isEarly = (at: string) => Date.parse(at) / 1000 < randomStart + 15 * week;
    const early: TaskInput = {
      ...late,
      delivery: {
        ...late.delivery,
        histories: late.delivery.histories.filter(({ change }, i) => i % 5 !== 0 && isEarly(change.openedAt)),
      },
    };
    const query = { from: randomStart, to: randomStart + 45 * week, by: 'week' } as const;
    const then = randomStart + 24 * week;
    const now = randomStart + 45 * week;
    const kept = [
      new Map<string, readonly AtomBounds[]>(),
      new Map<string, readonly AtomBounds[]>(),
    ] as const;
    const rowsOf = (input: TaskInput, at: number) => {
      const { columns, reading, facts } = columnsOf(input, { now: at, teamOf });
      const own = columnFigures(columns, reading, facts).rows(query, logFrom(kept[0]));
      expect(own).toEqual(taskKpiRows(input, { now: at, teamOf }, query, logFrom(kept[1])));
      return own;
    };
    rowsOf(early, then);
    const bounds = new Map(kept[0]);
    const atoms = [...bounds.values()].flat().length;
    expect(atoms).toBeGreaterThan(30);
    rowsOf(late, now);
    // What suffices still is where it was; nothing new overlaps it.
    const overlaps = ({ from, to }: AtomBounds, other: AtomBounds) => from < other.to && other.from < to;
    for (const [tree, before] of bounds) {
      for (const atom of kept[0].get(tree) ?? []) {
        const same = before.filter(
          (one) => one.team === atom.team && one.repository === atom.repository && overlaps(one, atom),
        );
        expect(same.every(({ from, to }) => from === atom.from && to === atom.to)).toBe(true);
      }
    }
  });
});

describe('chunks', () => {
  it('take as few bytes as hold their numbers, and give back what they were made of', () => {
    const many = [0, 255, 256, 65_535, 65_536, 4_294_967_295];
    const values = { session: 0, at: 1_760_000_000, entry: 70_000, amount: Number.NaN };
    const calls = (person: number, tokens: number) =>
      callLayout.decode(
        callLayout.encode(
          callLayout.withSlots(
            callLayout.empty(),
            new Map([[7, { ...values, person, tokens, flags: callFlag.present | callFlag.denied }]]),
          ),
        ),
      );
    for (const one of many) {
      const chunk = calls(one, 4_294_967_295 - one);
      expect([chunk.person[7], chunk.tokens[7], chunk.at[7]]).toEqual([one, 4_294_967_295 - one, values.at]);
      expect([chunk.person[6], chunk.session[7], chunk.amount[7]]).toEqual([0, 0, Number.NaN]);
    }
    const narrow = calls(800, 9);
    expect(narrow.person).toBeInstanceOf(Uint16Array);
    expect([narrow.session, narrow.tokens, narrow.flags].every((one) => one instanceof Uint8Array)).toBe(
      true,
    );
    // What comes later may need more room than what is there.
    const grown = callLayout.withSlots(
      narrow,
      new Map([[8, { ...values, person: 70_000, tokens: 1, flags: 1 }]]),
    );
    const again = callLayout.decode(callLayout.encode(grown));
    expect([again.person[7], again.person[8], again.session[8]]).toEqual([800, 70_000, 0]);
    expect(callLayout.decode(callLayout.encode(narrow))).toEqual(narrow);
    expect(callLayout.empty().session.every((one) => one === 0)).toBe(true);
  });

  it('refuse bytes that are none', () => {
    expect(() => rowLayout.decode(new Uint8Array(12))).toThrow(RangeError);
    const bytes = rowLayout.encode(rowLayout.empty());
    expect(() => rowLayout.decode(bytes.subarray(0, bytes.length - 4))).toThrow(RangeError);
    const cut = rowLayout.encode(
      rowLayout.withSlots(
        rowLayout.empty(),
        new Map([
          [
            3,
            {
              ...{ opened: 1, merged: 2, created: 3, repository: 4, person: 5, author: 6, findings: 7 },
              ...{ flags: 1, unblocked: [9, 10], stays: [1, 2, 3] },
            },
          ],
        ]),
      ),
    );
    expect(() => rowLayout.decode(cut.subarray(0, cut.length - 4))).toThrow(RangeError);
    const read = rowLayout.decode(cut);
    expect([...read.unblocked, read.opened[3], read.staysFrom[4]]).toEqual([9, 10, 1, 3]);
    const emptied = rowLayout.withSlots(read, new Map([[3, null]]));
    expect([emptied.unblocked.length, emptied.flags[3]]).toEqual([0, 0]);
    expect(callLayout.empty().amount).toHaveLength(1024);
  });
});
