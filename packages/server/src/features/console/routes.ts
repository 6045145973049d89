import { FairleadError } from '@fairlead/core/errors';
import { z } from 'zod';
import {
  type ControlApp,
  grantedToTokens,
  headerOf,
  identifiedAccess,
  isOwnPage,
  oneLine,
  ownCredential,
  type RateLimit,
} from '../../platform/http/index.ts';
import type { ControlCaller } from '../identity/api.ts';
import type { SignIn } from './api.ts';
import type { CookieJar } from './cookies.ts';
import type { Profile, WhoAmI } from './me.ts';
import type { Sessions } from './service.ts';

const tags = ['session'];
const line = oneLine(200);
const profile = z.object({
  principal: z.string().nullable().describe('Member id; null for tokens and the operator'),
  name: z.string(),
  roles: z.array(z.string()),
  actions: z.array(z.string()).describe('Administrative actions that this caller may take'),
  repositories: z.array(z.string()).describe('Repositories whose changes this person may look at'),
  via: z.enum(['session', 'token', 'operator']),
  expiresAt: z.string().nullable().describe('When this ends if nothing more is asked'),
});
const nothing = z.object({ ok: z.literal(true) });
const iso = (milliseconds: number) => new Date(milliseconds).toISOString();

export interface SessionRouteDeps {
  readonly signIn: SignIn;
  readonly sessions: Pick<Sessions, 'redeem' | 'end'>;
  readonly cookies: CookieJar;
  readonly whoAmI: WhoAmI;
  /** Failed sign-ins by address. */
  readonly attempts: RateLimit;
  /** Address of the caller, as far as proxies in front can be believed. */
  readonly clientAddress: (remote: string | undefined, forwardedFor: string | undefined) => string;
  /** Origin of the console as the request names it. */
  readonly ownOrigin: (request: { readonly headers: { readonly host?: string } }) => string;
}

/** Sign-in links, sign-in, sign-out, and who the caller is. */
export function sessionRoutes(app: ControlApp, deps: SessionRouteDeps): void {
  linkRoute(app, deps);
  signInRoute(app, deps);
  ownRoutes(app, deps);
}

function linkRoute(app: ControlApp, { signIn }: SessionRouteDeps): void {
  app.post(
    '/api/sign-in/links',
    {
      config: { access: grantedToTokens('admin'), privacy: 'system' },
      schema: {
        tags,
        operationId: 'issueSignInLink',
        summary: 'Make a link that signs a person in once, within five minutes',
        body: z.strictObject({ principal: line }),
        response: { 201: z.object({ url: z.string(), expiresAt: z.string() }) },
      },
    },
    async ({ body, caller }, reply) => {
      const link = await signIn.issueLink(body.principal, (caller as ControlCaller).by);
      reply.code(201);
      return { url: link.url, expiresAt: iso(link.expiresAt) };
    },
  );
}

function signInRoute(app: ControlApp, deps: SessionRouteDeps): void {
  const { sessions, cookies, whoAmI, attempts } = deps;
  app.post(
    '/api/sign-in',
    {
      config: { access: ownCredential('the token of a sign-in link'), privacy: 'system' },
      schema: {
        tags,
        operationId: 'signIn',
        summary: 'Redeem a sign-in link, from a page of the console',
        body: z.strictObject({ token: z.string().max(200) }),
        response: {
          200: z.object({ sessionToken: z.string(), me: profile, expiresAt: z.string() }),
        },
      },
    },
    async (request, reply) => {
      if (!isOwnPage(headerOf(request), deps.ownOrigin(request)))
        throw new FairleadError('server.browser-refused', {
          fix: 'Open the link in a current browser; only a page of the console can redeem it.',
        });
      const forwarded = headerOf(request)('x-forwarded-for') ?? undefined;
      const address = deps.clientAddress(request.socket.remoteAddress, forwarded);
      if (!attempts.allows(address)) throw new FairleadError('identity.too-many-attempts');
      const started = await sessions.redeem(request.body.token).catch((error: unknown) => {
        attempts.count(address);
        throw error;
      });
      const { session, token, cookie } = started;
      reply.header('set-cookie', cookies.write(cookie));
      const { id, principal } = session;
      const me = await whoAmI({
        kind: 'session',
        by: '',
        principal,
        sessionId: id,
        expiresAt: started.until,
      });
      return { sessionToken: token, me: view(me), expiresAt: iso(session.expiresAt) };
    },
  );
}

function ownRoutes(app: ControlApp, { sessions, cookies, whoAmI }: SessionRouteDeps): void {
  app.post(
    '/api/sign-out',
    {
      config: { access: identifiedAccess, privacy: 'system' },
      schema: {
        tags,
        operationId: 'signOut',
        summary: 'End the own session; nothing happens to a token',
        response: { 200: nothing },
      },
    },
    async ({ caller }, reply) => {
      const own = caller as ControlCaller;
      if (own.kind === 'session') {
        await sessions.end(own.sessionId, 'signed out');
        reply.header('set-cookie', cookies.clear());
      }
      return { ok: true as const };
    },
  );
  app.get(
    '/api/me',
    {
      config: { access: identifiedAccess, privacy: 'subject' },
      schema: {
        tags,
        operationId: 'me',
        summary: 'Who calls, and what they may do',
        response: { 200: profile },
      },
    },
    async ({ caller }) => view(await whoAmI(caller as ControlCaller)),
  );
}

function view({ expiresAt, roles, actions, repositories, ...rest }: Profile) {
  return {
    ...rest,
    roles: [...roles],
    actions: [...actions],
    repositories: [...repositories],
    expiresAt: expiresAt === null ? null : iso(expiresAt),
  };
}
