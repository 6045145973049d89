import { answerOf, api } from '../api/client.ts';
import { announceEnd, dropSession } from '../api/session.ts';

/** Ends the session here and in other tabs, and loads the sign-in page afresh, so that nothing stays in memory. */
export async function signOut(): Promise<void> {
  try {
    await answerOf(api.POST('/api/sign-out'));
  } catch {
    // The session is dropped here all the same; on the server it ends by itself.
  }
  dropSession();
  announceEnd();
  location.assign('/sign-in');
}
