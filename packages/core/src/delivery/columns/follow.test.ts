import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../statistics/index.ts';
import { type AtomBounds, atomsOf } from '../atoms.ts';
import type { Grouping } from '../kpi-groups.ts';
import { kpiRows } from '../kpi-rows.ts';
import { type ChangeMeasures, type MeasuredChange, measureAll } from '../measures.ts';
import { openingsOf } from '../openings.ts';
import { reversalSeconds } from '../reversals.ts';
import { simulateDelivery } from '../simulate.ts';
import { weekOf } from '../weeks.ts';
import { chunkRows, createPublishedColumns, emptyChunk, type SlotUpdate, withSlots } from './index.ts';

/*
 * What was found of cells and atoms is remembered. Here changes come, move and go in random order, repositories change
 * hands and time passes, and after each step the figures must be those of the objects, computed anew.
 */

const day = 86_400;

type Rows = Map<number, MeasuredChange>;

function objectRows(all: readonly MeasuredChange[], options: Options, query: Query) {
  const { now, teamOf, closed } = options;
  const merged = all.flatMap((measured): ChangeMeasures[] => {
    const { status, opened, openedKnown, ended, ...rest } = measured;
    if (status !== 'merged') return [];
    const matured = now - ended! >= reversalSeconds;
    return [{ ...rest, team: teamOf(rest.repository), week: weekOf(ended!), matured }];
  });
  return kpiRows(
    atomsOf(merged, weekOf(now), closed),
    query,
    atomsOf(openingsOf(all, options), weekOf(now), closed),
  );
}

interface Options {
  readonly now: number;
  readonly teamOf: (repository: string) => string;
  readonly closed: readonly AtomBounds[];
}

interface Query {
  readonly from: number;
  readonly to: number;
  readonly by?: Grouping | undefined;
  readonly intervals: boolean;
}

/** Columns that are filled as the snapshot does: some rows at a time, names numbered as they come. */
function filledColumns() {
  const published = createPublishedColumns();
  const numbers = new Map<string, number>();
  const counts = { repository: 0, contributor: 0 };
  const numberOf = (kind: 'repository' | 'contributor', name: string): number => {
    const known = numbers.get(`${kind} ${name}`);
    if (known !== undefined) return known;
    counts[kind]++;
    numbers.set(`${kind} ${name}`, counts[kind]);
    published.named(kind, counts[kind], name);
    return counts[kind];
  };
  const put = (rows: ReadonlyMap<number, MeasuredChange | null>) => {
    for (const [number, own] of Map.groupBy(rows, ([row]) => Math.floor(row / chunkRows))) {
      const updates = own.map(([row, measured]): SlotUpdate => {
        const repository = measured === null ? 0 : numberOf('repository', measured.repository);
        const contributor = measured?.contributor == null ? 0 : numberOf('contributor', measured.contributor);
        return { slot: row % chunkRows, measured, repository, contributor };
      });
      published.replace(number, withSlots(published.columns.chunks[number] ?? emptyChunk(), updates));
    }
  };
  return { published, put };
}

/** Something that facts do to a change. */
const alterations: readonly ((change: MeasuredChange, random: () => number) => MeasuredChange)[] = [
  (change, random) => ({ ...change, pickup: random() < 0.5 ? null : Math.floor(random() * 9e5) }),
  (change, random) => ({ ...change, cycle: random() < 0.5 ? null : Math.floor(random() * 9e5) }),
  (change, random) => ({ ...change, answers: Array.from({ length: Math.floor(random() * 4) }, () => 60) }),
  (change) => ({ ...change, state: 'not_applicable', lead: null }),
  (change) => ({ ...change, reversed: !change.reversed }),
  (change) => ({ ...change, defect: { evidence: 'revert', age: 5, weight: 1 } }),
  (change) => ({ ...change, openedKnown: !change.openedKnown, reviewsKnown: !change.reviewsKnown }),
  (change, random) => ({ ...change, contributor: random() < 0.5 ? null : 'somebody' }),
  (change) => ({ ...change, repository: `${change.repository}-renamed` }),
  (change, random) => ({ ...change, opened: change.opened - Math.floor(random() * 30) * day }),
  ({ ended, ...change }) => ({ ...change, ended: ended === null ? null : ended - 8 * day }),
  (change) => ({ ...change, status: 'open', ended: null }),
];

