import { once } from 'node:events';
import { request as httpsRequest } from 'node:https';
import { Duplex } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { selfSignedCertificate } from '../../../../../test/setup/certificate.ts';
import { createListener } from './listener.ts';
import { createRuntime } from './runtime.ts';
import { closeOf, open, openSocket, send, sendRaw, until } from './testing/client.ts';
import {
  chat,
  chatPath,
  headersFor,
  messagesPath,
  metricOf,
  startTestGateway,
  type TestGateway,
  withGateway,
} from './testing/start.ts';
import { defaultLimits } from './types.ts';

let gateway: TestGateway;
let host: string;
beforeAll(async () => {
  gateway = await startTestGateway({ hosts: ['fairlead.internal'] });
  host = new URL(gateway.url).host;
});
afterAll(() => gateway.close());
beforeEach(() => {
  gateway.vendor.calls.length = 0;
  gateway.ledger.drafts.length = 0;
});

const auth = headersFor(chatPath, 'key-allowed');
const body = JSON.stringify(chat('Hi'));
const post = (path: string, headers: string[] = []) =>
  send(gateway.url, { path, headers: [...auth, ...headers], body });
const untouched = () => expect([gateway.vendor.calls, gateway.ledger.drafts]).toEqual([[], []]);
const opPattern = /^[0-9a-f-]{36}$/;

describe('paths', () => {
  it.each([
    ...[
      '/',
      '/v1/chat/completions/',
      '/v1//chat/completions',
      '/v1/chat/%63ompletions',
      '/V1/chat/completions',
    ],
    ...['/v1/files', '/v1/responses/x', '/constructor', '/__proto__', '*', 'http://evil.example/v1/messages'],
  ])('that are not governed are 404 and go nowhere: %s', async (path) => {
    const answer = await post(path);
    expect(answer.status).toBe(404);
    expect(answer.op).toMatch(opPattern);
    expect(answer.headers['x-fairlead-reason']).toBe('gateway.path-unknown');
    untouched();
  });

  it.each(['GET', 'PUT', 'DELETE', 'OPTIONS', 'HEAD'])('take no %s', async (method) => {
    const answer = await send(gateway.url, { method, path: chatPath, headers: auth });
    expect(answer.status).toBe(405);
    untouched();
  });

  it('answer errors in their own dialect', async () => {
    const anthropic = await send(gateway.url, { method: 'GET', path: messagesPath, headers: auth });
    expect(anthropic.json).toMatchObject({ type: 'error', request_id: anthropic.op });
    const openai = await send(gateway.url, { method: 'GET', path: chatPath, headers: auth });
    expect(openai.json.error.code).toBe('gateway.method-unknown');
  });

  it.each(['/', '/api/hello'])('that clients probe answer HEAD: %s', async (path) => {
    const answer = await send(gateway.url, { method: 'HEAD', path: `${path}?x=1` });
    expect([answer.status, answer.text]).toEqual([200, '']);
    expect(answer.op).toMatch(opPattern);
  });
});

describe('guards', () => {
  it.each(['evil.example', `127.0.0.1.evil.example:1`, '10.0.0.1', ''])(
    'refuse the Host %j',
    async (name) => {
      const answer = await post(chatPath, ['host', name]);
      expect(answer.status).toBe(421);
      untouched();
    },
  );

  it.each(['127.0.0.1', 'localhost:9', 'fairlead.internal', 'Fairlead.Internal:7420'])(
    'take the Host %s',
    async (name) => {
      expect((await post(chatPath, ['host', name])).status).toBe(200);
    },
  );

  it.each([
    ['origin', 'https://evil.example'],
    ['sec-fetch-site', 'same-origin'],
    ['sec-fetch-mode', 'navigate'],
  ])('refuse a browser’s %s', async (name, value) => {
    const answer = await post(chatPath, [name, value]);
    expect([answer.status, answer.headers['x-fairlead-reason']]).toEqual([400, 'gateway.browser-refused']);
    untouched();
  });

  it('refuse a header that stands twice, and count the reason', async () => {
    const before = await metricOf(gateway, 'fairlead_refusals_total', {
      reason: 'gateway.header-duplicated',
    });
    const answer = await post(chatPath, ['x-api-key', 'a', 'x-api-key', 'a']);
    expect([answer.status, answer.headers['x-fairlead-reason']]).toEqual([400, 'gateway.header-duplicated']);
    expect(await metricOf(gateway, 'fairlead_refusals_total', { reason: 'gateway.header-duplicated' })).toBe(
      before + 1,
    );
    untouched();
  });

  it('refuse more calls at once than allowed', () =>
    withGateway({ limits: { maxInFlight: 1 } }, async (own) => {
      let finish = () => {};
      own.vendor.behave((response) => {
        finish = () => void response.end('{}');
      });
      const arrived = own.vendor.next();
      const first = own.call(chatPath, 'key-allowed', chat('Hi'));
      await arrived;
      const second = await own.call(chatPath, 'key-allowed', chat('Ho'));
      expect([second.status, second.headers['x-fairlead-reason']]).toEqual([503, 'gateway.busy']);
      expect(second.headers['retry-after']).toBe('5');
      finish();
      const { status, op } = await first;
      expect(status).toBe(200);
      await own.ledger.entry('outcome', op);
      own.vendor.behave((response) => void response.end('{}'));
      while ((await metricOf(own, 'fairlead_in_flight')) > 0) await new Promise(setImmediate);
      expect((await own.call(chatPath, 'key-allowed', chat('Ha'))).status).toBe(200);
    }));
});

