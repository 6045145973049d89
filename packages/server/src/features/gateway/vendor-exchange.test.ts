import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { closeOf, open, sendRaw, until } from './testing/client.ts';
import {
  chat,
  chatPath,
  headersFor,
  messages,
  messagesPath,
  startTestGateway,
  type TestGateway,
  withGateway,
} from './testing/start.ts';
import { bytes, json } from './testing/stub-vendor.ts';

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());
beforeEach(() => {
  gateway.vendor.calls.length = 0;
  gateway.ledger.drafts.length = 0;
});

const ask = (more: object = {}) => gateway.call(chatPath, 'key-allowed', chat('Hi', more));

/** A call whose answer the test reads itself. */
async function begin(to = gateway): Promise<{ response: IncomingMessage; op: string; abort(): void }> {
  const request = open(to.url, {
    path: chatPath,
    headers: headersFor(chatPath, 'key-allowed'),
    body: JSON.stringify(chat('Hi', { stream: true })),
  });
  request.on('error', () => {});
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.on('error', () => {});
  return { response, op: String(response.headers['x-fairlead-op']), abort: () => request.destroy() };
}

describe('an answer', () => {
  it('passes with its status, headers and bytes', async () => {
    gateway.vendor.behave((response) => {
      response.writeHead(200, {
        'content-type': 'application/json',
        'x-request-id': 'req_1',
        'set-cookie': ['a=b', 'c=d'],
        location: '/elsewhere',
        'x-fairlead-op': 'forged',
        'x-fairlead-notice': 'forged',
        connection: 'x-hop',
        'x-hop': '1',
      });
      response.end('{"a":\u00a0"\u00fc"}');
    });
    const answer = await ask();
    expect(answer.text).toBe('{"a":\u00a0"\u00fc"}');
    expect(answer.headers).toMatchObject({ 'content-type': 'application/json', 'x-request-id': 'req_1' });
    expect(answer.op).toMatch(/^[0-9a-f-]{36}$/);
    for (const name of ['set-cookie', 'location', 'x-fairlead-notice', 'x-hop']) {
      expect(answer.headers[name]).toBeUndefined();
    }
  });

  it.each([200, 201, 204, 400, 404, 422, 429, 451, 500, 529])(
    'of status %i passes as it is',
    async (status) => {
      const text = status === 204 ? '' : '{"error":{"message":"in the vendor\u2019s words"}}';
      gateway.vendor.behave(json(text, status, { 'retry-after': '7' }));
      const answer = await ask();
      expect([answer.status, answer.text]).toEqual([status, text]);
      expect(answer.headers['retry-after']).toBe('7');
      expect(await gateway.ledger.entry('outcome', answer.op)).toMatchObject({
        outcome: status < 400 ? 'completed' : 'vendor-error',
        status,
        response: sha256(text),
        responseBytes: Buffer.byteLength(text),
      });
    },
  );

  it('after an interim one is the one that counts', async () => {
    gateway.vendor.behave((response) => {
      response.writeEarlyHints({ link: '</x>; rel=preload' });
      json('{"final":true}')(response, undefined as never);
    });
    expect((await ask()).text).toBe('{"final":true}');
  });

  it('keeps the bytes of its headers, whatever they are', async () => {
    gateway.vendor.behave(bytes('HTTP/1.1 200 OK\r\nx-name: caf\u00e9\r\ncontent-length: 2\r\n\r\n{}'));
    expect((await ask()).headers['x-name']).toBe('caf\u00e9');
  });
});

describe('usage', () => {
  it('is read from the end of a stream, whose bytes pass as they come', async () => {
    const parts = [
      'data: {"choices":[{"delta":{"content":"Hel',
      'lo"}}],"usage":null}\n\n',
      'data: {"choices":[],"usage":{"prompt_tokens":21,"completion_tokens":4}}\r\n\r\ndata: [DONE]\n\n',
    ];
    gateway.vendor.behave((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const part of parts) response.write(part);
      response.end();
    });
    const answer = await ask({ stream: true });
    expect(answer.text).toBe(parts.join(''));
    const outcome = await gateway.ledger.entry('outcome', answer.op);
    expect(outcome).toMatchObject({
      response: sha256(parts.join('')),
      usage: { inputTokens: 21, outputTokens: 4 },
    });
  });

  it('is read in Anthropic’s words too', async () => {
    gateway.vendor.behave(
      json(
        '{"usage":{"input_tokens":9,"output_tokens":2,"cache_read_input_tokens":5,"cache_creation_input_tokens":1}}',
      ),
    );
    const { op } = await gateway.call(messagesPath, 'key-claude', messages('Hi'));
    expect((await gateway.ledger.entry('outcome', op)).usage).toEqual({
      inputTokens: 9,
      outputTokens: 2,
      cacheReadTokens: 5,
      cacheWriteTokens: 1,
    });
  });

  it.each(['{"usage":{"prompt_tokens":-1}}', '{"usage":{"prompt_tokens":1.5}}', '{}', 'no JSON'])(
    'that is missing or can’t be true is unknown: %s',
    async (text) => {
      gateway.vendor.behave(json(text));
      expect((await gateway.ledger.entry('outcome', (await ask()).op)).usage).toBeNull();
    },
  );
});

