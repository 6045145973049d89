import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { call, routes } from '../support/calls.ts';
import { send, sendRaw } from '../support/client.ts';
import { type Governed, startGoverned } from '../support/governed.ts';

let governed: Governed;
let host: string;
let key: string;
beforeAll(async () => {
  governed = await startGoverned();
  host = new URL(governed.gateway).host;
  key = governed.keys.allowed;
});
afterAll(() => governed.close());
beforeEach(() => governed.stub.reset());

const auth = () => ['authorization', `Bearer ${key}`, 'content-type', 'application/json'];
const body = JSON.stringify(routes.chat.body('Hi'));

/** The gateway still works: what a hostile request must never change. */
async function expectAlive(): Promise<void> {
  const answer = await call(governed.gateway, routes.chat, key, body);
  expect(answer.status).toBe(200);
}

describe('paths', () => {
  it.each([
    '/v1/chat/completions/',
    '/v1//chat/completions',
    '/v1/chat/../chat/completions',
    '/v1/chat/%63ompletions',
    '/V1/chat/completions',
    '/v1/chat/completions;x',
    '/v1/messages/batches',
    '/v1/messages/count_tokens/',
    '/v1/files',
    '/v1/assistants',
    '/v1/responses/resp_1',
    '/v1/responses/resp_1/cancel',
    '/v1/images/generations',
    '/v1/audio/speech',
    '/v1/complete',
    '/v1/organization/users',
    '/v1beta/models/x:generateContent',
    '/openai/v1/chat/completions',
    '/constructor',
    '/__proto__',
    '/api/hello',
    '/healthz',
    '/metrics',
    '/log/checkpoint',
    '*',
    '/',
  ])('that are not governed are refused, never tunnelled: %s', async (path) => {
    const answer = await governed.untouched(() =>
      send(governed.gateway, { method: 'POST', path, headers: auth(), body }),
    );
    expect(answer.status).toBe(404);
    expect(answer.headers['x-fairlead-op']).toBeTruthy();
  });

  it('in absolute form are refused', async () => {
    for (const target of [`http://${host}/v1/chat/completions`, `${governed.stub.url}/v1/chat/completions`]) {
      const text = `POST ${target} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`;
      const { statuses } = await governed.untouched(() => sendRaw(governed.gateway, text));
      expect(statuses).toHaveLength(1);
      expect([400, 404, 421]).toContain(statuses[0]);
    }
  });

  it('of CONNECT are refused', async () => {
    const { port } = new URL(governed.stub.url);
    const text = `CONNECT 127.0.0.1:${port} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`;
    const { statuses, closed } = await governed.untouched(() => sendRaw(governed.gateway, text));
    expect(statuses[0]).toBeGreaterThanOrEqual(400);
    expect(closed).toBe(true);
  });

  it('answer other methods with an error', async () => {
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', 'TRACE']) {
      const answer = await governed.untouched(() =>
        send(governed.gateway, { method, path: routes.chat.path, headers: auth() }),
      );
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
    }
  });

  it('with a query that could name another upstream are refused or ignored', async () => {
    const path = `${routes.chat.path}?base_url=${encodeURIComponent('http://evil.example')}`;
    const answer = await send(governed.gateway, { path, headers: auth(), body });
    expect([200, 400, 404]).toContain(answer.status);
    for (const seen of governed.stub.calls) expect(seen.url).toBe(routes.chat.path);
  });
});

