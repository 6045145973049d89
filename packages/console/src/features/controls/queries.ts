import { queryOptions } from '@tanstack/react-query';
import { answerOf, api } from '../../api/client.ts';

export const streamsQuery = queryOptions({
  queryKey: ['streams'],
  queryFn: () => answerOf(api.GET('/api/streams')),
  meta: { live: true },
});

export const controlsQuery = queryOptions({
  queryKey: ['controls'],
  queryFn: () => answerOf(api.GET('/api/controls')),
  meta: { live: true },
});

export const retentionQuery = queryOptions({
  queryKey: ['retention'],
  queryFn: () => answerOf(api.GET('/api/retention')),
});

export const holdsQuery = queryOptions({
  queryKey: ['holds'],
  queryFn: () => answerOf(api.GET('/api/holds')),
});
