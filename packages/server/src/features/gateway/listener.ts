import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { FairleadError } from '@fairlead/core/errors';
import { type Dialect, endpointOf } from '@fairlead/core/wire';
import { newUuid } from '../../platform/crypto/index.ts';
import { answerRaw, clientErrorStatus, isAllowedHost, isBrowserRequest } from '../../platform/http/index.ts';
import { attributeNames } from '../../platform/telemetry/index.ts';
import { governCall } from './govern-call.ts';
import { collectHeaders, type HeaderMap, headerValue } from './headers.ts';
import { listModels } from './list-models.ts';
import { answerError } from './refuse.ts';
import type { Runtime } from './runtime.ts';
import type { GatewayLimits } from './types.ts';

/** Certificate and key in PEM. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

/** Paths that clients probe with HEAD before they begin. */
const probePaths = new Set(['/', '/api/hello']);

/** How long a client may go on sending what nobody reads. */
const lingerMs = 1_000;

export interface ListenerState {
  /** True while a drain runs: new calls get 503. */
  draining: boolean;
  inFlight: number;
}

/** The data plane's HTTP server: guards, routes, and nothing else. */
export function createListener(
  runtime: Runtime,
  hosts: readonly string[],
  state: ListenerState,
  tls: TlsFiles | null,
): Server {
  const { limits } = runtime.deps;
  const handle = (request: IncomingMessage, response: ServerResponse) => {
    void handleRequest(runtime, hosts, state, request, response);
  };
  const options = {
    maxHeaderSize: limits.maxHeaderBytes,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    connectionsCheckingInterval: 1_000,
    keepAliveTimeout: 75_000,
    // Node would answer by itself, without an op: the guard refuses it as any other name that isn't ours.
    requireHostHeader: false,
    insecureHTTPParser: false,
  };
  const server = tls ? createTlsServer({ ...options, ...tls }, handle) : createServer(options, handle);
  server.maxHeadersCount = 200;
  server.on('upgrade', (_request, socket) =>
    refuseRaw(socket, 426, 'gateway.websocket', 'Upgrade: websocket\r\n'),
  );
  server.on('connect', (_request, socket) => refuseRaw(socket, 405, 'gateway.method-unknown', ''));
  server.on('checkExpectation', (_request, response) =>
    response.writeHead(417, { 'x-fairlead-op': newUuid() }).end(),
  );
  server.on('clientError', (error: NodeJS.ErrnoException, socket) =>
    refuseClientError(error, socket, limits),
  );
  return server;
}

async function handleRequest(
  runtime: Runtime,
  hosts: readonly string[],
  state: ListenerState,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const op = newUuid();
  // Taken now: a request that breaks off loses its socket before the answer is finished.
  const { socket } = request;
  state.inFlight += 1;
  runtime.deps.metrics.inFlight.inc();
  let dialect: Dialect = 'openai';
  try {
    const target = request.url ?? '';
    const cut = target.indexOf('?');
    const path = cut === -1 ? target : target.slice(0, cut);
    const query = cut === -1 ? '' : target.slice(cut + 1);
    const route = endpointOf(path);
    dialect = route?.dialect ?? dialect;
    const headers = collectHeaders(request.rawHeaders);
    guard(runtime, hosts, state, headers);
    if (request.method === 'HEAD' && probePaths.has(path))
      response.writeHead(200, { 'x-fairlead-op': op }).end();
    else if (request.method === 'GET' && path === '/v1/models') {
      listModels(runtime, runtime.deps.bundle(), headers, response, op);
    } else if (!route) throw new FairleadError('gateway.path-unknown');
    else if (request.method !== 'POST') throw new FairleadError('gateway.method-unknown');
    else {
      const bundle = runtime.deps.bundle();
      const { endpoint } = route;
      const span = runtime.deps.telemetry.call(() => ({
        [attributeNames.op]: op,
        [attributeNames.endpoint]: endpoint,
      }));
      await governCall(runtime, { ...route, op, request, response, headers, path, query, bundle, span });
    }
  } catch (error) {
    const known = answerError(response, dialect, op, error);
    runtime.deps.metrics.refusals.inc({ reason: known.code });
    if (known.code === 'identity.key-invalid') runtime.countUnauthenticated();
  } finally {
    state.inFlight -= 1;
    runtime.deps.metrics.inFlight.dec();
    // The answer may have been written before this line is reached.
    const discard = () => {
      const goesOn = saysNothingOfTheRequest.has(response.statusCode) && !state.draining;
      discardUnread(request, socket, goesOn);
    };
    if (response.writableFinished) discard();
    else response.once('finish', discard);
  }
}

/** Refusals that say something of the caller or of this moment, and nothing of how the request is written. */
const saysNothingOfTheRequest: ReadonlySet<number> = new Set([401, 429, 503]);

/**
 * Throws away what is left of a request that was answered before all of it was read, for a moment: closing at once would
 * reset the connection under a client that still writes, and the answer would be lost. A connection whose request was
 * refused for what it looks like then ends. After any other refusal it goes on, if the rest did arrive: it was said to, and
 * a client that uses it again would find it closed and never see why its next call was refused.
 */
function discardUnread(request: IncomingMessage, socket: Socket, goesOn: boolean): void {
  if (request.complete) return;
  const timer = setTimeout(() => socket.destroySoon(), lingerMs);
  request.once('close', () => {
    clearTimeout(timer);
    if (!goesOn || !request.complete) socket.destroySoon();
  });
  request.resume();
}

function guard(runtime: Runtime, hosts: readonly string[], state: ListenerState, headers: HeaderMap): void {
  if (!isAllowedHost(headerValue(headers, 'host'), hosts)) throw new FairleadError('gateway.host-unknown');
  if (isBrowserRequest((name) => headerValue(headers, name)))
    throw new FairleadError('gateway.browser-refused');
  if (state.draining) throw new FairleadError('gateway.draining');
  if (state.inFlight > runtime.deps.limits.maxInFlight) throw new FairleadError('gateway.busy');
}

function refuseRaw(
  socket: Duplex,
  status: number,
  code: 'gateway.websocket' | 'gateway.method-unknown',
  extra: string,
) {
  const { message, fix } = new FairleadError(code);
  const body = JSON.stringify({
    error: { message: `${message} ${fix}`, type: 'invalid_request_error', code },
  });
  writeRaw(socket, status, body, extra);
}

function refuseClientError(error: NodeJS.ErrnoException, socket: Duplex, limits: GatewayLimits): void {
  const status = clientErrorStatus(error);
  const malformed = new FairleadError('gateway.malformed');
  const message =
    status === 431 ? `Headers are larger than ${limits.maxHeaderBytes} bytes.` : malformed.message;
  const body = JSON.stringify({ error: { message, type: 'invalid_request_error', code: malformed.code } });
  writeRaw(socket, status, body, '');
}

function writeRaw(socket: Duplex, status: number, body: string, extra: string): void {
  answerRaw(socket, status, body, `${extra}X-Fairlead-Op: ${newUuid()}\r\n`);
}
