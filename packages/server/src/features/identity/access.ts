import type { AccessControl } from '../../platform/http/index.ts';
import type { Identity, RequestedBy, TokenScope } from './api.ts';

/** Who calls the control plane. */
export interface ControlCaller {
  readonly kind: 'token' | 'operator';
  readonly by: RequestedBy;
  readonly scope: TokenScope;
}

const bearer = /^bearer +(\S+)$/i;

/**
 * Control-plane tokens as callers. `socketToken` is the one that this process wrote beside its control socket: whoever
 * can read it is the operator of this machine.
 */
export function tokenAccess(
  identity: Pick<Identity, 'authenticateToken'>,
  isSocketToken: (token: string) => boolean,
): AccessControl<ControlCaller> {
  return {
    authenticate({ headers }) {
      const { authorization } = headers;
      const token = typeof authorization === 'string' ? bearer.exec(authorization)?.[1] : undefined;
      if (token === undefined) return null;
      if (isSocketToken(token)) return { kind: 'operator', by: 'operator', scope: 'admin' };
      const found = identity.authenticateToken(token);
      return found && { kind: 'token', by: `token:${found.id}`, scope: found.scope };
    },
    mayUse: ({ scope }, { scopes }) => scope === 'admin' || scopes.includes(scope),
  };
}
