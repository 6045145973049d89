import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Stream } from 'node:stream';

/** A request; headers are a flat list of names and values, so that names may repeat. */
export interface Outgoing {
  readonly method?: string;
  readonly path: string;
  readonly headers?: readonly string[];
  readonly body?: string | Buffer;
  /** Sent in chunks of unknown length. */
  readonly chunked?: boolean;
}

export interface Incoming {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: answers are read as a client would, without our own types.
  readonly json: any;
  readonly op: string;
}

/** Starts a request on a connection of its own. */
export function open(base: string, { method, path, headers = [], body, chunked }: Outgoing): ClientRequest {
  const url = new URL(base);
  const has = (name: string) => headers.some((item, at) => at % 2 === 0 && item.toLowerCase() === name);
  const length = chunked
    ? ['transfer-encoding', 'chunked']
    : ['content-length', String(Buffer.byteLength(body ?? ''))];
  const request = httpRequest({
    host: url.hostname,
    port: url.port,
    method: method ?? 'POST',
    path,
    headers: [
      ...headers,
      ...(has('host') ? [] : ['host', url.host]),
      ...(has('content-length') ? [] : length),
    ] as never,
    setHost: false,
    agent: false,
  });
  if (!has('content-length')) request.end(body);
  return request;
}

/** Sends a request and reads the whole answer. */
export function send(base: string, outgoing: Outgoing): Promise<Incoming> {
  return new Promise((resolve, reject) => {
    const request = open(base, outgoing);
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => resolve(incoming(response, Buffer.concat(chunks))));
    });
  });
}

function incoming(response: IncomingMessage, body: Buffer): Incoming {
  const text = body.toString();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  const op = String(response.headers['x-fairlead-op'] ?? '');
  return { status: response.statusCode ?? 0, headers: response.headers, body, text, json, op };
}

/** Writes bytes to a socket and returns all that comes back until the other side ends it. */
export async function sendRaw(base: string, text: string): Promise<string> {
  const socket = openSocket(base);
  socket.write(text, 'latin1');
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of socket as AsyncIterable<Buffer>) chunks.push(chunk);
  } catch {
    // What came before the reset counts.
  }
  return Buffer.concat(chunks).toString('latin1');
}

export function openSocket(base: string): Socket {
  const { hostname, port } = new URL(base);
  return connect({ host: hostname, port: Number(port), allowHalfOpen: true });
}

/** Resolves when a stream is closed, whether or not it failed. */
export function closeOf(stream: Stream): Promise<void> {
  return new Promise((resolve) => {
    stream.on('error', () => {});
    stream.once('close', resolve);
  });
}

/** Waits until a condition holds; for what no promise tells of. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await pause();
}

/** Lets everything that is ready run. */
export function pause(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
