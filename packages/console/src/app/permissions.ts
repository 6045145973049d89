import { useQuery } from '@tanstack/react-query';
import { meQuery } from './queries.ts';

/** Actions that the console asks about, by the names that policies use. */
export type Action =
  | 'ReadOverview'
  | 'ReadAudit'
  | 'ReadBudgets'
  | 'ReadConfiguration'
  | 'IssueKey'
  | 'RevokeKey'
  | 'ResumeKey'
  | 'ReadRetention'
  | 'PlaceHold'
  | 'ReleaseHold'
  | 'PruneLedger';

/**
 * Whether policy permits an action to whoever is signed in; false until that is known. It only decides what is offered:
 * the server decides what is done.
 */
export function useMay(): (action: Action) => boolean {
  const { data: me } = useQuery(meQuery);
  return (action) => me?.actions.includes(action) ?? false;
}
