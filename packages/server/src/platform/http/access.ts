/** What a route asks of its caller. A route without one does not start. */
export type RouteAccess =
  /** Anyone who can reach the listener; the route itself may look at another credential, named for the reference. */
  | { readonly kind: 'open'; readonly credential?: string }
  /** Nobody by a credential: the route itself checks that the body is signed by a sender it shares a secret with. */
  | { readonly kind: 'signed' }
  /** Anyone with a valid credential; the route itself may look at more, which is named for the reference. */
  | { readonly kind: 'identified'; readonly only?: string }
  /**
   * A token with one of the scopes (`admin` has all), or a person whom policy permits the action. Without an action no
   * person may, whatever their roles.
   */
  | { readonly kind: 'granted'; readonly scopes: readonly string[]; readonly action: string | null };

/** Answers whether a caller may do what a route asks for. */
export interface AccessControl<Caller> {
  /** Null when the request carries no valid credential. @throws FairleadError when it says more than "none". */
  authenticate(request: CallerRequest): Caller | null | Promise<Caller | null>;
  mayUse(caller: Caller, access: Extract<RouteAccess, { kind: 'granted' }>): boolean;
}

/** What is looked at to tell who calls. */
export interface CallerRequest {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly method: string;
  /** Origin of this server as the request's own host names it, `https://host:port`. */
  readonly ownOrigin: string;
  /** Adds a header to the answer, such as a renewed cookie. */
  setHeader(name: string, value: string): void;
}

export const openAccess: RouteAccess = { kind: 'open' };
export const signedAccess: RouteAccess = { kind: 'signed' };
export const identifiedAccess: RouteAccess = { kind: 'identified' };

/** The route looks itself whether the caller may have just this answer. */
export function identifiedAnd(only: string): RouteAccess {
  return { kind: 'identified', only };
}

/** The route looks itself at a credential that is neither a control-plane token nor a session. */
export function ownCredential(credential: string): RouteAccess {
  return { kind: 'open', credential };
}

export function granted(action: string, ...scopes: readonly string[]): RouteAccess {
  return { kind: 'granted', action, scopes };
}

/** For the operator and tokens with one of the scopes; never for a person's session. */
export function grantedToTokens(...scopes: readonly string[]): RouteAccess {
  return { kind: 'granted', action: null, scopes };
}
