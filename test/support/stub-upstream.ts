import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as it arrived at the stub. */
export interface RecordedCall {
  readonly method: string;
  /** Path with query, exactly as sent. */
  readonly url: string;
  readonly rawHeaders: readonly string[];
  /** First value per lower-case name. */
  readonly headers: { readonly [name: string]: string };
  readonly body: Buffer;
  /** Lower-case hex sha256 of the body's bytes. */
  readonly sha256: string;
  /** True once the caller went away before the answer was finished. */
  aborted: boolean;
  /** Bytes of the answer's body written so far. */
  sent: number;
  /** Resolves when the exchange is over, either way. */
  readonly closed: Promise<void>;
}

/** Answers one recorded call. */
export type Behaviour = (call: RecordedCall, response: ServerResponse) => void | Promise<void>;

/** A counting stand-in for a vendor. */
export interface StubUpstream {
  readonly url: string;
  readonly calls: readonly RecordedCall[];
  /** Requests whose head arrived, those with an unfinished body included. */
  arrived(): number;
  behave(behaviour: Behaviour): void;
  /** Forgets the calls so far. */
  reset(): void;
  /** Resolves with the next call that has wholly arrived. */
  nextCall(): Promise<RecordedCall>;
  close(): Promise<void>;
}

/** Starts the stub on loopback. Without a behaviour it answers 200 and `{}`. */
export async function startStubUpstream(first: Behaviour = respond(200, {}, '{}')): Promise<StubUpstream> {
  const calls: RecordedCall[] = [];
  const waiting: ((call: RecordedCall) => void)[] = [];
  let behaviour = first;
  let arrived = 0;
  const server = createServer({ maxHeaderSize: 262_144 }, async (request, response) => {
    arrived += 1;
    request.on('error', () => {});
    response.on('error', () => {});
    const call = await record(request, response).catch(() => null);
    if (!call) return;
    calls.push(call);
    for (const notify of waiting.splice(0)) notify(call);
    await behaviour(call, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    arrived: () => arrived,
    behave: (next) => {
      behaviour = next;
    },
    reset: () => {
      calls.length = 0;
      arrived = 0;
    },
    nextCall: () => new Promise((resolve) => waiting.push(resolve)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function record(request: IncomingMessage, response: ServerResponse): Promise<RecordedCall> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const headers: Record<string, string> = {};
  for (let at = 0; at < request.rawHeaders.length; at += 2) {
    headers[request.rawHeaders[at]!.toLowerCase()] ??= request.rawHeaders[at + 1]!;
  }
  const call: RecordedCall = {
    method: request.method ?? '',
    url: request.url ?? '',
    rawHeaders: request.rawHeaders,
    headers,
    body,
    sha256: createHash('sha256').update(body).digest('hex'),
    aborted: false,
    sent: 0,
    closed: new Promise((resolve) => {
      response.on('close', () => {
        call.aborted = !response.writableFinished;
        resolve();
      });
    }),
  };
  return call;
}

type Headers = { readonly [name: string]: string | readonly string[] };

/** Answers with a fixed status, headers and body. */
export function respond(status: number, headers: Headers, body: string | Buffer): Behaviour {
  return (call, response) => {
    response.writeHead(status, headers as Record<string, string | string[]>);
    call.sent = Buffer.byteLength(body);
    response.end(body);
  };
}

/** Options of {@link stream}. */
export interface StreamOptions {
  readonly headers?: Headers;
  /** Pause before each chunk but the first. */
  readonly delayMs?: number;
  /** How it ends: properly, never, or with a broken connection. */
  readonly end?: 'finish' | 'hang' | 'reset';
}

/** Streams the chunks as they are, waiting for the reader where it's slow. */
export function stream(
  chunks: Iterable<string | Buffer> | (() => Iterable<string | Buffer>),
  options: StreamOptions = {},
): Behaviour {
  return async (call, response) => {
    const headers = options.headers ?? { 'content-type': 'text/event-stream; charset=utf-8' };
    response.writeHead(200, headers as Record<string, string | string[]>);
    let isFirst = true;
    for (const chunk of typeof chunks === 'function' ? chunks() : chunks) {
      if (!isFirst && options.delayMs) await pause(options.delayMs);
      isFirst = false;
      if (response.destroyed) return;
      call.sent += Buffer.byteLength(chunk);
      if (!response.write(chunk)) await drained(response);
    }
    if (options.end === 'reset') response.destroy();
    else if (options.end !== 'hang') response.end();
  };
}

/** Endless `data:` events of about 64 KiB, until `bytes` were sent. */
export function hugeEvents(bytes: number): () => Iterable<string> {
  const event = `data: ${JSON.stringify({ filler: 'x'.repeat(65_000) })}\n\n`;
  return function* () {
    for (let sent = 0; sent < bytes; sent += event.length) yield event;
  };
}

/** Takes the request and never answers. */
export const hang: Behaviour = () => {};

/** Takes the request and breaks the connection. */
export const reset: Behaviour = (_call, response) => {
  response.destroy();
};

/** Writes bytes to the socket as they are, for answers that no proper server would send. */
export function raw(bytes: string): Behaviour {
  return (call, response) => {
    call.sent = bytes.length;
    response.socket?.end(bytes, 'latin1');
  };
}

/** Passes the recorded call on to another server (the sample vendor) and its answer back. */
export function relayTo(url: string): Behaviour {
  return async (call, response) => {
    const { request } = await import('node:http');
    await new Promise<void>((resolve) => {
      const onward = request(
        `${url}${call.url}`,
        { method: call.method, headers: call.headers },
        (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.on('data', (chunk: Buffer) => {
            call.sent += chunk.length;
          });
          answer.pipe(response);
          answer.on('close', resolve);
        },
      );
      onward.on('error', () => {
        response.destroy();
        resolve();
      });
      onward.end(call.body);
    });
  };
}

/** Waits a number of milliseconds. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
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
