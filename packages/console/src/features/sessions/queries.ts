import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { answerOf, api } from '../../api/client.ts';

const limit = 50;

export const sessionsQuery = (cursor: string | undefined) =>
  queryOptions({
    queryKey: ['sessions', cursor ?? null],
    queryFn: () =>
      answerOf(
        api.GET('/api/audit/sessions', {
          params: { query: cursor === undefined ? { limit } : { limit, cursor } },
        }),
      ),
    placeholderData: keepPreviousData,
    meta: { live: cursor === undefined },
  });

export const sessionQuery = (session: string) =>
  queryOptions({
    queryKey: ['session', session],
    queryFn: () => answerOf(api.GET('/api/audit/sessions/{session}', { params: { path: { session } } })),
    meta: { live: true },
  });