describe('a body that nobody waits for', () => {
  it.each([
    ['a bad key', 'key-unknown', chatPath, 401],
    ['an unknown path', 'key-allowed', '/v1/files', 404],
  ])('does not cost the client the answer: %s', async (_name, key, path, status) => {
    const answer = await gateway.call(path, key, Buffer.alloc(4_000_000), { chunked: true });
    expect(answer.status).toBe(status);
    expect((await post(chatPath)).status, 'still alive').toBe(200);
  });

  it.each([
    ['a bad key', 'key-unknown', chatPath, 401, 2],
    ['a long body', 'key-unknown', chatPath, 401, 900_000],
  ])(
    'leaves the connection to the next call once it is there: %s',
    async (_name, key, path, status, length) => {
      const text =
        `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${key}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${length}\r\n\r\n${'1'.repeat(length)}`;
      const socket = await openSocket(gateway.url);
      const received = { text: '' };
      socket.setEncoding('utf8').on('data', (chunk: string) => {
        received.text += chunk;
      });
      for (const answers of [1, 2, 3]) {
        socket.write(text);
        await expect
          .poll(() => received.text.split(`HTTP/1.1 ${status} `).length - 1, { timeout: 20_000 })
          .toBe(answers);
      }
      expect(received.text).not.toMatch(/connection: close/i);
      socket.end();
      await closeOf(socket);
      untouched();
    },
  );

  it('ends the connection though it never comes', async () => {
    const text =
      `POST ${chatPath} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer key-unknown\r\n` +
      'Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{';
    expect(await sendRaw(gateway.url, text)).toMatch(/^HTTP\/1\.1 401 /);
  });
});

describe('what is not a request', () => {
  const upgrade = () =>
    `GET /v1/responses HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
    'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';

  it.each([
    ['a WebSocket', upgrade, 426, 'gateway.websocket'],
    [
      'a tunnel',
      () => 'CONNECT 10.0.0.1:443 HTTP/1.1\r\nHost: 10.0.0.1:443\r\n\r\n',
      405,
      'gateway.method-unknown',
    ],
    ['garbage', () => '\0\x01nonsense\r\n\r\n', 400, 'gateway.malformed'],
    [
      'no Host',
      () => `POST ${chatPath} HTTP/1.1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
      421,
      'gateway.host-unknown',
    ],
    [
      'two lengths',
      () => `POST / HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n`,
      400,
      'gateway.malformed',
    ],
    [
      'headers too large',
      () => `GET / HTTP/1.1\r\nHost: ${host}\r\nX-A: ${'a'.repeat(70_000)}\r\n\r\n`,
      431,
      'gateway.malformed',
    ],
  ])('is answered and the connection ends: %s', async (_name, text, status, code) => {
    const answer = await sendRaw(gateway.url, text());
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer).toContain(code);
    expect(answer).toMatch(/\r\nX-Fairlead-Op: [0-9a-f-]{36}\r\n/i);
    if (status === 431) expect(answer).toContain('65536 bytes');
    untouched();
  });

  it('as an expectation that nobody meets is 417', async () => {
    const answer = await post(chatPath, ['expect', 'something-else']);
    expect(answer.status).toBe(417);
    expect(answer.op).toMatch(opPattern);
    untouched();
  });

  it('in a slow head is 408', () =>
    withGateway({ limits: { headersTimeoutMs: 100, requestTimeoutMs: 100 } }, async (own) => {
      expect(await sendRaw(own.url, 'POST / HTTP/1.1\r\nHost: x\r\nX-A')).toMatch(
        /^HTTP\/1\.1 408 Request Timeout/,
      );
    }));

  it('ends no process when its connection fails while it is refused', async () => {
    const runtime = createRuntime({ limits: defaultLimits } as never, null as never, null as never);
    const server = createListener(runtime, [], { draining: false, inFlight: 0 }, null);
    for (const kind of ['upgrade', 'connect']) {
      const broken = new Duplex({
        read() {},
        write(_chunk, _encoding, done) {
          done(Object.assign(new Error('reset'), { code: 'ECONNRESET' }));
        },
      });
      const closed = closeOf(broken);
      server.emit(kind, {}, broken, Buffer.alloc(0));
      await closed;
      expect(broken.destroyed).toBe(true);
    }
    const gone = new Duplex({ read() {}, write() {} });
    gone.destroy();
    server.emit('clientError', new Error('parse'), gone);
    expect(gone.destroyed).toBe(true);
  });

  it('doesn’t hold up a stop though its client never closes', async () => {
    const own = await startTestGateway();
    const socket = openSocket(own.url);
    socket.write(upgrade());
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 426 /);
    await own.close();
    socket.destroy();
  });
});

describe('TLS', () => {
  it('is spoken when a certificate is given', () => {
    const tls = selfSignedCertificate();
    return withGateway({ tls }, async (own) => {
      expect(own.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
      const request = httpsRequest(`${own.url}/api/hello`, { method: 'HEAD', ca: tls.cert, agent: false });
      request.end();
      const [response] = await once(request, 'response');
      expect(response.statusCode).toBe(200);
      response.resume();
      expect(await sendRaw(own.url, 'GET / HTTP/1.1\r\n\r\n'), 'plain text').not.toContain('200');
    });
  });
});

describe('a client that goes before the answer', () => {
  it('leaves nothing in flight', async () => {
    gateway.vendor.behave(() => {});
    const arrived = gateway.vendor.next();
    const request = open(gateway.url, { path: chatPath, headers: auth, body });
    request.on('error', () => {});
    await arrived;
    request.destroy();
    await until(() => gateway.ledger.of('outcome').length === 1);
    while ((await metricOf(gateway, 'fairlead_in_flight')) > 0) await new Promise(setImmediate);
    gateway.vendor.behave((response) => void response.end('{}'));
    expect((await post(chatPath)).status).toBe(200);
  });
});
