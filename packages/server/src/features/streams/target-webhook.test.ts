import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEgress } from '../gateway/egress/api.ts';
import { webhookTarget } from './target-webhook.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
interface Posted {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

let server: Server;
let posts: Posted[];
let answer: Answer;
let url: string;
const open: { close(): Promise<void> }[] = [];

beforeEach(async () => {
  posts = [];
  answer = (_, response) => response.writeHead(204).end();
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      posts.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      answer(request, response);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/in`;
});
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
  server.closeAllConnections();
  server.close();
});

const now = Date.parse('2026-11-01T09:00:00Z');
const batch = { first: 5, next: 7, lines: ['{"index":5}', '{"index":6}'] };
const signal = new AbortController().signal;

function target(changes: object = {}, allow: readonly string[] = ['127.0.0.1']) {
  const limits = { upstreamTimeoutMs: 5_000, maxHeaderBytes: 16_384, connectTimeoutMs: 5_000 };
  const made = webhookTarget({
    stream: 'siem',
    url,
    log: () => 'fairlead.local/x',
    auth: null,
    egress: createEgress(allow, limits),
    version: '1.2.3',
    now: () => now,
    ...changes,
  });
  open.push(made);
  return made;
}

describe('a stream to a webhook', () => {
  it('posts lines of JSON that say which they are', async () => {
    expect(await target().deliver(batch, signal)).toEqual({ kind: 'delivered', expects: null });
    const [{ headers, body } = posts[0]!] = posts;
    expect(body).toBe('{"index":5}\n{"index":6}\n');
    expect(headers).toMatchObject({
      'content-type': 'application/x-ndjson',
      'x-fairlead-stream': 'siem',
      'x-fairlead-log': 'fairlead.local/x',
      'x-fairlead-first': '5',
      'x-fairlead-next': '7',
    });
    expect(headers.authorization).toBeUndefined();
  });

  it('authenticates by a bearer, or signs time and body', async () => {
    await target({ auth: { scheme: 'bearer', secret: 's3' } }).deliver(batch, signal);
    expect(posts[0]!.headers.authorization).toBe('Bearer s3');
    await target({ auth: { scheme: 'hmac-sha256', secret: 's3' } }).deliver(batch, signal);
    const { headers, body } = posts[1]!;
    const mac = createHmac('sha256', 's3')
      .update(`${now / 1000}.${body}`)
      .digest('hex');
    expect(headers['x-fairlead-signature']).toBe(`t=${now / 1000},v1=${mac}`);
    expect(JSON.stringify(headers)).not.toContain('s3"');
  });

  it.each([
    ['120', 120_000],
    ['0', 0],
    [new Date(now + 30_000).toUTCString(), 30_000],
    [new Date(now - 30_000).toUTCString(), 0],
    ['999999999', 3_600_000],
    ['soon', null],
    ['-1', null],
  ])('waits as Retry-After %s says', async (text, expected) => {
    answer = (_, response) => response.writeHead(503, { 'retry-after': text }).end('a secret of theirs');
    const got = await target().deliver(batch, signal);
    expect(got).toMatchObject({ kind: 'failed', reason: 'status 503' });
    if (expected !== null || text === 'soon') expect(got).toMatchObject({ retryAfterMs: expected });
    expect(JSON.stringify(got)).not.toContain('secret');
  });

  it('counts anything but 2xx as not delivered, and follows no redirect', async () => {
    for (const status of [301, 400, 401, 404, 409, 500]) {
      answer = (_, response) => response.writeHead(status, { location: `${url}/elsewhere` }).end();
      expect(await target().deliver(batch, signal)).toMatchObject({
        kind: 'failed',
        reason: `status ${status}`,
      });
    }
    expect(posts).toHaveLength(6);
    answer = (_, response) => response.writeHead(413).end();
    expect(await target().deliver(batch, signal)).toMatchObject({ tooLarge: true });
  });

  it('hears what the receiver expects next, and nothing that is no index', async () => {
    for (const [text, expected] of [
      ['7', 7],
      ['-1', null],
      ['1e3', null],
      ['9'.repeat(20), null],
    ] as const) {
      answer = (_, response) => response.writeHead(200, { 'x-fairlead-expects': text }).end('ok');
      expect(await target().deliver(batch, signal)).toEqual({ kind: 'delivered', expects: expected });
    }
  });

  it('gives up on a receiver that hangs, breaks off, or writes without end', async () => {
    answer = () => undefined;
    const slow = await target({ timeoutMs: 200 }).deliver(batch, signal);
    expect(slow).toMatchObject({ kind: 'failed', reason: 'timeout' });
    const stop = new AbortController();
    answer = () => stop.abort();
    expect(await target().deliver(batch, stop.signal)).toMatchObject({ kind: 'failed' });
    answer = (request) => request.destroy();
    expect(await target().deliver(batch, signal)).toMatchObject({ kind: 'failed' });
    answer = (_, response) => {
      response.writeHead(200);
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    };
    await target({ timeoutMs: 3_000 }).deliver(batch, signal);
  });

  it('goes to no private address that is not allowed', async () => {
    expect(await target({}, []).deliver(batch, signal)).toMatchObject({ reason: 'gateway.vendor-address' });
    const named = url.replace('127.0.0.1', 'localhost');
    expect(await target({ url: named }, []).deliver(batch, signal)).toMatchObject({
      reason: 'gateway.vendor-address',
    });
    expect(posts).toEqual([]);
  });
});
