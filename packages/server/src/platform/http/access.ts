/** What a route asks of its caller. A route without one does not start. */
export type RouteAccess =
  /** Anyone who can reach the listener. */
  | { readonly kind: 'open' }
  /** A token with one of the scopes (`admin` has all), or a person whom policy permits the action. */
  | { readonly kind: 'granted'; readonly scopes: readonly string[]; readonly action: string };

/** Answers whether a caller may do what a route asks for. */
export interface AccessControl<Caller> {
  /** Null when the request carries no valid credential. */
  authenticate(request: CallerRequest): Caller | null;
  mayUse(caller: Caller, access: Extract<RouteAccess, { kind: 'granted' }>): boolean;
}

/** What is looked at to tell who calls. */
export interface CallerRequest {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly method: string;
}

export const openAccess: RouteAccess = { kind: 'open' };

export function granted(action: string, ...scopes: readonly string[]): RouteAccess {
  return { kind: 'granted', action, scopes };
}
