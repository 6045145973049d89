import { append, type CutRules, cutGroup, longestWeeks, type WeekSpan } from './atom-cut.ts';
import type { ChangeMeasures } from './measures.ts';
import type { WeekNumber } from './weeks.ts';

/*
 * Publication atoms. Every figure that is published is computed over whole atoms, and an atom holds at least five
 * people, none with more than half of it. So the difference of any two published figures is again about at least five
 * people, or about nobody.
 */

export const leastContributors = 5;
export const largestShare = 0.5;

/** Whose changes an atom holds. */
export interface AtomName {
  readonly team: string;
  /** `other`: changes of several repositories of the team; with team `other`, of several teams. */
  readonly repository: string;
}

export interface AtomBounds extends WeekSpan, AtomName {}

/** What an atom can hold: something somebody did in a repository in some week. */
export interface AtomItem {
  readonly team: string;
  readonly repository: string;
  readonly week: WeekNumber;
  readonly contributor: string | null;
}

export interface Atom<Item = ChangeMeasures> extends AtomBounds {
  readonly changes: readonly Item[];
}

export interface Atoms<Item = ChangeMeasures> {
  readonly atoms: readonly Atom<Item>[];
  /** Changes that no atom holds: too few people, or their weeks aren't over. Never part of a published figure. */
  readonly withheld: readonly Item[];
}

export const otherName = 'other';
/** Stands for the team of repositories, and of people, that the program doesn't list. */
export const unmappedTeam = 'unmapped';

interface Level {
  readonly keyOf: (item: AtomItem) => string;
  readonly nameOf: (item: AtomItem) => AtomName;
}

/** Repositories by themselves, then what they leave over by team, then what teams leave over. */
const levels: readonly Level[] = [
  {
    keyOf: ({ team, repository }) => atomKey({ team, repository }),
    nameOf: ({ team, repository }) => ({ team, repository }),
  },
  {
    keyOf: ({ team }) => atomKey({ team, repository: otherName }),
    nameOf: ({ team }) => ({ team, repository: otherName }),
  },
  {
    keyOf: () => atomKey({ team: otherName, repository: otherName }),
    nameOf: () => ({ team: otherName, repository: otherName }),
  },
];

/** The first week that each level can't decide yet: a repository has 13 weeks, and then what it leaves its team. */
export function horizonsOf(before: WeekNumber): readonly WeekNumber[] {
  return levels.map((_, level) => before - level * longestWeeks);
}

/** The group that bounds belong to. */
export function atomKey({ team, repository }: AtomName): string {
  return `${team}\n${repository}`;
}

/** Bounds that were published, group by group, as cutting wants them. */
export function closedByGroup(closed: readonly AtomBounds[]): ReadonlyMap<string, readonly AtomBounds[]> {
  return Map.groupBy(
    [...closed].sort((a, b) => a.from - b.from),
    atomKey,
  );
}

/**
 * Cuts items into atoms. `before` is the first week that isn't over. Bounds depend only on weeks whose fate is known,
 * so they never move when later weeks come: a repository has 13 weeks to suffice, and only then do its team's remains
 * begin to be put together. Facts that come late would move them: so those that were published are given as `closed`,
 * and what comes late is counted where it belongs. A closed atom that no longer suffices is withheld.
 */
export function atomsOf<Item extends AtomItem = ChangeMeasures>(
  measures: readonly Item[],
  before: WeekNumber,
  closed: readonly AtomBounds[] = [],
): Atoms<Item> {
  const atoms: Atom<Item>[] = [];
  const withheld: Item[] = [];
  const closedOf = closedByGroup(closed);
  let items = measures;
  horizonsOf(before).forEach((horizon, i) => {
    const { keyOf, nameOf } = levels[i]!;
    append(
      withheld,
      items.filter(({ week }) => week >= horizon),
    );
    const left: Item[] = [];
    const known = items.filter(({ week }) => week < horizon);
    for (const [key, group] of Map.groupBy(known, keyOf)) {
      const rules: CutRules<Item> = { horizon, closed: closedOf.get(key) ?? [], suffices };
      const cut = cutGroup(
        Map.groupBy(group, ({ week }) => week),
        rules,
      );
      for (const { from, to, items: changes } of cut.atoms) {
        atoms.push({ ...nameOf(group[0]!), from, to, changes });
      }
      append(left, cut.left);
      append(withheld, cut.pending);
    }
    items = left;
  });
  return { atoms, withheld: [...withheld, ...items] };
}

/** At least five people, and none with more than half of the changes. Changes that nobody answers for count as one. */
export function suffices(changes: readonly Pick<AtomItem, 'contributor'>[]): boolean {
  const counts = new Map<string, number>();
  for (const { contributor } of changes) {
    if (contributor !== null) counts.set(contributor, (counts.get(contributor) ?? 0) + 1);
  }
  return counts.size >= leastContributors && Math.max(...counts.values()) <= changes.length * largestShare;
}
