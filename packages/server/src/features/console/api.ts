/** Sent by a page with what it asks by itself, so that it does not keep the session alive. */
export const backgroundHeader = 'x-fairlead-background';

/** A sign-in link that was just made; the token in it is shown once. */
export interface SignInLink {
  /** `<console>/#sign-in=<token>`. */
  readonly url: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** What the server's start needs of the console. */
export interface SignIn {
  /** @throws FairleadError `identity.principal-unknown`, and the ledger's own. */
  issueLink(principal: string, by: string): Promise<SignInLink>;
}
