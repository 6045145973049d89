import type { Server as HttpServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { FairleadError, isFairleadError } from '@fairlead/core/errors';
import { isPrivacyClass, type PrivacyClass } from '@fairlead/core/privacy';
import fastifySwagger from '@fastify/swagger';
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Logger } from 'pino';
import { z } from 'zod';
import { describeFull, isDatabaseAway } from '../db/index.ts';
import type { AccessControl, RouteAccess } from './access.ts';
import { type HeaderLookup, isOwnOrigin } from './browser.ts';
import { isAllowedHost } from './hosts.ts';
import type { TlsMaterial } from './listener.ts';
import { openApiOptions } from './openapi.ts';
import { answerRaw, clientErrorStatus } from './raw-answer.ts';
import { apiHeaders } from './security-headers.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    access: RouteAccess;
    /** What an answer may hold of people. */
    privacy: PrivacyClass;
    /** A page that holds nothing by itself: links on other sites may lead to it. */
    page?: boolean;
  }
  interface FastifyRequest {
    /** Who calls; null on open routes. Its type is that of the access control. */
    caller: unknown;
  }
}

/** A Fastify instance whose route schemas are zod's. */
export type ControlApp = FastifyInstance<
  HttpServer,
  import('node:http').IncomingMessage,
  import('node:http').ServerResponse,
  import('fastify').FastifyBaseLogger,
  ZodTypeProvider
>;

export interface ControlServerOptions {
  readonly access: AccessControl<unknown>;
  /** Host names answered to, beside loopback ones. */
  readonly hosts: readonly string[];
  readonly tls: TlsMaterial | null;
  /** A proxy in front ends TLS, so that browsers see `https`. */
  readonly behindTls?: boolean;
  readonly log: Logger;
  readonly version: string;
  /** Told of each request that is refused for who its caller is; null: without a valid credential. Must not throw. */
  readonly onRefused?: (caller: unknown, route: string) => void;
}

/** A route as it was added; HEAD routes that Fastify adds itself are left out. */
export interface ControlRoute {
  readonly method: string;
  /** Fastify's form: `/api/keys/:id`. */
  readonly url: string;
  readonly access: RouteAccess;
  readonly privacy: PrivacyClass;
  /** Null for what is no operation of the API: files of the console. */
  readonly operationId: string | null;
  readonly summary: string;
}

const added = new WeakMap<object, ControlRoute[]>();

/** Every route of a control server, in the order of registration. */
export function routesOf(app: ControlApp): readonly ControlRoute[] {
  return added.get(app) ?? [];
}

const maxBodyBytes = 64 * 1024;

/** Node would refuse a request without a host by itself, with nothing but a status: the guard does, as any other name. */
export const withoutHost = { requireHostHeader: false } as const;

/** What isn't a request is told so, as whatever else is refused. */
export function refuseUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  const body = JSON.stringify(bodyOf(new FairleadError('server.malformed')));
  answerRaw(socket, clientErrorStatus(error), body);
}

interface RouteSchema {
  readonly hide?: boolean;
  readonly operationId?: string;
  readonly summary?: string;
}

/**
 * The control plane's HTTP server: every request is checked for its host, its origin and its caller before a route sees
 * it. Every route says whom it is for (`config.access`) and what its answers hold of people (`config.privacy`); one that
 * doesn't is refused when it is added.
 */
export async function createControlServer(options: ControlServerOptions): Promise<ControlApp> {
  const { tls } = options;
  const app = Fastify({
    logger: false,
    bodyLimit: maxBodyBytes,
    routerOptions: { ignoreTrailingSlash: false, caseSensitive: true },
    requestTimeout: 30_000,
    clientErrorHandler: refuseUnreadable,
    ...(tls === null ? { http: withoutHost } : { https: { ...withoutHost, cert: tls.cert, key: tls.key } }),
  }) as unknown as ControlApp;
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  // Only JSON is taken: Fastify would also read plain text.
  app.removeContentTypeParser('text/plain');
  app.decorateRequest('caller', null);
  const routes: ControlRoute[] = [];
  added.set(app, routes);
  app.addHook('onRoute', (route) => {
    // Fastify adds HEAD routes itself, with the settings of their GET.
    const { access, privacy } = route.config ?? {};
    if (!isPrivacyClass(privacy))
      throw new TypeError(`route ${route.method} ${route.url} says not what it holds of people`);
    if (!access) throw new TypeError(`route ${route.method} ${route.url} says not whom it is for`);
    // A filter with a slip of the pen in its name would otherwise be none, and the answer hold more than was asked for.
    const { schema } = route;
    if (schema?.querystring instanceof z.ZodObject) schema.querystring = schema.querystring.strict();
    const { hide, operationId, summary = '' } = (route.schema ?? {}) as RouteSchema;
    for (const method of [route.method].flat().filter((name) => name !== 'HEAD')) {
      routes.push({
        method,
        url: route.url,
        access,
        privacy,
        operationId: hide ? null : (operationId ?? null),
        summary,
      });
    }
  });
  app.addHook('onRequest', async (request, reply) => guard(options, request, reply));
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    tellRefused(options, error, request);
    answerError(options.log, error, reply);
  });
  app.setNotFoundHandler(() => {
    throw new FairleadError('server.route-unknown');
  });
  await app.register(fastifySwagger as never, openApiOptions(options.version) as never);
  return app;
}

