import { queryOptions } from '@tanstack/react-query';
import { answerOf, api } from '../../api/client.ts';

export const controlsQuery = queryOptions({
  queryKey: ['controls'],
  queryFn: () => answerOf(api.GET('/api/controls')),
  meta: { live: true },
});
