import { queryOptions } from '@tanstack/react-query';
import { answerOf, api } from '../../api/client.ts';

export const entryQuery = (id: string) =>
  queryOptions({
    queryKey: ['entry', id],
    queryFn: () => answerOf(api.GET('/api/audit/entries/{id}', { params: { path: { id } } })),
    meta: { live: true },
  });

export const proofQuery = (id: string) =>
  queryOptions({
    queryKey: ['proof', id],
    queryFn: () => answerOf(api.GET('/api/audit/entries/{id}/proof', { params: { path: { id } } })),
    // A proof stays good; a newer checkpoint brings another one, which nobody asked for.
    staleTime: Number.POSITIVE_INFINITY,
  });
