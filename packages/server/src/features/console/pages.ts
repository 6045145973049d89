import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FairleadError } from '@fairlead/core/errors';
import fastifyStatic from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ControlApp, openAccess, pagePolicy } from '../../platform/http/index.ts';

/** The built console: a page and its files. */
export interface ConsolePages {
  /** Folder with `index.html` and `assets/`; without a page in it the server says how to build one. */
  readonly folder: string;
}

/** Stands in the built page wherever the nonce of an answer goes. */
export const noncePlaceholder = '__CSP_NONCE__';

const oneYear = 31_536_000;
const missingPage = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Fairlead</title>
<h1>The console is not built</h1><p>Run <code>npm run build --workspace packages/console</code> and start again.
The API is at <a href="/api/openapi.json">/api/openapi.json</a>.</p></html>`;

/**
 * Serves the console. Its page answers every path that is no file and no part of the API, so that links into it work.
 * Files under `/assets/` have their content's hash in the name.
 */
export function pageRoutes(app: ControlApp, { folder }: ConsolePages): void {
  const built = existsSync(join(folder, 'index.html'));
  const page = built ? readFileSync(join(folder, 'index.html'), 'utf8') : missingPage;
  const config = { access: openAccess, privacy: 'system' } as const;
  const schema = { hide: true };
  const sendPage = async (request: FastifyRequest, reply: FastifyReply) => {
    if (!isPageRequest(request)) throw new FairleadError('server.route-unknown');
    const nonce = randomBytes(16).toString('base64');
    reply.header('content-security-policy', pagePolicy(nonce)).type('text/html; charset=utf-8');
    return reply.serializer((text) => text as string).send(page.replaceAll(noncePlaceholder, () => nonce));
  };
  app.get('/', { config: { ...config, page: true }, schema }, sendPage);
  app.get('/*', { config: { ...config, page: true }, schema }, sendPage);
  if (!built) return;
  app.register(fastifyStatic as never, { root: folder, serve: false } as never);
  app.get('/assets/*', { config, schema }, async (request, reply) => {
    const name = (request.params as { '*': string })['*'];
    return sendFile(reply, `assets/${name}`, oneYear);
  });
  for (const name of topLevelFiles(folder)) {
    app.get(`/${name}`, { config, schema }, async (_request, reply) => sendFile(reply, name, 0));
  }
}

function topLevelFiles(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(
      (file) => file.isFile() && /^[a-z0-9][a-z0-9._-]*$/i.test(file.name) && file.name !== 'index.html',
    )
    .map((file) => file.name);
}

/** What a browser opens and might be a page of the console: no API, no log, no file name. Programs get a 404. */
function isPageRequest({ url, headers }: FastifyRequest): boolean {
  const path = url.replace(/[?#].*$/, '');
  if (path === '/') return true;
  const ours = !/^\/(?:api|log|metrics|healthz|readyz|assets)(?:\/|$)/.test(path) && !/\.[^/]*$/.test(path);
  return ours && (headers.accept ?? '').includes('text/html');
}

function sendFile(reply: FastifyReply, name: string, maxAge: number): FastifyReply {
  const send = reply as FastifyReply & { sendFile(name: string, options: object): FastifyReply };
  reply.removeHeader('cache-control');
  return send.sendFile(name, { maxAge: maxAge * 1000, immutable: maxAge > 0 });
}
