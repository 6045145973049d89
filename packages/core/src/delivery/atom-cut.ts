import type { WeekNumber } from './weeks.ts';

/** A repository that doesn't suffice in so many weeks is merged with others of its team. */
export const longestWeeks = 13;

/** Whole weeks, `to` exclusive. */
export interface WeekSpan {
  readonly from: WeekNumber;
  readonly to: WeekNumber;
}

export interface Cut<Item> {
  readonly atoms: readonly (WeekSpan & { readonly items: readonly Item[] })[];
  /** Had their 13 weeks. */
  readonly left: readonly Item[];
  /** May still suffice; or their atom was closed when it did, and no longer does. */
  readonly pending: readonly Item[];
}

export interface CutRules<Item> {
  /** First week whose fate isn't known. */
  readonly horizon: WeekNumber;
  /** Bounds that were published: they stay, whatever became known since. In order, without overlap. */
  readonly closed: readonly WeekSpan[];
  readonly suffices: (items: readonly Item[]) => boolean;
}

/**
 * Grows atoms week by week in one group. Between atoms that are closed new ones may grow, of facts that came late; none
 * grows over a closed one.
 */
export function cutGroup<Item>(
  byWeek: ReadonlyMap<WeekNumber, readonly Item[]>,
  { horizon, closed, suffices }: CutRules<Item>,
): Cut<Item> {
  const spans = closed.filter(({ to }) => to <= horizon).map((span) => ({ ...span, items: [] as Item[] }));
  const atoms: Cut<Item>['atoms'][number][] = [];
  const left: Item[] = [];
  const pending: Item[] = [];
  let open: { readonly from: WeekNumber; readonly items: Item[] } | null = null;
  const giveUp = () => {
    if (open !== null) append(horizon - open.from >= longestWeeks ? left : pending, open.items);
    open = null;
  };
  let at = 0;
  for (const week of [...byWeek.keys()].sort((a, b) => a - b)) {
    const items = byWeek.get(week)!;
    for (; at < spans.length && spans[at]!.to <= week; at++) giveUp();
    const span = spans[at];
    if (span !== undefined && span.from <= week) {
      append(span.items, items);
      continue;
    }
    // The compiler can't see that giving up empties it.
    const grown = open as { readonly from: WeekNumber } | null;
    if (grown !== null && week - grown.from >= longestWeeks) giveUp();
    open ??= { from: week, items: [] };
    append(open.items, items);
    if (suffices(open.items)) {
      atoms.push({ from: open.from, to: week + 1, items: open.items });
      open = null;
    }
  }
  giveUp();
  for (const span of spans) {
    if (suffices(span.items)) atoms.push(span);
    else append(pending, span.items);
  }
  return { atoms, left, pending };
}

/** Without spreading: an argument list has no room for a hundred thousand. */
export function append<Item>(to: Item[], items: readonly Item[]): void {
  for (const item of items) to.push(item);
}
