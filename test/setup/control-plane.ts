import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { indexProgram } from '@fairlead/core/decision';
import type { Entry } from '@fairlead/core/ledger';
import { createConsole } from '../../packages/server/src/features/console/create.ts';
import { tokenAccess } from '../../packages/server/src/features/identity/access.ts';
import { createIdentity } from '../../packages/server/src/features/identity/create.ts';
import { identityRoutes } from '../../packages/server/src/features/identity/routes.ts';
import type { Draft } from '../../packages/server/src/features/ledger/api.ts';
import { createPolicy } from '../../packages/server/src/features/policy/create.ts';
import { loadProgram } from '../../packages/server/src/features/program/service.ts';
import { nodeRandom } from '../../packages/server/src/platform/crypto/index.ts';
import { checkListener, createControlServer } from '../../packages/server/src/platform/http/index.ts';
import { createLog } from '../../packages/server/src/platform/log/index.ts';

const programDir = fileURLToPath(new URL('../../program', import.meta.url));
export const host = '127.0.0.1:7421';
export const ownOrigin = `http://${host}`;
export const socketToken = 'socket-token-of-this-machine';

/** What a page of the console sends with whatever changes something. */
export const ownPage = { host, origin: ownOrigin, 'sec-fetch-site': 'same-origin' };

/** The example program as it was written, and its policies compiled. */
export async function examplePolicies() {
  const loaded = await loadProgram(programDir, { today: '2026-11-01' });
  const { engine } = createPolicy().activate(loaded);
  if (engine === null) throw new Error('the example program does not compile');
  return { loaded, engine };
}

/** The control plane of the example program with a clock that tests set and a ledger that keeps entries in memory. */
export async function controlPlane(options: { readonly folder?: string; readonly tls?: boolean } = {}) {
  const path = mkdtempSync(join(tmpdir(), 'fairlead-console-'));
  const { loaded, engine } = await examplePolicies();
  const state = { now: Date.parse('2026-11-01T09:00:00Z'), index: indexProgram(loaded.program) };
  const entries: Entry[] = [];
  const append = async (drafts: readonly Draft[]) =>
    drafts.map(({ entry }) => ({ index: entries.push(entry) - 1, duplicate: false }));
  const source = {
    clock: { now: () => state.now },
    instance: { id: crypto.randomUUID(), incarnation: crypto.randomUUID() },
    origin: 'live' as const,
  };
  const location = { kind: 'sqlite' as const, file: join(path, 'state.db') };
  const shared = { ...source, ledger: { append }, random: nodeRandom };
  const identity = await createIdentity(location, { ...shared, index: () => state.index });
  const security = checkListener({ host: '127.0.0.1', behindProxy: options.tls ? ['10.0.0.0/8'] : [] });
  const console = await createConsole({
    ...shared,
    location,
    keysDir: join(path, 'keys'),
    identity,
    bundle: () => ({ index: state.index, engine }),
    tokens: tokenAccess(identity, (token) => token === socketToken),
    logOrigin: 'fairlead.local/0f1e2d3c-4b5a-4678-8796-a5b4c3d2e1f0',
    security,
    url: () => ownOrigin,
    pages: { folder: options.folder ?? join(path, 'no-console') },
  });
  const app = await createControlServer({
    access: console.access,
    hosts: [],
    tls: null,
    behindTls: security.behindTls,
    log: createLog({ level: 'silent' }),
    version: '0',
  });
  identityRoutes(app, identity, console.mayDo);
  console.routes(app);
  return {
    app,
    state,
    entries,
    identity,
    sessions: console.sessions,
    issueLink: async (principal: string) => {
      const { url } = await console.issueLink(principal, 'operator');
      return new URL(url).hash.slice('#sign-in='.length);
    },
    async close() {
      await app.close();
      await console.close();
      await identity.close();
      rmSync(path, { recursive: true, force: true });
    },
  };
}

export type ControlPlane = Awaited<ReturnType<typeof controlPlane>>;

/** Headers of a browser that has signed in. */
export async function signedIn(plane: ControlPlane, principal: string) {
  const token = await plane.issueLink(principal);
  const answer = await plane.app.inject({
    method: 'POST',
    url: '/api/sign-in',
    headers: ownPage,
    payload: { token },
  });
  if (answer.statusCode !== 200) throw new Error(answer.body);
  const cookie = String(answer.headers['set-cookie']).split(';')[0] as string;
  return { host, cookie, 'x-fairlead-session': answer.json<{ sessionToken: string }>().sessionToken };
}
