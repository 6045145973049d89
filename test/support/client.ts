import { createHash } from 'node:crypto';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';

/** A request as a test wants it on the wire; headers are a flat list, so that names may repeat. */
export interface Outgoing {
  readonly method?: string;
  readonly path?: string;
  /** Name, value, name, value… `host` and `content-length` are added unless `exactHeaders` is set. */
  readonly headers?: readonly string[];
  readonly exactHeaders?: boolean;
  readonly body?: string | Buffer;
  readonly timeoutMs?: number;
}

/** A whole answer. */
export interface Incoming {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  readonly text: string;
  /** Parsed body, undefined when it isn't JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: answers are read as a client would, without our own types.
  readonly json: any;
  readonly sha256: string;
}

/** Lower-case hex sha256. */
export function sha256(bytes: string | Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Sends one request on a connection of its own and reads the whole answer. */
export function send(base: string, outgoing: Outgoing): Promise<Incoming> {
  return new Promise((resolve, reject) => {
    const request = open(base, outgoing);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const body = Buffer.concat(chunks);
        const text = body.toString();
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          rawHeaders: response.rawHeaders,
          body,
          text,
          json: parsed(text),
          sha256: sha256(body),
        });
      });
    });
    request.on('error', reject);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Sends one request and hands over the raw client request, for tests that abort or read slowly. */
export function open(base: string, { method, path, headers, exactHeaders, body, timeoutMs }: Outgoing) {
  const url = new URL(base);
  const flat = [...(headers ?? [])];
  const has = (name: string) => flat.some((item, at) => at % 2 === 0 && item.toLowerCase() === name);
  if (!exactHeaders) {
    if (!has('host')) flat.push('host', url.host);
    if (body !== undefined && !has('content-length')) {
      flat.push('content-length', String(Buffer.byteLength(body)));
    }
  }
  const request = httpRequest({
    host: url.hostname,
    port: url.port,
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    path: path ?? '/',
    headers: flat,
    setHost: false,
    agent: false,
  });
  request.setTimeout(timeoutMs ?? 60_000, () => request.destroy(new Error('the client gave up waiting')));
  request.end(body);
  return request;
}

/** Writes bytes to a socket as they are and returns everything that comes back until the end or the time is over. */
export function sendRaw(base: string, bytes: string | Buffer | readonly (string | Buffer)[], waitMs = 3000) {
  const { hostname, port } = new URL(base);
  return new Promise<{ text: string; statuses: number[]; closed: boolean }>((resolve) => {
    const socket = connect(Number(port), hostname);
    const chunks: Buffer[] = [];
    let timer: NodeJS.Timeout;
    const finish = (closed: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      const text = Buffer.concat(chunks).toString('latin1');
      const statuses = [...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map((match) => Number(match[1]));
      resolve({ text, statuses, closed });
    };
    timer = setTimeout(() => finish(false), waitMs);
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', () => finish(true));
    socket.on('close', () => finish(true));
    for (const part of typeof bytes === 'string' || Buffer.isBuffer(bytes) ? [bytes] : bytes) {
      socket.write(part);
    }
  });
}