describe('an answer that must not pass', () => {
  it.each([401, 403])('%i becomes 502 without the vendor’s words, which show its key', async (status) => {
    gateway.vendor.behave(
      json('{"error":{"message":"Incorrect API key: sk-***tail"}}', status, { 'x-key': 'tail' }),
    );
    const answer = await ask();
    expect(answer.status).toBe(502);
    expect(answer.headers['x-fairlead-reason']).toBe('gateway.vendor-credential');
    expect(answer.headers['x-should-retry']).toBe('false');
    expect(`${answer.text}${JSON.stringify(answer.headers)}`).not.toContain('tail');
    expect(await gateway.ledger.entry('outcome', answer.op)).toMatchObject({
      ...{ outcome: 'vendor-error', status, usage: null, response: null, responseBytes: 0 },
    });
  });

  it.each([301, 302, 303, 304, 307, 308])(
    'a redirect (%i) becomes 502 and is not followed',
    async (status) => {
      gateway.vendor.behave(json('', status, { location: `${gateway.vendor.url}/elsewhere` }));
      const answer = await ask();
      expect(answer.status).toBe(502);
      expect(answer.headers['x-fairlead-reason']).toBe('gateway.vendor-redirect');
      expect(answer.headers.location).toBeUndefined();
      expect(gateway.vendor.calls).toHaveLength(1);
      expect(await gateway.ledger.entry('outcome', answer.op)).toMatchObject({
        outcome: 'vendor-error',
        status,
      });
    },
  );

  it.each(['never ends', 'breaks off'])('is answered at once though its body %s', async (how) => {
    gateway.vendor.behave((response) => {
      response.writeHead(401, { 'content-type': 'application/json' });
      response.write('{"error":');
      if (how === 'breaks off') setImmediate(() => response.destroy());
    });
    const answer = await ask();
    expect(answer.status).toBe(502);
    expect(answer.headers['x-fairlead-reason']).toBe('gateway.vendor-credential');
    expect(await gateway.vendor.calls[0]?.aborted).toBe(true);
    expect(await gateway.ledger.entry('outcome', answer.op)).toMatchObject({
      outcome: 'vendor-error',
      status: 401,
    });
  });
});

describe('a vendor that fails', () => {
  it.each([
    ['hangs up', (response: ServerResponse) => void response.destroy()],
    ['speaks no HTTP', bytes('SSH-2.0-OpenSSH_9.2\r\n')],
    ['sends too many headers', bytes(`HTTP/1.1 200 OK\r\nx-big: ${'a'.repeat(100_000)}\r\n\r\n`)],
  ] as const)('and %s is unreachable, which may pass', async (_name, behaviour) => {
    gateway.vendor.behave(behaviour);
    const answer = await ask();
    expect(answer.status).toBe(502);
    expect(answer.headers['x-fairlead-reason']).toBe('gateway.vendor-unreachable');
    expect(answer.headers['x-should-retry'], 'whether to try again is for the client to say').toBeUndefined();
    expect(await gateway.ledger.entry('outcome', answer.op)).toMatchObject({
      ...{ outcome: 'vendor-unreachable', status: null, usage: null, firstByteMs: null, response: null },
    });
  });

  it('is unreachable when nobody listens there', () =>
    withGateway({ baseUrls: { openai: 'http://127.0.0.1:1' } }, async (own) => {
      const answer = await own.call(chatPath, 'key-allowed', chat('Hi'));
      expect([answer.status, answer.headers['x-fairlead-reason']]).toEqual([
        502,
        'gateway.vendor-unreachable',
      ]);
      expect(await own.ledger.entry('outcome', answer.op)).toMatchObject({ outcome: 'vendor-unreachable' });
    }));

  it('is unreachable when it doesn’t answer in time', () =>
    withGateway({ limits: { upstreamTimeoutMs: 50 } }, async (own) => {
      own.vendor.behave(() => {});
      const answer = await own.call(chatPath, 'key-allowed', chat('Hi'));
      expect(answer.headers['x-fairlead-reason']).toBe('gateway.vendor-unreachable');
      expect(await own.vendor.calls[0]?.aborted).toBe(true);
    }));

  it('half-way looks broken to the client, never complete', async () => {
    gateway.vendor.behave((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"half":1}\n\n', () => response.destroy());
    });
    const { response, op } = await begin();
    response.resume();
    await closeOf(response);
    expect(response.complete).toBe(false);
    expect(await gateway.ledger.entry('outcome', op)).toMatchObject({
      ...{
        outcome: 'vendor-error',
        status: 200,
        responseBytes: 18,
        response: sha256('data: {"half":1}\n\n'),
      },
    });
  });
});

