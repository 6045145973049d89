import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Direction } from './sample-directions.ts';
import type { Rendered } from './sample-types.ts';

export type Dialect = 'openai' | 'anthropic';

/** One request with the answer that is being given to it. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly dialect: Dialect;
}

/** Sends a finished answer piece by piece; told to, it waits before and between them, or breaks off half-way. */
export async function send(
  { response }: Exchange,
  { contentType, chunks }: Rendered,
  direction: Direction | null,
): Promise<void> {
  const isStream = contentType === 'text/event-stream';
  const pace = isStream ? (direction?.paceMs ?? 0) : 0;
  const whole = direction?.trouble === 'cut' ? Math.ceil(chunks.length / 2) : chunks.length;
  response.writeHead(200, {
    'content-type': isStream ? `${contentType}; charset=utf-8` : contentType,
    ...(isStream ? { 'cache-control': 'no-cache' } : {}),
  });
  for (const chunk of chunks.slice(0, whole)) {
    if (response.destroyed) return;
    if (!response.write(chunk)) await drained(response);
    // One turn of the loop a piece at least, so that a client sees a stream and not one block.
    if (pace > 0) await wait(pace);
    else await new Promise((resolve) => setImmediate(resolve));
  }
  if (direction?.trouble === 'cut') response.destroy();
  else response.end();
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
}

const anthropicTypes: { readonly [status: number]: string } = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  529: 'overloaded_error',
};

function openaiType(status: number): string {
  if (status === 429) return 'requests';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}

/** Answers with an error in the vendor's dialect. */
export function refuse({ request, response, dialect }: Exchange, status: number, message: string): void {
  request.resume();
  const text = `Fairlead sample vendor: ${message}`;
  const body =
    dialect === 'anthropic'
      ? {
          type: 'error',
          error: { type: anthropicTypes[status] ?? 'invalid_request_error', message: text },
          request_id: response.getHeader('request-id'),
        }
      : {
          error: {
            message: text,
            type: openaiType(status),
            param: null,
            code: status === 401 ? 'invalid_api_key' : null,
          },
        };
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

/** Fails as told. False when the trouble is one that comes in the middle of an answer. */
export function fail(exchange: Exchange, { trouble }: Direction): boolean {
  if (trouble === null || trouble === 'cut') return false;
  if (trouble === 'rate-limited') {
    exchange.response.setHeader('retry-after', '1');
    refuse(exchange, 429, 'Too many requests, as the simulator asked.');
  } else if (trouble === 'overloaded') {
    refuse(exchange, exchange.dialect === 'anthropic' ? 529 : 503, 'Overloaded, as the simulator asked.');
  } else refuse(exchange, 500, 'Failed, as the simulator asked.');
  return true;
}
