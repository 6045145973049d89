import { queryOptions } from '@tanstack/react-query';
import { answerOf, api } from '../../api/client.ts';

export const keysQuery = queryOptions({
  queryKey: ['keys'],
  queryFn: () => answerOf(api.GET('/api/keys')),
});
