import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isPrivacyClass } from '@fairlead/core/privacy';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createControlServer, openAccess } from '../../packages/server/src/platform/http/index.ts';
import { createLog } from '../../packages/server/src/platform/log/index.ts';
import { documentControl } from '../../tools/control-reference.ts';
import { temporaryFolder } from '../setup/database.ts';
import { type Headers, loadedExample, type RunningApp, runningApp } from '../setup/running-app.ts';

/*
 * Who may call what, written down by hand: every route, for every role of the operating model, every scope of a token,
 * the operator of the machine, and nobody. A route that stands in no group fails.
 */

/** Somebody who holds this role and no other. */
const people = {
  executive: 'ulrike.hartmann',
  platform: 'lotte.jansen',
  security: 'farah.khoury',
  product: 'ines.lopes',
  legal: 'clara.voss',
  auditor: 'ingrid.lund',
  'team-lead': 'test-lead',
  engineer: 'dana.moss',
} as const;
const scopes = ['admin', 'metrics', 'witness', 'audit', 'keys', 'incidents'] as const;
const callers = [...Object.keys(people), ...scopes, 'operator', 'nobody'];

const everybody = callers;
const withCredential = callers.filter((caller) => caller !== 'nobody');
const always = ['admin', 'operator'];
const figures = ['executive', 'platform', 'security', 'product', 'legal', 'auditor', 'team-lead', 'audit'];
const auditors = ['security', 'auditor', 'audit'];

const groups: readonly { readonly may: readonly string[]; readonly routes: readonly string[] }[] = [
  {
    may: everybody,
    routes: [
      'GET /',
      'GET /*',
      'GET /healthz',
      'GET /readyz',
      'GET /api/openapi.json',
      'POST /api/sign-in',
      // These look at credentials of their own: a code, or the login of a device.
      'POST /api/enrolments',
      'POST /api/run/terms',
      'POST /api/run/tokens',
      'POST /api/run/tokens/end',
    ],
  },
  { may: withCredential, routes: ['GET /api/me', 'POST /api/sign-out'] },
  { may: Object.keys(people), routes: ['GET /api/me/delivery'] },
  {
    may: always,
    routes: [
      'POST /api/sign-in/links',
      'POST /api/baselines',
      'POST /api/content/erase',
      'POST /api/delivery/people/forget',
      // For people who can read the repository, too: nobody can read the one that is asked for here.
      'GET /api/delivery/changes/:host/:owner/:name/:number/timeline',
    ],
  },
  {
    may: [...always, ...figures],
    routes: [
      'GET /api/overview',
      'GET /api/events',
      'GET /api/controls',
      'GET /api/streams',
      'GET /api/collection',
      'GET /api/budgets',
      'GET /api/delivery/kpis',
      'GET /api/delivery/parts',
      'GET /api/delivery/definitions',
      'GET /api/delivery/health',
      'GET /api/delivery/baselines',
    ],
  },
  {
    may: [...always, ...auditors],
    routes: [
      'GET /api/audit/entries',
      'GET /api/audit/entries/:id',
      'GET /api/audit/entries/:id/proof',
      'GET /api/audit/entries/:id/evidence',
      'GET /api/audit/export',
      'GET /api/audit/facets',
      'GET /api/audit/sessions',
      'GET /api/audit/sessions/:session',
      'POST /api/audit/people',
      'GET /api/audit/views',
      'GET /api/content',
      'POST /api/content/read',
      'POST /api/delivery/people/export',
      'POST /api/audit/views',
      'POST /api/audit/views/:id/remove',
      'GET /log/tile/entries/*',
    ],
  },
  {
    may: [...always, ...auditors, 'witness'],
    routes: ['GET /log/checkpoint', 'GET /log/vkey', 'GET /log/tile/*', 'GET /log/consistency/*'],
  },
  { may: [...always, 'platform', 'security', 'auditor', 'keys', 'audit'], routes: ['GET /api/program'] },
  {
    may: [...always, 'platform', 'security', 'auditor', 'keys'],
    routes: ['GET /api/keys', 'GET /api/devices'],
  },
  { may: [...always, 'platform', 'security', 'incidents'], routes: ['POST /api/incidents'] },
  { may: [...always, 'platform', 'security', 'auditor'], routes: ['GET /api/tokens'] },
  {
    may: [...always, 'platform', 'security', 'legal', 'auditor', 'audit'],
    routes: ['GET /api/holds', 'GET /api/retention'],
  },
  { may: [...always, 'security', 'legal'], routes: ['POST /api/holds'] },
  { may: [...always, 'legal'], routes: ['POST /api/holds/:id/release'] },
  { may: [...always, 'platform'], routes: ['POST /api/ledger/prune', 'POST /api/retention/run'] },
  { may: [...always, 'platform', 'security', 'auditor', 'metrics'], routes: ['GET /metrics'] },
  {
    may: [...always, 'platform', 'keys'],
    routes: [
      'POST /api/keys',
      'POST /api/keys/:id/rotate',
      'POST /api/keys/:id/revoke',
      'POST /api/keys/:id/resume',
      'POST /api/enrolment-codes',
      'POST /api/devices/:id/revoke',
      'POST /api/assistant-tokens/:id/revoke',
    ],
  },
  {
    may: [...always, 'platform'],
    routes: ['POST /api/tokens', 'POST /api/tokens/:id/revoke', 'POST /api/assistant-token-keys/rotate'],
  },
];

