import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { answerOf, api } from '../../api/client.ts';
import type { Grouping } from '../../api/types.ts';

interface Window {
  readonly from: string;
  readonly to: string;
}

/** Facts come in by imports, and computing takes a while: not asked again at each look. */
const staleTime = 60_000;

export const kpisQuery = (window: Window, by?: Grouping) =>
  queryOptions({
    queryKey: ['delivery', 'kpis', window, by],
    queryFn: () =>
      answerOf(api.GET('/api/delivery/kpis', { params: { query: { ...window, ...(by && { by }) } } })),
    placeholderData: keepPreviousData,
    staleTime,
  });

/** The first row is of all groups together. */
export const partsQuery = (window: Window, by: Grouping) =>
  queryOptions({
    queryKey: ['delivery', 'parts', window, by],
    queryFn: () => answerOf(api.GET('/api/delivery/parts', { params: { query: { ...window, by } } })),
    placeholderData: keepPreviousData,
    staleTime,
  });

export const definitionsQuery = queryOptions({
  queryKey: ['delivery', 'definitions'],
  queryFn: () => answerOf(api.GET('/api/delivery/definitions')),
  staleTime,
});

export const healthQuery = queryOptions({
  queryKey: ['delivery', 'health'],
  queryFn: () => answerOf(api.GET('/api/delivery/health')),
});

export const baselinesQuery = queryOptions({
  queryKey: ['delivery', 'baselines'],
  queryFn: () => answerOf(api.GET('/api/delivery/baselines')),
  meta: { live: true },
});

export interface ChangeName {
  readonly host: string;
  readonly owner: string;
  readonly name: string;
  readonly number: string;
}

export const changeQuery = ({ host, owner, name, number }: ChangeName) =>
  queryOptions({
    queryKey: ['delivery', 'change', host, owner, name, number],
    queryFn: () =>
      answerOf(
        api.GET('/api/delivery/changes/{host}/{owner}/{name}/{number}/timeline', {
          params: { path: { host, owner, name, number: Number(number) } },
        }),
      ),
  });
