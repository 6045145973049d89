import { QueryClient, queryOptions } from '@tanstack/react-query';
import { answerOf, api } from '../api/client.ts';
import { ApiError } from '../api/errors.ts';
import type { Head } from '../api/types.ts';

/** Refusals say why and stay so: only what never got an answer is tried again. */
function retry(failures: number, error: unknown): boolean {
  return failures < 2 && !(error instanceof ApiError);
}

/** `meta.live`: the query is asked again when the ledger grows. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: { queries: { retry, staleTime: 10_000, refetchOnWindowFocus: true } },
  });
}

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: () => answerOf(api.GET('/api/me')),
  staleTime: 60_000,
});

export const programQuery = queryOptions({
  queryKey: ['program'],
  queryFn: () => answerOf(api.GET('/api/program')),
  staleTime: 60_000,
});

/** The last head that live updates brought; null before the first. Only ever set, never fetched. */
export const headQuery = queryOptions<Head | null>({
  queryKey: ['head'],
  queryFn: () => null,
  staleTime: Number.POSITIVE_INFINITY,
  initialData: null,
});