/** Nobody by who they are: the body itself is signed by the sender, with a secret that no caller here knows. */
const signed = ['POST /api/hooks/github'];

const allowed = new Map(groups.flatMap(({ may, routes }) => routes.map((route) => [route, may] as const)));
const { routes, openapi } = await documentControl();
const registered = routes.map(({ method, url }) => `${method} ${url}`);

let app: RunningApp;
const secrets = temporaryFolder();
const headersOf = new Map<string, Headers>();
beforeAll(async () => {
  const githubWebhookSecret = join(secrets.path, 'webhook');
  writeFileSync(githubWebhookSecret, randomBytes(16).toString('hex'), { mode: 0o600 });
  app = await runningApp({ loaded: await withLead(), githubWebhookSecret });
  for (const [role, principal] of Object.entries(people)) headersOf.set(role, await app.signedIn(principal));
  for (const scope of scopes) headersOf.set(scope, await app.token(scope));
  const operator = readFileSync(join(app.dataDir, 'control.token'), 'utf8').trim();
  headersOf.set('operator', { authorization: `Bearer ${operator}` });
  headersOf.set('nobody', {});
});
afterAll(async () => {
  await app.stop();
  secrets.remove();
});

/** The example program has no team lead who is nothing else. */
async function withLead() {
  const loaded = await loadedExample();
  const [first, ...teams] = loaded.program.teams;
  const lead = { id: people['team-lead'], name: 'Lead', kind: 'human' as const, roles: ['team-lead'] };
  const team = { ...first!, members: [...first!.members, lead] };
  return { ...loaded, program: { ...loaded.program, teams: [team, ...teams] } };
}

/** A request that reaches the route and then changes nothing: ids that are nobody's, and bodies that are not valid. */
function requestOf(route: string): readonly [method: string, path: string, body?: object] {
  const [method = '', url = ''] = route.split(' ');
  const path = url
    .replace(':number', '1')
    .replaceAll(/:[a-z]+/g, '00000000-0000-7000-8000-000000000000')
    .replace('*', '000.p/1');
  return method === 'GET' ? [method, path] : [method, path, { unexpected: true }];
}

