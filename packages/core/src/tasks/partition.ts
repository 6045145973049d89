import {
  type AtomBounds,
  append,
  atomKey,
  closedByGroup,
  cutGroup,
  horizonsOf,
  type KpiQuery,
  largestShare,
  leastContributors,
  otherName,
  type WeekNumber,
  weekOf,
} from '../delivery/index.ts';
import type { Items } from './items.ts';

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

/** An atom: `other` as its repository is of several of the team, with team `other` of several teams. */
export interface Parcel<Item> extends AtomBounds {
  readonly items: Items<Item>;
}

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

const namesOf = [
  ({ team, repository }: Publishable) => ({ team, repository }),
  ({ team }: Publishable) => ({ team, repository: otherName }),
  () => ({ team: otherName, repository: otherName }),
] as const;

/** What items are cut by. */
export interface CutOptions {
  /** The first week that isn't over. */
  readonly before: WeekNumber;
  /** Bounds that were published: they stay. */
  readonly closed: readonly AtomBounds[];
}

/**
 * Cuts items into atoms. What none holds is in no published figure; an atom that was published and no longer suffices is
 * withheld.
 */
export function parcelsOf<Item extends Publishable>(
  items: readonly Item[],
  { before, closed }: CutOptions,
  partsOf: PartsOf<Item> = () => [],
): readonly Parcel<Item>[] {
  const closedOf = closedByGroup(closed);
  const suffices = (some: readonly Item[]) =>
    isEnough(some) && partsOf(some).every((part) => part.length === 0 || isEnough(part));
  const parcels: (AtomBounds & { readonly items: readonly Item[] })[] = [];
  let left = items;
  for (const [level, horizon] of horizonsOf(before).entries()) {
    const nameOf = namesOf[level]!;
    const rest: Item[] = [];
    const known = left.filter(({ week }) => week < horizon);
    for (const group of Map.groupBy(known, (item) => Object.values(nameOf(item)).join('\n')).values()) {
      const byWeek = Map.groupBy(group, ({ week }) => week);
      const name = nameOf(group[0]!);
      const cut = cutGroup(byWeek, { horizon, closed: closedOf.get(atomKey(name)) ?? [], suffices });
      for (const atom of cut.atoms) parcels.push({ ...name, ...atom });
      append(rest, cut.left);
    }
    left = rest;
  }
  return parcels;
}

/** The window and how it is divided. */
export type Window = Pick<KpiQuery, 'from' | 'to'> & { readonly by?: KpiQuery['by'] | undefined };

/** The whole weeks within a window. */
export function weeksWithin({ from, to }: Window): { readonly from: WeekNumber; readonly to: WeekNumber } {
  return { from: weekOf(from + 7 * 86_400 - 1), to: weekOf(to) };
}
