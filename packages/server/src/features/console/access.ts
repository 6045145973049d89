import {
  type AdministrativeAction,
  administrativeActions,
  decideAdministration,
} from '@fairlead/core/decision';
import { FairleadError } from '@fairlead/core/errors';
import type { Clock } from '@fairlead/core/ports';
import { type AccessControl, type CallerRequest, isOwnPage } from '../../platform/http/index.ts';
import type { ActiveBundle } from '../gateway/api.ts';
import type { ControlCaller, Identity } from '../identity/api.ts';
import { backgroundHeader } from './api.ts';
import type { CookieJar } from './cookies.ts';
import type { Sessions } from './service.ts';

/** Header that carries the token of a session, beside its cookie. */
export const sessionHeader = 'x-fairlead-session';

type TokenCaller = Exclude<ControlCaller, { kind: 'session' }>;

export interface AccessDeps {
  readonly tokens: AccessControl<TokenCaller>;
  readonly sessions: Pick<Sessions, 'find'>;
  readonly cookies: CookieJar;
  readonly identity: Pick<Identity, 'actorOf'>;
  readonly mayDo: (principal: string, action: string) => boolean;
}

/** What policy permits a person who signed in: the same engine and policies as for calls; deny on error. */
export function policyPermits(
  bundle: () => Pick<ActiveBundle, 'index' | 'engine'>,
  clock: Clock,
): (principal: string, action: string) => boolean {
  return (principal, action) => {
    if (!isAdministrative(action)) return false;
    const { index, engine } = bundle();
    const question = { principal, action, personal: true, ownRequest: false };
    return decideAdministration(index, engine, question, clock.now()).decision === 'allow';
  };
}

function isAdministrative(action: string): action is AdministrativeAction {
  return (administrativeActions as readonly string[]).includes(action);
}

/**
 * Who calls the control plane: a token by its scope, or a person by cookie and session token together, as policy
 * permits. A request that carries a token is never taken for a person's.
 */
export function controlAccess(deps: AccessDeps): AccessControl<ControlCaller> {
  const { tokens, mayDo } = deps;
  return {
    authenticate(request) {
      if (request.headers.authorization !== undefined) return tokens.authenticate(request);
      return sessionOf(deps, request);
    },
    mayUse(caller, access) {
      if (caller.kind !== 'session') return tokens.mayUse(caller, access);
      return access.action !== null && mayDo(caller.principal, access.action);
    },
  };
}

async function sessionOf(deps: AccessDeps, request: CallerRequest): Promise<ControlCaller | null> {
  const { cookies, sessions, identity } = deps;
  const { headers, method, ownOrigin } = request;
  const cookie = cookies.read(headers.cookie);
  const token = headers[sessionHeader];
  if (cookie === null && token === undefined) return null;
  const header = (name: string) => {
    const value = headers[name];
    return typeof value === 'string' ? value : undefined;
  };
  if (method !== 'GET' && method !== 'HEAD' && !isOwnPage(header, ownOrigin))
    throw new FairleadError('server.browser-refused');
  const found = await sessions.find({
    cookie,
    token: typeof token === 'string' ? token : null,
    byPerson: headers[backgroundHeader] === undefined,
  });
  if (found === null) throw new FairleadError('identity.session-invalid');
  if (found.renewed !== null) request.setHeader('set-cookie', cookies.write(found.renewed));
  const { principal, id } = found.session;
  const { pseudonym } = await identity.actorOf(principal);
  return { kind: 'session', by: `person:${pseudonym}`, principal, sessionId: id, expiresAt: found.until };
}
