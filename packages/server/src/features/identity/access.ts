import type { AccessControl } from '../../platform/http/index.ts';
import type { ControlCaller, Identity } from './api.ts';

const bearer = /^bearer +(\S+)$/i;

/** Callers with a token. */
export type TokenCaller = Exclude<ControlCaller, { kind: 'session' }>;

/**
 * Control-plane tokens as callers. `socketToken` is the one that this process wrote beside its control socket: whoever
 * can read it is the operator of this machine.
 */
export function tokenAccess(
  identity: Pick<Identity, 'authenticateToken'>,
  isSocketToken: (token: string) => boolean,
): AccessControl<TokenCaller> & { authenticate(request: { readonly headers: Headers }): TokenCaller | null } {
  return {
    authenticate({ headers }) {
      const { authorization } = headers;
      const token = typeof authorization === 'string' ? bearer.exec(authorization)?.[1] : undefined;
      if (token === undefined) return null;
      if (isSocketToken(token)) return { kind: 'operator', by: 'operator', scope: 'admin' };
      const found = identity.authenticateToken(token);
      if (found === null) return null;
      const { id, scope, expiresAt } = found;
      return { kind: 'token', by: `token:${id}`, scope, expiresAt };
    },
    mayUse: ({ scope }, { scopes }) => scope === 'admin' || scopes.includes(scope),
  };
}

type Headers = Parameters<AccessControl<unknown>['authenticate']>[0]['headers'];
