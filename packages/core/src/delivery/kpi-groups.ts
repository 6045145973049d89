import { type AtomBounds, otherName } from './atoms.ts';
import { dayOf, type WeekNumber, weekName, weekOf, weekStart } from './weeks.ts';

/* What the atoms of a window are united into. */

/** `month`: the month in which an atom ends; `week`: the shortest spans of weeks that no atom crosses. */
export type Grouping = 'team' | 'repository' | 'week' | 'month' | 'stage';

interface Window {
  /** Seconds since the epoch; it snaps to whole atoms within it. */
  readonly from: number;
  readonly to: number;
}

interface GroupQuery extends Window {
  readonly by?: Grouping | undefined;
}

type Group<A> = readonly [name: string, atoms: readonly A[]];

/** What is published of a window: whole atoms within it, united into groups. */
export function groupAtoms<A extends AtomBounds>(
  atoms: readonly A[],
  query: GroupQuery,
): readonly Group<A>[] {
  const asked = wholeWeeks(query);
  const within = atoms.filter(({ from, to }) => from >= asked.from && to <= asked.to);
  return groupsOf(within, query.by);
}

/** The whole weeks within a window. */
export function wholeWeeks({ from, to }: Window): Weeks {
  return { from: weekOf(from + 7 * 86_400 - 1), to: weekOf(to) };
}

export interface Weeks {
  readonly from: WeekNumber;
  readonly to: WeekNumber;
}

function groupsOf<A extends AtomBounds>(atoms: readonly A[], by: Grouping | undefined): readonly Group<A>[] {
  if (by === undefined) return [['all', atoms]];
  if (by === 'stage') return [['stage:unknown', atoms]];
  if (by === 'week') return weekGroups(atoms);
  const groups = Map.groupBy(atoms, ({ team, repository, to }) =>
    by === 'month'
      ? `month:${monthOf(to)}`
      : by === 'team'
        ? `team:${team}`
        : `repository:${repository === otherName ? `${otherName} of ${team}` : repository}`,
  );
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** `2026-10`, of the last day before a week. */
function monthOf(week: WeekNumber): string {
  return dayOf(weekStart(week) - 86_400).slice(0, 7);
}

/** The shortest spans of weeks that no atom crosses. */
function weekGroups<A extends AtomBounds>(atoms: readonly A[]): readonly Group<A>[] {
  const sorted = [...atoms].sort((a, b) => a.from - b.from || a.to - b.to);
  const groups: { from: WeekNumber; to: WeekNumber; members: A[] }[] = [];
  for (const atom of sorted) {
    const open = groups.at(-1);
    if (open !== undefined && atom.from < open.to) {
      open.to = Math.max(open.to, atom.to);
      open.members.push(atom);
    } else groups.push({ from: atom.from, to: atom.to, members: [atom] });
  }
  return groups.map(({ from, to, members }) => {
    const name = to - from === 1 ? weekName(from) : `${weekName(from)}..${weekName(to - 1)}`;
    return [`week:${name}`, members];
  });
}

/** What the pace of a group is about: the weeks, and the atoms of which some part lies in them. */
export interface PaceGroup<A> {
  readonly weeks: Weeks;
  readonly atoms: readonly A[];
}

/**
 * Of a month its own weeks, of other groups those of the window from the first to the last of which something is
 * published; in any span of time every series goes on.
 */
export function paceGroups<A extends AtomBounds>(
  atoms: readonly A[],
  query: GroupQuery,
): (group: Group<A>) => PaceGroup<A> {
  const { by } = query;
  const asked = wholeWeeks(query);
  const touched = touchedBy(asked, atoms);
  const parts = by === 'team' || by === 'repository' ? new Map(groupsOf(touched, by)) : null;
  return ([name, members]) => {
    const spanned =
      by === 'week' ? (spanOf(members) ?? asked) : by === 'month' ? monthIn(asked, name) : asked;
    const own = parts?.get(name) ?? touchedBy(spanned, touched);
    const known = spanOf(own) ?? spanned;
    const weeks = { from: Math.max(spanned.from, known.from), to: Math.min(spanned.to, known.to) };
    return { weeks, atoms: own };
  };
}

function touchedBy<A extends AtomBounds>({ from, to }: Weeks, atoms: readonly A[]): readonly A[] {
  return atoms.filter((atom) => atom.from < to && atom.to > from);
}

/** The weeks of a window that end in a month. */
function monthIn({ from, to }: Weeks, group: string): Weeks {
  const isIn = (week: WeekNumber) => `month:${monthOf(week + 1)}` === group;
  let first = from;
  while (first < to && !isIn(first)) first++;
  let last = first;
  while (last < to && isIn(last)) last++;
  return { from: first, to: last };
}

/** From the first week of some atoms to the last; null: there are none. */
export function spanOf(atoms: readonly AtomBounds[]): Weeks | null {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const atom of atoms) {
    from = Math.min(from, atom.from);
    to = Math.max(to, atom.to);
  }
  return atoms.length === 0 ? null : { from, to };
}
