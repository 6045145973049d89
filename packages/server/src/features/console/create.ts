import { join } from 'node:path';
import type { Random } from '@fairlead/core/ports';
import { loadSecret, nodeHash } from '../../platform/crypto/index.ts';
import type { StateLocation } from '../../platform/db/index.ts';
import {
  type AccessControl,
  type ControlApp,
  createRateLimit,
  type ListenerSecurity,
  ownOriginOf,
} from '../../platform/http/index.ts';
import type { ActiveBundle } from '../gateway/api.ts';
import type { ControlCaller, Identity } from '../identity/api.ts';
import type { EntrySource, Ledger } from '../ledger/api.ts';
import { controlAccess, policyPermits } from './access.ts';
import type { SignIn } from './api.ts';
import { createCookieJar } from './cookies.ts';
import { createWhoAmI } from './me.ts';
import { type ConsolePages, pageRoutes } from './pages.ts';
import { sessionRoutes } from './routes.ts';
import { createSessions, type Sessions } from './service.ts';
import { openConsoleStore } from './store-sql.ts';

export interface ConsoleDeps extends EntrySource {
  readonly location: StateLocation;
  readonly keysDir: string;
  readonly ledger: Pick<Ledger, 'append'>;
  readonly identity: Pick<Identity, 'actorOf'>;
  readonly random: Random;
  readonly bundle: () => Pick<ActiveBundle, 'index' | 'engine'>;
  readonly tokens: AccessControl<Exclude<ControlCaller, { kind: 'session' }>>;
  /** Names the installation in its cookies: the log's origin. */
  readonly logOrigin: string;
  readonly security: ListenerSecurity;
  /** URL of the console, known once its listener is open. */
  readonly url: () => string;
  readonly pages: ConsolePages;
}

export interface Console extends SignIn {
  readonly access: AccessControl<ControlCaller>;
  readonly sessions: Pick<Sessions, 'isLive'>;
  /** What policy permits a person who signed in. */
  readonly mayDo: (principal: string, action: string) => boolean;
  routes(app: ControlApp): void;
  close(): Promise<void>;
}

/** Attempts that may fail in a minute, from one address. */
const failures = { most: 10, windowMs: 60_000 };

/** Wires sign-in, sessions and the files of the console. */
export async function createConsole(deps: ConsoleDeps): Promise<Console> {
  const { identity, clock, bundle, security } = deps;
  const store = await openConsoleStore(deps.location);
  const sessions = createSessions({ ...deps, store, index: () => bundle().index });
  const secure = security.tls !== null || security.behindTls;
  const cookies = createCookieJar(nodeHash, {
    installation: installationOf(deps.logOrigin),
    key: loadSecret(join(deps.keysDir, 'console.key')),
    secure,
  });
  const mayDo = policyPermits(bundle, clock);
  const signIn: SignIn = {
    async issueLink(principal, by) {
      const { token, expiresAt } = await sessions.issueLink(principal, by);
      return { url: `${deps.url()}/#sign-in=${token}`, expiresAt };
    },
  };
  return {
    ...signIn,
    access: controlAccess({ tokens: deps.tokens, sessions, cookies, identity, mayDo }),
    sessions,
    mayDo,
    routes(app) {
      sessionRoutes(app, {
        signIn,
        sessions,
        cookies,
        whoAmI: createWhoAmI(bundle, clock),
        attempts: createRateLimit(clock, failures.most, failures.windowMs),
        clientAddress: security.clientAddress,
        ownOrigin: (request) => ownOriginOf(security, request),
      });
      pageRoutes(app, deps.pages);
    },
    close: () => sessions.close(),
  };
}

/** The random part of `fairlead.local/<uuid>`, short: enough to tell the installations of one host apart. */
function installationOf(logOrigin: string): string {
  return logOrigin
    .replace(/^.*\//, '')
    .replaceAll(/[^0-9a-z]/g, '')
    .slice(0, 12);
}
