// The control API as documents: OpenAPI, and a page of its paths. Made from the routes themselves, without a server.

import { controlRoutes } from '../packages/server/src/control-routes.ts';
import { pageRoutes } from '../packages/server/src/features/console/pages.ts';
import { sessionRoutes } from '../packages/server/src/features/console/routes.ts';
import {
  type ControlApp,
  type ControlRoute,
  createControlServer,
  routesOf,
} from '../packages/server/src/platform/http/index.ts';
import { createLog } from '../packages/server/src/platform/log/index.ts';
import { fairleadVersion } from '../packages/server/src/platform/process/version.ts';

/** Stands for every part that a route only touches when it is called. */
const untouched: never = new Proxy(() => undefined, { get: () => untouched }) as never;

export interface ControlDocuments {
  readonly openapi: OpenApi;
  readonly routes: readonly ControlRoute[];
}

interface OpenApi {
  readonly paths: { readonly [path: string]: { readonly [method: string]: Operation } };
  readonly [field: string]: unknown;
}

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly responses: { readonly [status: string]: unknown };
}

/** Adds every route to a server that never listens, and reads what it says of itself. */
export async function documentControl(): Promise<ControlDocuments> {
  const app = await createControlServer({
    access: untouched,
    hosts: [],
    tls: null,
    log: createLog({ level: 'silent' }),
    version: fairleadVersion,
  });
  const routes = (to: ControlApp) => {
    sessionRoutes(to, untouched);
    pageRoutes(to, { folder: '/nowhere' });
  };
  controlRoutes(app, { ...untouchedParts, console: { routes, mayDo: untouched, sessions: untouched } });
  await app.ready();
  const openapi = (app as unknown as { swagger(): OpenApi }).swagger();
  await app.close();
  return { openapi, routes: routesOf(app) };
}

const untouchedParts = {
  registry: untouched,
  ledger: untouched,
  identity: untouched,
  budgets: untouched,
  devices: untouched,
  audit: untouched,
  delivery: untouched,
  tasks: untouched,
  streams: untouched,
  content: untouched,
  retention: untouched,
  access: untouched,
  views: untouched,
  webhooks: untouched,
  collection: untouched,
  incidents: untouched,
  bundle: untouched,
  activatedAt: 0,
  standing: untouched,
  isOpen: untouched,
  origin: 'live' as const,
  address: { gateway: '' },
};

/** `docs/reference/openapi.json`. */
export async function renderOpenApi(): Promise<string> {
  return `${JSON.stringify((await documentControl()).openapi, null, 2)}\n`;
}

const head = `# The control API
Generated from the routes by \`npm run reference\`; a test holds the two together. [openapi.json](openapi.json) describes
every body and answer, and a running server serves it at \`/api/openapi.json\`.

**Who may call.** A program sends a token (\`Authorization: Bearer\`, from \`fairlead token issue\`) that has one of the
scopes; \`admin\` has all. A person signs in to the console with a one-time link (\`fairlead sign-in\`) and may do what the
program's own Cedar policies permit their roles: the action is asked of them for each request, and an error is a no. Their
requests carry a cookie **and** the header \`x-fairlead-session\`; what changes something must come from a page of the
console (\`Sec-Fetch-Site: same-origin\` and a matching \`Origin\`). A session ends after 30 minutes without a request of the
person (a page marks what it asks by itself with \`x-fairlead-background\`) and after 12 hours.

**What an answer holds of people** is the class of its route, a field without which no route can be added
(\`x-fairlead-privacy\` in the document). \`aggregate\`: figures of at least five people, and nobody named. \`subject\`: one's
own. \`operational\`: single things, for whoever works with them. \`audit\`: who did what, and looking is an entry. \`system\`:
nothing about anybody's work. [privacy.md](../privacy.md) has the whole table, commands and streams included.

**Errors** are \`{"error":{"code","message","fix","place"?}}\`; [errors.md](errors.md) lists the codes. 401: no valid
credential. 403: not with this scope or role,
and an entry \`access.refused\` (the first of a caller at once, then one a minute). 421: a host name this server does not answer to. 400
\`server.browser-refused\`: a page of somebody else.

| path | scopes | action | class | what it does |
|---|---|---|---|---|`;

/** `docs/reference/control.md`. */
export async function renderControl(): Promise<string> {
  const { routes } = await documentControl();
  const rows = routes
    .filter(({ operationId }) => operationId !== null)
    .map((route) => ({ route, path: route.url.replaceAll(/:([a-z]+)/gi, '{$1}') }))
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.route.method < b.route.method ? -1 : 1))
    .map(({ route, path }) => {
      const { access, privacy, method, summary } = route;
      const [scopes, action] = whoMay(access);
      return `| \`${method} ${path}\` | ${scopes} | ${action} | ${privacy} | ${summary.replaceAll('|', '\\|')} |`;
    });
  return `${[head, ...rows].join('\n')}\n`;
}

export function whoMay(access: ControlRoute['access']): readonly [string, string] {
  if (access.kind === 'open') return [access.credential ?? 'anyone', ''];
  if (access.kind === 'signed') return ['the body’s signature', 'no person'];
  if (access.kind === 'identified') return ['any', access.only ?? 'any'];
  const scopes = [...new Set(['admin', ...access.scopes])].map((scope) => `\`${scope}\``).join(', ');
  return [scopes, access.action === null ? 'no person' : `\`${access.action}\``];
}
