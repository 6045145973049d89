import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { readChat, renderChat } from './sample-chat.ts';
import { type Direction, readDirection } from './sample-directions.ts';
import { embed, modelList } from './sample-lookups.ts';
import { readMessages, renderMessages } from './sample-messages.ts';
import { replyTo } from './sample-reply.ts';
import { readResponses, renderResponses } from './sample-responses.ts';
import { type Dialect, type Exchange, fail, refuse, send } from './sample-sending.ts';
import { BadAsk, isObject, type JsonObject, type Rendered } from './sample-types.ts';

/** Options of {@link startSampleVendor}. */
export interface SampleVendorOptions {
  /** TCP port on loopback; 0 picks a free one. */
  readonly port?: number;
  /** Receives one line a request: method, path, status. Never bodies or credentials. */
  readonly log?: (line: string) => void;
  /** Directions with this word in a call's text are followed; none are without it. */
  readonly word?: string;
}

/** A running sample vendor. */
export interface SampleVendor {
  /** `http://127.0.0.1:PORT`, without a trailing slash. */
  readonly url: string;
  /** Ends open streams and resolves when the port is free. */
  close(): Promise<void>;
  /** Requests received so far, refused ones included. */
  requests(): number;
}

const largestBody = 33_554_432;
const renderers: {
  readonly [path: string]: (body: JsonObject, tokens: number, direction: Direction | null) => Rendered;
} = {
  '/v1/chat/completions': (body, tokens, direction) => {
    const ask = { ...readChat(body, tokens), cachedTokens: direction?.cached ?? null };
    return renderChat(ask, replyTo(ask, direction), newIds());
  },
  '/v1/responses': (body, tokens, direction) => {
    const ask = { ...readResponses(body, tokens), cachedTokens: direction?.cached ?? null };
    return renderResponses(ask, replyTo(ask, direction), newIds());
  },
  '/v1/messages': (body, tokens, direction) => {
    const ask = { ...readMessages(body, tokens), cachedTokens: direction?.cached ?? null };
    return renderMessages(ask, replyTo(ask, direction), newIds());
  },
  '/v1/messages/count_tokens': (body, tokens) =>
    json({ input_tokens: readMessages(body, tokens).inputTokens }),
  '/v1/embeddings': (body, tokens) => json(embed(body, tokens)),
};

/**
 * Starts the built-in stand-in for a model vendor on loopback. It speaks Chat Completions, Responses, Messages,
 * embeddings and model lists, says in every answer that it's a sample, and accepts any non-empty credential.
 */
export async function startSampleVendor(options: SampleVendorOptions = {}): Promise<SampleVendor> {
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    response.on('error', () => {});
    response.on('close', () =>
      options.log?.(`sample vendor: ${request.method} ${pathOf(request)} ${response.statusCode}`),
    );
    const exchange = { request, response, dialect: dialectOf(request) };
    void answer(exchange, options.word ?? null).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests: () => requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split('?', 1)[0] ?? '/';
}

function dialectOf(request: IncomingMessage): Dialect {
  const isAnthropic = pathOf(request).startsWith('/v1/messages') || 'anthropic-version' in request.headers;
  return isAnthropic ? 'anthropic' : 'openai';
}

function newIds() {
  return {
    answer: randomBytes(12).toString('hex'),
    call: randomBytes(12).toString('hex'),
    created: Math.floor(Date.now() / 1000),
  };
}

function json(value: JsonObject): Rendered {
  return { contentType: 'application/json', chunks: [JSON.stringify(value)] };
}

async function answer(exchange: Exchange, word: string | null): Promise<void> {
  const { request, response, dialect } = exchange;
  const path = pathOf(request);
  response.setHeader(dialect === 'openai' ? 'x-request-id' : 'request-id', requestId());
  if (!hasCredential(request)) return refuse(exchange, 401, 'No credential was sent.');
  if (path === '/v1/models' && request.method === 'GET')
    return send(exchange, json(modelList(dialect)), null);
  const render = renderers[path];
  if (!render) return refuse(exchange, 404, `The sample vendor has no ${request.method} ${path}.`);
  if (request.method !== 'POST') return refuse(exchange, 405, 'Only POST is allowed here.');
  const body = await readBody(request);
  if (body === null) return refuse(exchange, 413, 'The request body is over 32 MiB.');
  const direction = word === null ? null : readDirection(body.toString('utf8'), word);
  if (direction) await wait(direction.delayMs);
  if (direction && fail(exchange, direction)) return;
  let rendered: Rendered;
  try {
    rendered = render(parseBody(body), Math.max(1, Math.ceil(body.length / 4)), direction);
  } catch (error) {
    if (error instanceof BadAsk) return refuse(exchange, 400, error.message);
    throw error;
  }
  return send(exchange, rendered, direction);
}

function requestId(): string {
  return `req_${randomBytes(12).toString('hex')}`;
}

function hasCredential(request: IncomingMessage): boolean {
  const { authorization = '', 'x-api-key': anthropicKey, 'api-key': azureKey } = request.headers;
  return /^bearer\s+\S/i.test(authorization) || Boolean(anthropicKey) || Boolean(azureKey);
}

/** Null when the body is larger than the vendor takes; the rest is then read and thrown away. */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= largestBody) chunks.push(chunk);
    else chunks.length = 0;
  }
  return size <= largestBody ? Buffer.concat(chunks) : null;
}

function parseBody(bytes: Buffer): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new BadAsk('We could not parse the JSON body of your request.');
  }
  if (!isObject(value)) throw new BadAsk('The request body must be a JSON object.');
  if (typeof value.model !== 'string' || value.model === '') throw new BadAsk('model: Field required');
  return value;
}