describe('who may call what', () => {
  it('is said of every route, and of no route that is not there', () => {
    expect(registered.length).toBeGreaterThan(30);
    expect(registered.filter((route) => !allowed.has(route))).toEqual(signed);
    expect([...allowed.keys()].filter((route) => !registered.includes(route))).toEqual([]);
    expect(new Set(registered).size).toBe(registered.length);
  });

  it('comes with what an answer holds of people', () => {
    expect(routes.filter(({ privacy }) => !isPrivacyClass(privacy))).toEqual([]);
    const described = Object.entries(openapi.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => [
        `${method.toUpperCase()} ${path}`,
        (operation as unknown as Record<string, unknown>)['x-fairlead-privacy'],
      ]),
    );
    expect(described.length).toBeGreaterThan(30);
    expect(described.filter(([, privacy]) => !isPrivacyClass(privacy))).toEqual([]);
  });

  it('is said when a route is added, or it is not added', async () => {
    const server = await createControlServer({
      access: { authenticate: () => null, mayUse: () => false },
      hosts: [],
      tls: null,
      log: createLog({ level: 'silent' }),
      version: '0',
    });
    const add = (config: object) => () => server.get('/x', { config: config as never }, async () => 'x');
    expect(add({ access: openAccess })).toThrow('what it holds of people');
    expect(add({ access: openAccess, privacy: 'secret' })).toThrow('what it holds of people');
    expect(add({ privacy: 'system' })).toThrow('whom it is for');
    expect(() => server.get('/y', async () => 'y')).toThrow('what it holds of people');
    await server.close();
  });

  it('names every role that people of the example program have', async () => {
    const { roles } = (await loadedExample()).program;
    expect([...Object.keys(people), 'automation'].sort()).toEqual([...roles].sort());
  });

  // Signing out ends the session that the other routes are called with.
  const order = [...registered].sort(
    (a, b) => Number(a.endsWith('sign-out')) - Number(b.endsWith('sign-out')),
  );
  it('is said by a signature alone where a host sends something by itself', async () => {
    const { routes } = await documentControl();
    expect(
      routes.filter(({ access }) => access.kind === 'signed').map(({ method, url }) => `${method} ${url}`),
    ).toEqual(signed);
    const hook = { 'x-github-event': 'ping', 'x-github-delivery': 'one' };
    const forged = { ...hook, 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` };
    for (const caller of callers) {
      for (const headers of [hook, forged]) {
        const all = { ...headersOf.get(caller), ...headers };
        expect(await app.status('POST', '/api/hooks/github', all, {}), caller).toBe(401);
      }
    }
  });

  it.each(order.filter((route) => !signed.includes(route)))('%s', async (route) => {
    const may = allowed.get(route) ?? [];
    for (const caller of callers) {
      const status = await app.status(...insert(requestOf(route), headersOf.get(caller)!));
      const expected = may.includes(caller) ? 'let in' : caller === 'nobody' ? 401 : 403;
      const got = status === 401 || status === 403 ? status : 'let in';
      expect(got, `${caller}: ${status}`).toBe(expected);
      expect(status, caller).not.toBe(500);
    }
  });

  it('is for no caller here where a device or a code is asked for', async () => {
    const run = { assistant: 'claude-code', remotes: ['github.com/acme/payments-api'] };
    for (const [path, body] of [
      ['/api/enrolments', { code: 'x' }],
      ['/api/run/terms', run],
      ['/api/run/tokens', run],
      ['/api/run/tokens/end', { token: 'x' }],
    ] as const) {
      for (const caller of callers) {
        expect(await app.status('POST', path, headersOf.get(caller), body), `${caller} ${path}`).toBe(401);
      }
    }
  });

  it('holds for HEAD too, and no other method does anything', async () => {
    for (const route of registered.filter(
      (name) => name.startsWith('GET ') && !allowed.get(name)?.includes('nobody'),
    )) {
      const [, path] = requestOf(route);
      expect(await app.status('HEAD', path), route).toBe(401);
      for (const method of ['PUT', 'DELETE', 'PATCH']) {
        expect(await app.status(method, path, headersOf.get('admin')), `${method} ${path}`).toBe(404);
      }
    }
  });
});

function insert(
  [method, path, body]: readonly [string, string, object?],
  headers: Headers,
): readonly [string, string, Headers, object | undefined] {
  return [method, path, headers, body];
}