async function guard(
  options: ControlServerOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const { access, hosts } = options;
  reply.headers(apiHeaders(options.tls !== null));
  if (!isAllowedHost(request.headers.host, hosts)) throw new FairleadError('server.host-unknown');
  const ownOrigin = ownOriginOf(options, request);
  if (!fromOwnOrigin(request, ownOrigin) && !isLinkToPage(request))
    throw new FairleadError('server.browser-refused');
  const wanted = request.routeOptions.config.access;
  if (request.is404 || !wanted || wanted.kind === 'open' || wanted.kind === 'signed') return;
  const { headers, method } = request;
  const setHeader = (name: string, value: string) => void reply.header(name, value);
  const caller = await access.authenticate({ headers, method, ownOrigin, setHeader });
  if (caller === null) throw new FairleadError('identity.token-invalid');
  request.caller = caller;
  if (wanted.kind === 'granted' && !access.mayUse(caller, wanted))
    throw new FairleadError('identity.not-allowed');
}

const forbidden = 403;

function tellRefused({ onRefused }: ControlServerOptions, error: unknown, request: FastifyRequest): void {
  if (onRefused === undefined || !isFairleadError(error)) return;
  const isForbidden = error.status === forbidden && request.caller !== null;
  if (!isForbidden && error.code !== 'identity.token-invalid') return;
  onRefused(request.caller, `${request.method} ${request.routeOptions.url ?? ''}`);
}

/** Origin under which a browser knows this server, by the host that the request names. */
export function ownOriginOf(
  { tls, behindTls = false }: Pick<ControlServerOptions, 'tls' | 'behindTls'>,
  request: Pick<FastifyRequest, 'headers'>,
): string {
  return `${tls !== null || behindTls ? 'https' : 'http'}://${request.headers.host ?? ''}`;
}

/** Looks up a request's headers; one that stands twice counts as absent. */
export function headerOf(request: Pick<FastifyRequest, 'headers'>): HeaderLookup {
  return (name) => {
    const value = request.headers[name];
    return typeof value === 'string' ? value : undefined;
  };
}

/** A person follows a link: the browser opens one of our pages in a window of its own. */
function isLinkToPage(request: FastifyRequest): boolean {
  const header = headerOf(request);
  return (
    request.routeOptions.config.page === true &&
    header('origin') === undefined &&
    header('sec-fetch-mode') === 'navigate' &&
    header('sec-fetch-dest') === 'document'
  );
}

/** Programs send neither header; a page sends at least one, and only our own pages are answered. */
function fromOwnOrigin(request: FastifyRequest, ownOrigin: string): boolean {
  const header = headerOf(request);
  if (header('origin') === undefined && header('sec-fetch-site') === undefined) return true;
  return isOwnOrigin(header, [ownOrigin]);
}

function answerError(log: Logger, error: FastifyError, reply: FastifyReply): void {
  const known = isFairleadError(error) ? error : translate(error);
  if (known.code === 'server.internal') log.error({ err: error }, 'a control request failed');
  if (known.status === 503) reply.header('retry-after', '5');
  if (known.status === 429) reply.header('retry-after', '60');
  reply.code(known.status).type('application/json');
  reply.serializer(JSON.stringify);
  reply.send(bodyOf(known));
}

function bodyOf({ code, message, fix, place }: FairleadError) {
  return { error: { code, message, fix, ...(place && { place }) } };
}

function translate(error: FastifyError): FairleadError {
  if (error.validation) {
    const first = error.validation[0];
    if (error.validationContext === 'querystring') {
      const parameter = first?.instancePath?.slice(1) ?? '';
      const what = first?.message ?? 'not valid';
      const isMissing = parameter !== '' && what.endsWith('received undefined');
      return new FairleadError('server.query-invalid', {
        message: isMissing
          ? `The parameter ${parameter} is missing.`
          : `${parameter === '' ? '' : `${parameter}: `}${what}.`,
      });
    }
    const path = `${error.validationContext ?? 'request'}${(first?.instancePath ?? '').replaceAll('/', '.')}`;
    return new FairleadError('server.body-invalid', {
      message: `${path}: ${first?.message ?? 'not valid'}.`,
    });
  }
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new FairleadError('server.body-too-large');
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new FairleadError('server.media-type');
  if (error.statusCode !== undefined && error.statusCode < 500)
    return new FairleadError('server.body-invalid');
  if (isDatabaseAway(error)) return new FairleadError('store.unavailable', { cause: error });
  return describeFull(error) ?? new FairleadError('server.internal', { cause: error });
}
