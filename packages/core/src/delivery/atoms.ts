import type { ChangeMeasures } from './measures.ts';
import type { WeekNumber } from './weeks.ts';

/*
 * Publication atoms. Every figure that is published is computed over whole atoms, and an atom holds at least five
 * people, none with more than half of it. So the difference of any two published figures is again about at least five
 * people, or about nobody.
 */

export const leastContributors = 5;
const largestShare = 0.5;
/** A repository that doesn't reach it in so many weeks is merged with others of its team. */
const longestWeeks = 13;

export interface Atom {
  readonly team: string;
  /** `other`: changes of several repositories of the team; with team `other`, of several teams. */
  readonly repository: string;
  /** First week, and the one after the last. */
  readonly from: WeekNumber;
  readonly to: WeekNumber;
  readonly changes: readonly ChangeMeasures[];
}

export interface Atoms {
  readonly atoms: readonly Atom[];
  /** Changes that no atom holds: too few people, or their weeks aren't over. Never part of a published figure. */
  readonly withheld: readonly ChangeMeasures[];
}

export const otherName = 'other';

interface Level {
  readonly keyOf: (item: ChangeMeasures) => string;
  readonly nameOf: (item: ChangeMeasures) => Pick<Atom, 'team' | 'repository'>;
}

/** Repositories by themselves, then what they leave over by team, then what teams leave over. */
const levels: readonly Level[] = [
  {
    keyOf: ({ team, repository }) => `${team} ${repository}`,
    nameOf: ({ team, repository }) => ({ team, repository }),
  },
  { keyOf: ({ team }) => team, nameOf: ({ team }) => ({ team, repository: otherName }) },
  { keyOf: () => '', nameOf: () => ({ team: otherName, repository: otherName }) },
];

/**
 * Cuts measures into atoms. `before` is the first week that isn't over. Bounds depend only on weeks whose fate is
 * known, so they never move when later weeks come: a repository has 13 weeks to suffice, and only then do its team's
 * remains begin to be put together.
 */
export function atomsOf(measures: readonly ChangeMeasures[], before: WeekNumber): Atoms {
  const atoms: Atom[] = [];
  const withheld: ChangeMeasures[] = [];
  let items = measures;
  levels.forEach(({ keyOf, nameOf }, i) => {
    const horizon = before - i * longestWeeks;
    withheld.push(...items.filter(({ week }) => week >= horizon));
    const left: ChangeMeasures[] = [];
    const known = items.filter(({ week }) => week < horizon);
    for (const group of Map.groupBy(known, keyOf).values()) {
      const cut = cutGroup(group, horizon);
      for (const atom of cut.atoms) atoms.push({ ...nameOf(group[0]!), ...atom });
      left.push(...cut.left);
      withheld.push(...cut.pending);
    }
    items = left;
  });
  return { atoms, withheld: [...withheld, ...items] };
}

interface Cut {
  readonly atoms: readonly Pick<Atom, 'from' | 'to' | 'changes'>[];
  /** Had their 13 weeks. */
  readonly left: readonly ChangeMeasures[];
  /** May still suffice. */
  readonly pending: readonly ChangeMeasures[];
}

/** Grows atoms week by week. */
function cutGroup(group: readonly ChangeMeasures[], horizon: WeekNumber): Cut {
  const weeks = [...Map.groupBy(group, ({ week }) => week)].sort(([a], [b]) => a - b);
  const atoms: Cut['atoms'][number][] = [];
  const left: ChangeMeasures[] = [];
  let open: { from: WeekNumber; changes: ChangeMeasures[] } | null = null;
  for (const [week, changes] of weeks) {
    if (open !== null && week - open.from >= longestWeeks) {
      left.push(...open.changes);
      open = null;
    }
    open ??= { from: week, changes: [] };
    open.changes.push(...changes);
    if (suffices(open.changes)) {
      atoms.push({ from: open.from, to: week + 1, changes: open.changes });
      open = null;
    }
  }
  const rest = open?.changes ?? [];
  const isDecided = open !== null && horizon - open.from >= longestWeeks;
  return { atoms, left: isDecided ? [...left, ...rest] : left, pending: isDecided ? [] : rest };
}

/** At least five people, and none with more than half of the changes. Changes that nobody answers for count as one. */
export function suffices(changes: readonly ChangeMeasures[]): boolean {
  const counts = new Map<string, number>();
  for (const { contributor } of changes) {
    if (contributor !== null) counts.set(contributor, (counts.get(contributor) ?? 0) + 1);
  }
  return counts.size >= leastContributors && Math.max(...counts.values()) <= changes.length * largestShare;
}
