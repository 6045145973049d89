import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { closeOf, open, openSocket, pause, send } from './testing/client.ts';
import {
  chat,
  chatPath,
  headersFor,
  metricOf,
  startTestGateway,
  type TestGateway,
  type TestGatewayOptions,
} from './testing/start.ts';

let gateway: TestGateway | null = null;
afterEach(async () => {
  vi.useRealTimers();
  await gateway?.close();
  gateway = null;
});

/** A gateway with one streamed call in flight, whose first event has reached the client. */
async function streaming(options: TestGatewayOptions = {}) {
  gateway = await startTestGateway(options);
  const vendor = new Promise<ServerResponse>((resolve) => {
    gateway?.vendor.behave((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"n":1}\n\n');
      resolve(response);
    });
  });
  const request = open(gateway.url, {
    path: chatPath,
    headers: headersFor(chatPath, 'key-allowed'),
    body: JSON.stringify(chat('Hi', { stream: true })),
  });
  request.on('error', () => {});
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.on('error', () => {});
  const received: Buffer[] = [];
  response.on('data', (chunk: Buffer) => received.push(chunk));
  await once(response, 'data');
  return {
    own: gateway,
    vendor: await vendor,
    response,
    op: String(response.headers['x-fairlead-op']),
    text: () => Buffer.concat(received).toString(),
  };
}

describe('starting', () => {
  it('takes the address it is told, IPv6 in brackets', async ({ skip }) => {
    const gone = (error: NodeJS.ErrnoException) => error.code ?? 'failed';
    const started = await startTestGateway({ host: '::1' }).catch(gone);
    if (started === 'EADDRNOTAVAIL' || started === 'EAFNOSUPPORT') {
      process.stderr.write('SKIPPED: this machine has no IPv6 loopback\n');
      return skip();
    }
    if (typeof started === 'string') throw new Error(started);
    gateway = started;
    expect(gateway.url).toMatch(/^http:\/\/\[::1\]:\d+$/);
  });

  it('fails when the port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    await expect(startTestGateway({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    taken.close();
  });
});

describe('closing', () => {
  it('lets a call in flight finish and records its outcome', async () => {
    const { own, vendor, response, op, text } = await streaming();
    const closing = own.close();
    const late = await send(own.url, { path: chatPath, headers: headersFor(chatPath, 'key-allowed') }).catch(
      ({ code }) => code,
    );
    expect(['ECONNREFUSED', 'ECONNRESET']).toContain(late);
    const ended = once(response, 'end');
    vendor.end('data: [DONE]\n\n');
    await ended;
    await closing;
    expect(text()).toBe('data: {"n":1}\n\ndata: [DONE]\n\n');
    expect(own.ledger.of('outcome')).toEqual([expect.objectContaining({ op, outcome: 'completed' })]);
    gateway = null;
  });

  it('answers 503 to a call that comes over a connection it still has', async () => {
    gateway = await startTestGateway();
    const own = gateway;
    const vendor = new Promise<ServerResponse>((resolve) => {
      own.vendor.behave((response) => {
        response.write('first');
        resolve(response);
      });
    });
    const body = JSON.stringify(chat('Hi'));
    const post =
      `POST ${chatPath} HTTP/1.1\r\nHost: ${new URL(own.url).host}\r\nAuthorization: Bearer key-allowed\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const socket = openSocket(own.url);
    const received: Buffer[] = [];
    socket.on('data', (chunk) => received.push(chunk));
    socket.write(post);
    await once(socket, 'data');
    const closing = own.close();
    socket.write(post);
    while ((await metricOf(own, 'fairlead_refusals_total', { reason: 'gateway.draining' })) === 0)
      await pause();
    (await vendor).end('last');
    await once(socket, 'end');
    socket.end();
    await closing;
    const text = Buffer.concat(received).toString();
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 503']);
    expect(text).toContain('x-fairlead-reason: gateway.draining');
    expect(own.vendor.calls).toHaveLength(1);
    gateway = null;
  });

  it('cuts what doesn’t finish in time, at the client and at the vendor, and records that', async () => {
    const { own, response, op } = await streaming({ limits: { drainMs: 50 } });
    const broken = closeOf(response);
    await own.close();
    await broken;
    expect(response.complete).toBe(false);
    expect(own.ledger.of('outcome')).toEqual([
      expect.objectContaining({ op, outcome: 'cut', status: 200, responseBytes: 15 }),
    ]);
    gateway = null;
  });

  it('tells a client whose call was cut before the vendor answered', async () => {
    gateway = await startTestGateway({ limits: { drainMs: 50 } });
    gateway.vendor.behave(() => {});
    const arrived = gateway.vendor.next();
    const answer = gateway.call(chatPath, 'key-allowed', chat('Hi'));
    await arrived;
    await gateway.close();
    const { status, headers, op } = await answer;
    expect([status, headers['x-fairlead-reason'], headers['retry-after']]).toEqual([
      503,
      'gateway.draining',
      '5',
    ]);
    expect(gateway.ledger.of('outcome')).toEqual([
      expect.objectContaining({ op, outcome: 'cut', status: null, response: null }),
    ]);
    gateway = null;
  });

  it('writes the repeats that wait', async () => {
    gateway = await startTestGateway();
    const first = await gateway.call(chatPath, 'key-unlisted', chat('Hi'));
    await gateway.call(chatPath, 'key-unlisted', chat('Hi'));
    await gateway.call(chatPath, 'key-unlisted', chat('Hi'));
    expect(gateway.ledger.of('repeat')).toEqual([]);
    await gateway.close();
    expect(gateway.ledger.of('repeat')).toEqual([
      expect.objectContaining({ of: first.op, count: 2, op: null }),
    ]);
    gateway = null;
  });

  it('ends though the ledger fails, and says what was lost', async () => {
    gateway = await startTestGateway();
    await gateway.call(chatPath, 'key-unlisted', chat('Hi'));
    await gateway.call(chatPath, 'key-unlisted', chat('Hi'));
    gateway.ledger.failing.add('repeat');
    await gateway.close();
    expect(gateway.lines.some((line) => line.includes('pending repeats could not be recorded'))).toBe(true);
    gateway = null;
  });
});

describe('while it runs', () => {
  it('repeats are written when their window is over, again after a failure', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    gateway = await startTestGateway({ limits: { repeatWindowMs: 10_000 } });
    await gateway.call(chatPath, 'key-unlisted', chat('Hi'));
    await gateway.call(chatPath, 'key-unlisted', chat('Hi'));
    gateway.clock.at += 10_000;
    gateway.ledger.failing.add('repeat');
    await vi.advanceTimersByTimeAsync(2_500);
    expect(gateway.lines.some((line) => line.includes('repeats could not be recorded'))).toBe(true);
    gateway.ledger.failing.clear();
    await vi.advanceTimersByTimeAsync(2_500);
    expect(gateway.ledger.of('repeat').map(({ count }) => count)).toEqual([1]);
  });

  it('requests without a valid key are one log line a minute', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    gateway = await startTestGateway();
    for (let n = 0; n < 3; n += 1) await gateway.call(chatPath, 'key-unknown', chat('Hi'));
    await send(gateway.url, { method: 'GET', path: '/v1/models' });
    const told = () => gateway?.lines.filter((line) => line.includes('without a valid key')) ?? [];
    expect(told()).toEqual([]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(told()).toHaveLength(1);
    expect(JSON.parse(told()[0] ?? '{}')).toMatchObject({ level: 'warn', count: 4 });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(told()).toHaveLength(1);
  });
});
