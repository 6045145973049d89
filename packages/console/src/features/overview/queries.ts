import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { answerOf, api } from '../../api/client.ts';
import type { Window } from '../../api/types.ts';

export const overviewQuery = (window: Window) =>
  queryOptions({
    queryKey: ['overview', window],
    queryFn: () => answerOf(api.GET('/api/overview', { params: { query: { window } } })),
    placeholderData: keepPreviousData,
    meta: { live: true },
  });
