import { answerOf, api } from '../../api/client.ts';
import { failureOf } from '../../api/errors.ts';
import { dropSession, keepSession } from '../../api/session.ts';
import type { SignInOutcome } from './outcome.ts';

/** The one-time token of a fragment such as `#sign-in=…`; null when there is none. */
export function fragmentToken(hash: string): string | null {
  const token = /^#sign-in=([A-Za-z0-9._~-]{1,512})$/.exec(hash)?.[1];
  return token ?? null;
}

/**
 * Redeems the token in the address, if there is one. It leaves the address first: a token that is used up should stand
 * neither in the history nor on somebody's screenshot.
 */
export async function redeemFragment(): Promise<SignInOutcome> {
  if (!location.hash.startsWith('#sign-in=')) return { kind: 'none' };
  const token = fragmentToken(location.hash);
  history.replaceState(null, '', location.pathname + location.search);
  dropSession();
  try {
    const { sessionToken } = await answerOf(api.POST('/api/sign-in', { body: { token: token ?? '' } }));
    keepSession(sessionToken);
    return { kind: 'signed-in' };
  } catch (error) {
    return { kind: 'failed', failure: failureOf(error) };
  }
}
