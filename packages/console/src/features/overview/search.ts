import type { Window } from '../../api/types.ts';

export const windows = ['24h', '7d', '30d'] as const satisfies readonly Window[];

export interface OverviewSearch {
  readonly window?: Window;
}

/** What the address says; anything unknown is left out. */
export function readOverviewSearch(search: Record<string, unknown>): OverviewSearch {
  const window = windows.find((known) => known === search.window);
  return window === undefined || window === '24h' ? {} : { window };
}