describe('probes', () => {
  it('of clients are answered: HEAD / and HEAD /api/hello', async () => {
    for (const path of ['/', '/api/hello']) {
      const answer = await governed.untouched(() => send(governed.gateway, { method: 'HEAD', path }));
      expect(answer.status).toBe(200);
      expect(answer.headers['x-fairlead-op']).toBeTruthy();
    }
  });

  it('as WebSocket upgrade get 426, so that Codex falls back to POST', async () => {
    for (const credential of [`Authorization: Bearer ${key}\r\n`, '']) {
      const text = `GET /v1/responses HTTP/1.1\r\nHost: ${host}\r\n${credential}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;
      const { statuses } = await governed.untouched(() => sendRaw(governed.gateway, text));
      expect(statuses).toEqual([426]);
    }
  });
});

describe('/v1/models', () => {
  it('lists what policy lets this key use, in the dialect asked for, without asking the vendor', async () => {
    const [openai, anthropic, unlisted, none] = await governed.untouched(() =>
      Promise.all([
        send(governed.gateway, { path: '/v1/models', headers: auth() }),
        send(governed.gateway, {
          path: '/v1/models',
          headers: ['x-api-key', key, 'anthropic-version', '2023-06-01'],
        }),
        send(governed.gateway, {
          path: '/v1/models',
          headers: ['authorization', `Bearer ${governed.keys.unlisted}`],
        }),
        send(governed.gateway, { path: '/v1/models' }),
      ]),
    );
    const ids = (answer: typeof openai) => answer!.json.data.map((model: { id: string }) => model.id);
    expect(openai!.json.object).toBe('list');
    expect(ids(openai)).toEqual(expect.arrayContaining(['gpt-5.5', 'gpt-5.5-codex']));
    expect(ids(openai).some((id: string) => id.startsWith('claude'))).toBe(false);
    expect(anthropic!.json.has_more).toBe(false);
    expect(ids(anthropic)).toEqual(expect.arrayContaining(['claude-sonnet-5']));
    expect(ids(anthropic).some((id: string) => id.startsWith('gpt'))).toBe(false);
    expect(ids(unlisted)).toEqual([]);
    expect(none!.status).toBe(401);
  });
});

describe('Host and Origin', () => {
  it.each([
    'evil.example',
    'evil.example:7420',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '1.2.3.4',
    '',
  ])('refuse a strange Host on both listeners: %j', async (name) => {
    const gateway = await governed.untouched(() =>
      send(governed.gateway, { path: routes.chat.path, headers: [...auth(), 'host', name], body }),
    );
    expect([400, 421]).toContain(gateway.status);
    if (name !== '') expect(gateway.status).toBe(421);
    const control = await send(governed.app.ready.console, { path: '/healthz', headers: ['host', name] });
    expect([400, 421]).toContain(control.status);
  });

  it('take the names of loopback', async () => {
    const { port } = new URL(governed.gateway);
    for (const name of [`127.0.0.1:${port}`, `localhost:${port}`, `LOCALHOST:${port}`]) {
      const answer = await send(governed.gateway, {
        path: routes.chat.path,
        headers: [...auth(), 'host', name],
        body,
      });
      expect(answer.status).toBe(200);
    }
  });

  it.each([
    ['origin', 'https://evil.example'],
    ['origin', 'null'],
    ['origin', 'http://127.0.0.1:7421'],
    ['sec-fetch-site', 'cross-site'],
    ['sec-fetch-mode', 'no-cors'],
    ['sec-fetch-site', 'none'],
  ])('refuse what a browser page sends: %s: %s', async (name, value) => {
    const answer = await governed.untouched(() =>
      send(governed.gateway, { path: routes.chat.path, headers: [...auth(), name, value], body }),
    );
    expect(answer.status).toBe(400);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });
});

describe('malformed HTTP', () => {
  const head = (extra: string) =>
    `POST /v1/chat/completions HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json\r\n${extra}`;
  const smuggled = () =>
    `POST /v1/chat/completions HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${governed.keys.allowed}\r\n` +
    `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  const chunked = () => `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;

  it.each([
    [
      'Content-Length and Transfer-Encoding',
      () => `Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n${chunked()}`,
    ],
    [
      'Transfer-Encoding and Content-Length',
      () => `Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n${chunked()}`,
    ],
    ['two Content-Lengths', () => `Content-Length: ${body.length}\r\nContent-Length: 5\r\n\r\n${body}`],
    ['a list of Content-Lengths', () => `Content-Length: ${body.length}, 5\r\n\r\n${body}`],
    ['a signed Content-Length', () => `Content-Length: +${body.length}\r\n\r\n${body}`],
    ['a negative Content-Length', () => `Content-Length: -1\r\n\r\n${body}`],
    ['a Content-Length that is no number', () => `Content-Length: 0x10\r\n\r\n${body}`],
    ['a space before the colon', () => `Transfer-Encoding : chunked\r\n\r\n${chunked()}`],
    ['an unknown Transfer-Encoding', () => `Transfer-Encoding: xchunked\r\n\r\n${chunked()}`],
    ['chunked not last', () => `Transfer-Encoding: chunked, identity\r\n\r\n${chunked()}`],
    [
      'Transfer-Encoding twice',
      () => `Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n${chunked()}`,
    ],
    ['a folded header', () => `X-A: 1\r\n Transfer-Encoding: chunked\r\n\r\n${chunked()}`],
    ['bare line feeds', () => `X-A: 1\nTransfer-Encoding: chunked\n\n${chunked()}`],
    ['a zero byte in a header', () => `X-A: a\0b\r\nContent-Length: ${body.length}\r\n\r\n${body}`],
    ['a chunk size that is no number', () => `Transfer-Encoding: chunked\r\n\r\nzz\r\n${body}\r\n0\r\n\r\n`],
    [
      'a huge chunk size',
      () => `Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n${body}\r\n0\r\n\r\n`,
    ],
    ['a second Host', () => `Host: evil.example\r\nContent-Length: ${body.length}\r\n\r\n${body}`],
  ])('is refused once, and a smuggled second request is not served: %s', async (_name, rest) => {
    const { statuses } = await governed.untouched(() =>
      sendRaw(governed.gateway, `${head(rest())}${smuggled()}`, 1500),
    );
    expect(statuses).toHaveLength(1);
    expect(statuses[0]).toBeGreaterThanOrEqual(400);
    expect(statuses[0]).toBeLessThan(500);
    await expectAlive();
  });

  it.each([
    ['no HTTP at all', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    ['garbage', '\0\xff\0\xff'.repeat(1000)],
    ['an HTTP/2 preface', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['HTTP/0.9', 'GET /\r\n\r\n'],
    ['an unknown version', 'GET / HTTP/9.9\r\nHost: x\r\n\r\n'],
    ['no Host', 'POST /v1/chat/completions HTTP/1.1\r\nContent-Length: 0\r\n\r\n'],
    ['a request line that never ends', `GET /${'a'.repeat(200_000)}`],
  ])('never ends the process: %s', async (_name, bytes) => {
    const { statuses, closed } = await governed.untouched(() =>
      sendRaw(governed.gateway, Buffer.from(bytes, 'latin1'), 1500),
    );
    expect(closed || statuses.every((status) => status >= 400)).toBe(true);
    expect(statuses.every((status) => status >= 400)).toBe(true);
    await expectAlive();
  });

  it('with a flood of headers is refused', async () => {
    const big = `X-Flood: ${'a'.repeat(70_000)}\r\n`;
    const many = Array.from({ length: 3000 }, (_, at) => `X-${at}: ${'b'.repeat(20)}\r\n`).join('');
    for (const flood of [big, many]) {
      const { statuses } = await governed.untouched(() =>
        sendRaw(governed.gateway, head(`${flood}Content-Length: ${body.length}\r\n\r\n${body}`), 1500),
      );
      expect(statuses).toEqual([431]);
    }
    await expectAlive();
  });

  it('with more header lines than are read is refused, so that none is overlooked', async () => {
    const many = Array.from({ length: 1500 }, (_, at) => `X${at}:\r\n`).join('');
    const hidden = `Authorization: Bearer other\r\nX-Fairlead-Repository: github.com/acme/skunkworks\r\n`;
    const text = head(`${many}${hidden}Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`);
    const { statuses } = await governed.untouched(() => sendRaw(governed.gateway, text, 1500));
    expect(statuses).toHaveLength(1);
    expect([400, 431]).toContain(statuses[0]);
  });

  it('that stops in the middle of its body leaves nothing upstream', async () => {
    const cut = head(`Content-Length: ${body.length + 100}\r\n\r\n${body}`);
    await governed.untouched(() => sendRaw(governed.gateway, cut, 300));
    await expectAlive();
  });

  it('pipelined is answered in order', async () => {
    const one = smuggled();
    const { statuses } = await sendRaw(governed.gateway, one + one, 1500);
    expect(statuses).toEqual([200, 200]);
    expect(governed.stub.calls).toHaveLength(2);
  });
});
