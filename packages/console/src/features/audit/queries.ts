import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { answerOf, api } from '../../api/client.ts';
import { type AuditSearch, entriesQueryOf } from './search.ts';

/** Not live: rows must not move under the reader. The page says that there are newer ones. */
export const entriesQuery = (search: AuditSearch) =>
  queryOptions({
    queryKey: ['entries', search],
    queryFn: () => answerOf(api.GET('/api/audit/entries', { params: { query: entriesQueryOf(search) } })),
    placeholderData: keepPreviousData,
  });

export const viewsQuery = queryOptions({
  queryKey: ['views'],
  queryFn: () => answerOf(api.GET('/api/audit/views')),
});

export const facetsQuery = queryOptions({
  queryKey: ['facets'],
  queryFn: () => answerOf(api.GET('/api/audit/facets')),
  meta: { live: true },
});
