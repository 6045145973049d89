import type { ApiFailure } from '../../api/errors.ts';

/** How the last attempt to sign in went, for the sign-in page to say. */
export type SignInOutcome =
  | { readonly kind: 'none' }
  | { readonly kind: 'signed-in' }
  | { readonly kind: 'ended' }
  | { readonly kind: 'failed'; readonly failure: ApiFailure };

let last: SignInOutcome = { kind: 'none' };

export function rememberSignIn(outcome: SignInOutcome): void {
  last = outcome;
}

export function lastSignIn(): SignInOutcome {
  return last;
}
