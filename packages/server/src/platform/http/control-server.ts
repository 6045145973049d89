import type { Server as HttpServer } from 'node:http';
import { FairleadError, isFairleadError } from '@fairlead/core/errors';
import fastifySwagger from '@fastify/swagger';
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import type { Logger } from 'pino';
import type { AccessControl, RouteAccess } from './access.ts';
import { isOwnOrigin } from './browser.ts';
import { isAllowedHost } from './hosts.ts';
import type { TlsMaterial } from './listener.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: RouteAccess;
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
  readonly log: Logger;
  readonly version: string;
}

const maxBodyBytes = 64 * 1024;

/**
 * The control plane's HTTP server: every request is checked for its host, its origin and its caller before a route sees
 * it, and every route says whom it is for (`config.access`); one that doesn't is refused when it is added.
 */
export async function createControlServer(options: ControlServerOptions): Promise<ControlApp> {
  const { tls } = options;
  const app = Fastify({
    logger: false,
    bodyLimit: maxBodyBytes,
    routerOptions: { ignoreTrailingSlash: false, caseSensitive: true },
    requestTimeout: 30_000,
    ...(tls === null ? {} : { https: { cert: tls.cert, key: tls.key } }),
  }) as unknown as ControlApp;
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  // Only JSON is taken: Fastify would also read plain text.
  app.removeContentTypeParser('text/plain');
  app.decorateRequest('caller', null);
  app.addHook('onRoute', (route) => {
    // Fastify adds HEAD routes itself, with the settings of their GET.
    if (!route.config?.access)
      throw new TypeError(`route ${route.method} ${route.url} says not whom it is for`);
  });
  app.addHook('onRequest', async (request, reply) => guard(app, options, request, reply));
  app.setErrorHandler<FastifyError>((error, _request, reply) => answerError(options.log, error, reply));
  app.setNotFoundHandler(() => {
    throw new FairleadError('server.route-unknown');
  });
  await app.register(
    fastifySwagger as never,
    {
      openapi: {
        openapi: '3.1.0',
        info: {
          title: 'Fairlead control API',
          description: 'What the console and the command line use. Every path is authorised.',
          version: options.version,
          license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
        },
        components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
        security: [{ token: [] }],
      },
      transform: jsonSchemaTransform,
    } as never,
  );
  return app;
}

async function guard(
  app: ControlApp,
  { access, hosts }: ControlServerOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  reply.headers({
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
  });
  if (!isAllowedHost(request.headers.host, hosts)) throw new FairleadError('server.host-unknown');
  if (!fromOwnOrigin(app, request)) throw new FairleadError('server.browser-refused');
  const wanted = request.routeOptions.config.access;
  if (request.is404 || !wanted || wanted.kind === 'open') return;
  const caller = access.authenticate(request as never);
  if (caller === null) throw new FairleadError('identity.token-invalid');
  if (!access.mayUse(caller, wanted)) throw new FairleadError('identity.not-allowed');
  request.caller = caller;
}

/** Programs send neither header; a page sends at least one, and only our own pages are answered. */
function fromOwnOrigin(app: ControlApp, request: FastifyRequest): boolean {
  const header = (name: string) => {
    const value = request.headers[name];
    return typeof value === 'string' ? value : undefined;
  };
  if (header('origin') === undefined && header('sec-fetch-site') === undefined) return true;
  const host = header('host') ?? '';
  const scheme = app.initialConfig.https ? 'https' : 'http';
  return isOwnOrigin(header, [`${scheme}://${host}`]);
}

function answerError(log: Logger, error: FastifyError, reply: FastifyReply): void {
  const known = isFairleadError(error) ? error : translate(error);
  if (known.code === 'server.internal') log.error({ err: error }, 'a control request failed');
  if (known.status === 503) reply.header('retry-after', '5');
  const { code, message, fix, place } = known;
  reply.code(known.status).type('application/json');
  reply.serializer(JSON.stringify);
  reply.send({ error: { code, message, fix, ...(place && { place }) } });
}

function translate(error: FastifyError): FairleadError {
  if (error.validation) {
    const first = error.validation[0];
    const path = `${error.validationContext ?? 'request'}${(first?.instancePath ?? '').replaceAll('/', '.')}`;
    return new FairleadError('server.body-invalid', {
      message: `${path}: ${first?.message ?? 'not valid'}.`,
    });
  }
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new FairleadError('server.body-too-large');
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new FairleadError('server.media-type');
  if (error.statusCode !== undefined && error.statusCode < 500)
    return new FairleadError('server.body-invalid');
  return new FairleadError('server.internal', { cause: error });
}
