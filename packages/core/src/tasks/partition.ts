import { type Grouping, leastContributors, type WeekNumber, weekName, weekOf } from '../delivery/index.ts';

/*
 * Publication atoms of anything that people did in weeks: the same rule as for changes, and one more. Where a figure is about
 * a part (tasks, and not the other changes; those of which it's known), an atom is grown until each part in it suffices by
 * itself, so that what is left over after subtracting one figure from another is again at least five people, or nobody.
 */

export interface Publishable {
  readonly week: WeekNumber;
  readonly team: string;
  readonly repository: string;
  /** Pseudonyms of who did it; several for a deployment, none where nobody is known. */
  readonly people: readonly string[];
}

export interface Parcel<Item> {
  readonly team: string;
  /** `other`: of several repositories of the team; with team `other`, of several teams. */
  readonly repository: string;
  readonly from: WeekNumber;
  /** Exclusive. */
  readonly to: WeekNumber;
  readonly items: readonly Item[];
}

export const otherName = 'other';
const longestWeeks = 13;
const largestShare = 0.5;

/** Of the items of an atom, those that must suffice by themselves, each, or be none at all. */
export type PartsOf<Item> = (items: readonly Item[]) => readonly (readonly Item[])[];

/** At least five people, none with more than half of the items. */
export function isEnough(items: readonly Publishable[]): boolean {
  const counts = new Map<string, number>();
  for (const { people } of items) {
    for (const person of people) counts.set(person, (counts.get(person) ?? 0) + 1);
  }
  return counts.size >= leastContributors && Math.max(...counts.values()) <= items.length * largestShare;
}

function isPublishable<Item extends Publishable>(items: readonly Item[], partsOf: PartsOf<Item>): boolean {
  return isEnough(items) && partsOf(items).every((part) => part.length === 0 || isEnough(part));
}

/** Cuts items into atoms; `before` is the first week that isn't over. What none holds is in no published figure. */
export function parcelsOf<Item extends Publishable>(
  items: readonly Item[],
  before: WeekNumber,
  partsOf: PartsOf<Item> = () => [],
): readonly Parcel<Item>[] {
  const levels: readonly {
    readonly keyOf: (item: Item) => string;
    readonly nameOf: (item: Item) => { readonly team: string; readonly repository: string };
  }[] = [
    {
      keyOf: ({ team, repository }) => `${team} ${repository}`,
      nameOf: ({ team, repository }) => ({ team, repository }),
    },
    { keyOf: ({ team }) => team, nameOf: ({ team }) => ({ team, repository: otherName }) },
    { keyOf: () => '', nameOf: () => ({ team: otherName, repository: otherName }) },
  ];
  const parcels: Parcel<Item>[] = [];
  let left = items;
  for (const [i, { keyOf, nameOf }] of levels.entries()) {
    const horizon = before - i * longestWeeks;
    const rest: Item[] = [];
    const known = left.filter(({ week }) => week < horizon);
    for (const group of Map.groupBy(known, keyOf).values()) {
      const cut = grow(group, horizon, partsOf);
      for (const parcel of cut.parcels) parcels.push({ ...nameOf(group[0]!), ...parcel });
      rest.push(...cut.left);
    }
    left = rest;
  }
  return parcels;
}

/** Week by week until it suffices; what doesn't in 13 weeks is left to the level above. */
function grow<Item extends Publishable>(group: readonly Item[], horizon: WeekNumber, partsOf: PartsOf<Item>) {
  const weeks = [...Map.groupBy(group, ({ week }) => week)].sort(([a], [b]) => a - b);
  const parcels: { from: WeekNumber; to: WeekNumber; items: readonly Item[] }[] = [];
  const left: Item[] = [];
  let open: { from: WeekNumber; items: Item[] } | null = null;
  for (const [week, items] of weeks) {
    if (open !== null && week - open.from >= longestWeeks) {
      left.push(...open.items);
      open = null;
    }
    open ??= { from: week, items: [] };
    open.items.push(...items);
    if (isPublishable(open.items, partsOf)) {
      parcels.push({ from: open.from, to: week + 1, items: open.items });
      open = null;
    }
  }
  if (open !== null && horizon - open.from >= longestWeeks) left.push(...open.items);
  return { parcels, left };
}

export interface Window {
  /** Seconds since the epoch; snaps to whole atoms within it. */
  readonly from: number;
  readonly to: number;
  readonly by?: Grouping | undefined;
}

/** The whole weeks within a window. */
export function weeksWithin({ from, to }: Window): { readonly from: WeekNumber; readonly to: WeekNumber } {
  return { from: weekOf(from + 7 * 86_400 - 1), to: weekOf(to) };
}

/** What is published of a window: whole atoms within it, united into groups. */
export function groupParcels<Item>(
  parcels: readonly Parcel<Item>[],
  window: Window,
): readonly (readonly [name: string, parcels: readonly Parcel<Item>[]])[] {
  const asked = weeksWithin(window);
  const within = parcels.filter(({ from, to }) => from >= asked.from && to <= asked.to);
  const { by } = window;
  if (by === undefined) return [['all', within]];
  if (by === 'stage') return [['stage:unknown', within]];
  if (by === 'week') return spansOfWeeks(within);
  const groups = Map.groupBy(within, ({ team, repository }) =>
    by === 'team'
      ? `team:${team}`
      : `repository:${repository === otherName ? `${otherName} of ${team}` : repository}`,
  );
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The shortest spans of weeks that no atom crosses. */
function spansOfWeeks<Item>(
  parcels: readonly Parcel<Item>[],
): readonly (readonly [string, readonly Parcel<Item>[]])[] {
  const spans: { from: WeekNumber; to: WeekNumber; members: Parcel<Item>[] }[] = [];
  for (const parcel of [...parcels].sort((a, b) => a.from - b.from || a.to - b.to)) {
    const open = spans.at(-1);
    if (open !== undefined && parcel.from < open.to) {
      open.to = Math.max(open.to, parcel.to);
      open.members.push(parcel);
    } else spans.push({ from: parcel.from, to: parcel.to, members: [parcel] });
  }
  return spans.map(({ from, to, members }) => {
    const name = to - from === 1 ? weekName(from) : `${weekName(from)}..${weekName(to - 1)}`;
    return [`week:${name}`, members];
  });
}