/** Up to so many of what there is. */
function some<Item>(items: readonly Item[], most: number, random: () => number): readonly Item[] {
  return Array.from({ length: Math.min(items.length, 1 + Math.floor(random() * most)) }, () => {
    return items[Math.floor(random() * items.length)]!;
  });
}

describe('figures that follow their columns', () => {
  it.each([
    ['few people', 4, 2, 4],
    ['many teams', 9, 6, 2],
  ])(
    'are those of objects after every step: %s',
    (name, teams, peoplePerTeam, repositoriesPerTeam) => {
      const random = seededRandom(name);
      const facts = simulateDelivery({ teams, peoplePerTeam, repositoriesPerTeam, weeks: 30 });
      const coming = measureAll(facts).map((change) => ({ at: random(), change }));
      const all = coming.sort((a, b) => a.at - b.at).map(({ change }) => change);
      const last = Math.max(...all.map(({ opened }) => opened));
      const { published, put } = filledColumns();
      const rows: Rows = new Map();
      const set = (changed: ReadonlyMap<number, MeasuredChange | null>) => {
        for (const [row, change] of changed) change === null ? rows.delete(row) : rows.set(row, change);
        put(changed);
      };
      let options: Options = { now: last, teamOf: (repository) => repository.split('/')[1]!, closed: [] };
      const steps: readonly (() => void)[] = [
        () => set(new Map(all.splice(-200).map((change) => [Math.floor(random() * 3 * chunkRows), change]))),
        () => set(new Map(some([...rows.keys()], 9, random).map((row) => [row, null]))),
        () => {
          const alter = alterations[Math.floor(random() * alterations.length)]!;
          set(new Map(some([...rows], 12, random).map(([row, change]) => [row, alter(change, random)])));
        },
        () => {
          const teamOf = options.teamOf;
          const moved = some([...rows.values()], 1, random)[0]?.repository;
          options = { ...options, teamOf: (one) => (one === moved ? 'new-owner' : teamOf(one)) };
        },
        () => {
          options = { ...options, now: options.now + Math.floor(random() * 20 * day) };
        },
        () => {
          options = { ...options, closed: published.atoms('merged', options) };
        },
      ];
      set(new Map(all.splice(0, all.length / 2).map((change, i) => [(i * 7) % (3 * chunkRows), change])));
      let shown = 0;
      for (let step = 0; step < 40; step++) {
        steps[Math.floor(random() * steps.length)]!();
        const by = ([undefined, 'team', 'repository', 'week', 'month'] as const)[step % 5];
        const query = { from: last - 400 * day, to: options.now, by, intervals: step % 4 === 0 };
        const atoms = {
          merged: published.atoms('merged', options),
          opened: published.atoms('opened', options),
        };
        const found = published.rows(atoms, { ...query, ...options });
        shown += found.filter(({ value }) => value !== null).length;
        expect(JSON.stringify(found)).toBe(JSON.stringify(objectRows([...rows.values()], options, query)));
      }
      expect(shown).toBeGreaterThan(400);
    },
    120_000,
  );

  it('leave atoms what they are in which nothing changed', () => {
    const { published, put } = filledColumns();
    const all = measureAll(simulateDelivery({ teams: 2, weeks: 12 }));
    put(new Map(all.map((change, row) => [row, change])));
    const options = { now: Math.max(...all.map(({ opened }) => opened)), teamOf: (name: string) => name };
    const before = published.atoms('merged', options);
    const row = all.findIndex(
      ({ repository, status }) => status === 'merged' && repository === before[0]!.repository,
    );
    put(new Map([[row, { ...all[row]!, pickup: 1 }]]));
    const after = published.atoms('merged', options);
    expect(after).toHaveLength(before.length);
    expect(after.filter((atom) => !before.includes(atom))).toHaveLength(1);
    put(new Map([[row, { ...all[row]!, pickup: 1 }]]));
    expect(published.atoms('merged', options)).toEqual(after);
  });
});