describe('a stream of small pieces', () => {
  const streamed = async (response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (let i = 0; i < 20; i += 1) {
      response.write(`data: ${i}\n\n`);
      if (i % 3 !== 0) await new Promise((resolve) => setTimeout(resolve, 2));
    }
    response.end();
  };
  const expected = Array.from({ length: 20 }, (_, i) => `data: ${i}\n\n`).join('');

  it('leaves the connection to the calls after it', async () => {
    gateway.vendor.behave(streamed);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const sockets = new Set<Socket>();
    try {
      for (let i = 0; i < 15; i += 1) {
        const body = JSON.stringify(chat('Hi', { stream: true }));
        const headers = { ...Object.fromEntries(pairs(headersFor(chatPath, 'key-allowed'))) };
        const request = httpRequest(`${gateway.url}${chatPath}`, { method: 'POST', agent, headers });
        request.end(body);
        const [response] = (await once(request, 'response')) as [IncomingMessage];
        sockets.add(response.socket);
        expect(await text(response)).toBe(expected);
        expect(response.complete).toBe(true);
      }
    } finally {
      agent.destroy();
    }
    expect(sockets.size).toBe(1);
  });

  it('is cut into chunks as HTTP wants it, in the order of pipelined calls', async () => {
    gateway.vendor.behave(streamed);
    const body = JSON.stringify(chat('Hi', { stream: true }));
    const lines = pairs(headersFor(chatPath, 'key-allowed')).map(([name, value]) => `${name}: ${value}\r\n`);
    const length = `content-length: ${Buffer.byteLength(body)}\r\n`;
    const call = (end: string) =>
      `POST ${chatPath} HTTP/1.1\r\nhost: ${new URL(gateway.url).host}\r\n${lines.join('')}${length}${end}\r\n${body}`;
    const raw = await sendRaw(gateway.url, `${call('')}${call('connection: close\r\n')}`);
    const answers = raw.split('HTTP/1.1 200 OK\r\n').slice(1);
    expect(answers.map((answer) => unchunked(answer.slice(answer.indexOf('\r\n\r\n') + 4)))).toEqual([
      expected,
      expected,
    ]);
  });
});

/** Names and values of a flat list. */
function pairs(flat: readonly string[]): [string, string][] {
  return flat.flatMap((name, at) => (at % 2 === 0 ? [[name, flat[at + 1] ?? ''] as [string, string]] : []));
}

/** The content of a chunked body that must be whole, and nothing after it. */
function unchunked(chunked: string): string {
  let content = '';
  let at = 0;
  for (;;) {
    const [line = ''] = /^[0-9a-f]+\r\n/.exec(chunked.slice(at)) ?? [];
    const length = Number.parseInt(line, 16);
    at += line.length;
    content += chunked.slice(at, at + length);
    expect(chunked.slice(at + length, at + length + 2)).toBe('\r\n');
    at += length + 2;
    if (length === 0) break;
  }
  expect(at).toBe(chunked.length);
  return content;
}

describe('a client that goes', () => {
  it('in the middle of a stream ends it at the vendor too', async () => {
    gateway.vendor.behave((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"n":1}\n\n');
    });
    const { response, op, abort } = await begin();
    await once(response, 'data');
    abort();
    expect(await gateway.vendor.calls[0]?.aborted).toBe(true);
    expect(await gateway.ledger.entry('outcome', op)).toMatchObject({
      ...{ outcome: 'client-aborted', status: 200, responseBytes: 15, response: sha256('data: {"n":1}\n\n') },
    });
  });

  it('before the vendor answered ends the call there', async () => {
    gateway.vendor.behave(() => {});
    const arrived = gateway.vendor.next();
    const request = open(gateway.url, {
      path: chatPath,
      headers: headersFor(chatPath, 'key-allowed'),
      body: JSON.stringify(chat('Hi')),
    });
    request.on('error', () => {});
    const call = await arrived;
    request.destroy();
    expect(await call.aborted).toBe(true);
    await until(() => gateway.ledger.of('outcome').length === 1);
    expect(gateway.ledger.of('outcome')[0]).toMatchObject({
      outcome: 'client-aborted',
      status: null,
      response: null,
    });
  });
});

describe('a slow reader', () => {
  it.each([256 * 1024, 4 * 1024])('holds the vendor back, pieces of %i bytes', async (size) => {
    const chunk = Buffer.alloc(size, 'x');
    const total = (40 * 1024 * 1024) / size;
    let written = 0;
    gateway.vendor.behave(async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (; written < total; written += 1) {
        if (!response.write(chunk)) await once(response, 'drain');
        // Each piece comes by itself.
        else if (size < 16 * 1024) await new Promise((resolve) => setImmediate(resolve));
      }
      response.end();
    });
    const { response, op } = await begin();
    // Nothing is read until what the vendor could write no longer grows.
    for (let [seen, still] = [-1, 0]; still < 5; still = seen === written ? still + 1 : 0) {
      seen = written;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(written).toBeLessThan(total);
    let received = 0;
    response.on('data', (data: Buffer) => {
      received += data.length;
    });
    await once(response, 'end');
    expect(received).toBe(total * chunk.length);
    expect(await gateway.ledger.entry('outcome', op)).toMatchObject({
      outcome: 'completed',
      responseBytes: received,
    });
  });
});
