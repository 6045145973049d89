import { describe, expect, it } from 'vitest';
import { seededRandom } from '../statistics/index.ts';
import { type Atom, atomsOf, leastContributors } from './atoms.ts';
import { type Grouping, groupAtoms, paceGroups } from './kpi-groups.ts';
import { kpiRows, publishable } from './kpi-rows.ts';
import { type KpiDefinition, kpiDefinitions } from './kpis.ts';
import type { ChangeMeasures } from './measures.ts';
import { weekStart } from './weeks.ts';

/*
 * Every two published figures of one kind, subtracted: where one is about a part of the other's changes, the rest is
 * about nobody or about at least five people. Over random measures, most of which are known of some changes only.
 */

const first = 2_900;
const weeks = 40;
const groupings: readonly (Grouping | undefined)[] = [undefined, 'team', 'repository', 'week', 'month'];
/** One of each family that may be known of a part only. */
const kpis = [
  'cycle_time.p50',
  'lead_time.p90',
  'review_latency.p50',
  'review_request_latency.p75',
  'bot_review_latency.p50',
  'defect_rate',
  'unreviewed_rate',
  'throughput',
];

function randomMeasures(seed: string): readonly ChangeMeasures[] {
  const random = seededRandom(seed);
  const below = (n: number) => Math.floor(random() * n);
  const teams = 2 + below(4);
  return Array.from({ length: 400 + below(600) }, (_, i): ChangeMeasures => {
    const team = below(teams);
    // Some people do most of the work, some little, and some changes are nobody's.
    const person = Math.floor(random() ** 2 * (3 + team * 3));
    const span = (share: number) => (random() < share ? below(90_000) : null);
    return {
      id: `c${i}`,
      repository: `git.example.com/team-${team}/repo-${below(3)}`,
      team: `team-${team}`,
      week: first + below(weeks),
      contributor: random() < 0.05 ? null : `p-${team}-${person}`,
      byBot: false,
      cycle: span(0.9),
      lead: span(0.5),
      state: random() < 0.2 ? 'not_applicable' : 'deployed',
      pickup: span(0.7),
      answers: random() < 0.3 ? [below(9_000)] : [],
      botReview: span(0.8),
      unreviewed: random() < 0.1,
      reviewsKnown: random() < 0.6,
      matured: random() < 0.8,
      reversed: false,
      defect: null,
    };
  });
}

/** What a published figure is computed from, named as the figure. */
function membersOf(
  atoms: readonly Atom[],
  { of }: KpiDefinition,
  query: { readonly from: number; readonly to: number; readonly by: Grouping | undefined },
): ReadonlyMap<string, ReadonlySet<ChangeMeasures>> {
  const { by, ...window } = query;
  return new Map(
    groupAtoms(atoms, { ...window, ...(by && { by }) }).map(([group, members]) => {
      const counted = of.kind === 'pace' ? paceGroups(atoms, query)([group, members]).atoms : members;
      const changes = of.kind === 'incidence' ? [] : counted.flatMap((atom) => publishable(of, atom.changes));
      return [group, new Set(changes)];
    }),
  );
}

function outputsOf(seed: string, definition: KpiDefinition): readonly ReadonlySet<ChangeMeasures>[] {
  const cut = atomsOf(randomMeasures(seed), first + weeks + 30);
  const published = new Map<string, ReadonlySet<ChangeMeasures>>();
  for (const by of groupings) {
    for (const skip of [0, 5, 13]) {
      for (const length of [8, 20, 40]) {
        const query = { from: weekStart(first + skip), to: weekStart(first + skip + length), by };
        const members = membersOf(cut.atoms, definition, query);
        const { by: _by, ...window } = query;
        const rows = kpiRows(cut, { ...window, ...(by && { by }), kpis: [definition.id] });
        for (const { group, n, value, suppressed } of rows) {
          const changes = members.get(group) ?? new Set();
          if (value === null) expect(suppressed || (n ?? 0) === 0).toBe(true);
          else expect(n, `${definition.id} of ${group}`).toBe(changes.size);
          if (n !== null && n > 0) published.set([...changes].map(({ id }) => id).join(), changes);
        }
      }
    }
  }
  return [...published.values()];
}

const isPart = <Item>(small: ReadonlySet<Item>, large: ReadonlySet<Item>) =>
  small.size < large.size && [...small].every((one) => large.has(one));

describe('two published figures', () => {
  it.each(kpis)('of %s never differ by fewer than five people', (kpi) => {
    const definition = kpiDefinitions.find(({ id }) => id === kpi)!;
    let pairs = 0;
    for (const seed of ['a', 'b', 'c', 'd']) {
      const outputs = outputsOf(seed, definition);
      for (const large of [new Set<ChangeMeasures>(), ...outputs]) {
        for (const small of [new Set<ChangeMeasures>(), ...outputs]) {
          if (!isPart(small, large)) continue;
          pairs++;
          const people = new Set([...large].filter((one) => !small.has(one)).map((one) => one.contributor));
          people.delete(null);
          expect(people.size).toBeGreaterThanOrEqual(leastContributors);
        }
      }
    }
    expect(pairs).toBeGreaterThan(20);
  });
});
