import { queryOptions } from '@tanstack/react-query';
import { answerOf, api } from '../../api/client.ts';

export const budgetsQuery = queryOptions({
  queryKey: ['budgets'],
  queryFn: () => answerOf(api.GET('/api/budgets')),
  meta: { live: true },
});
