import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { assistantRoutes, call, routes } from '../support/calls.ts';
import { open, sha256 } from '../support/client.ts';
import { type Governed, startGoverned } from '../support/governed.ts';
import { respond, stream } from '../support/stub-upstream.ts';

let governed: Governed;
beforeAll(async () => {
  governed = await startGoverned();
});
afterAll(() => governed.close());
beforeEach(() => {
  governed.stub.reset();
  governed.stub.behave(respond(200, { 'content-type': 'application/json' }, '{"ok":true}'));
});

/** Texts that a gateway which parses and writes again would change. */
const awkward = {
  'spaces and key order': (text: string) => `{ "zz" : 1 ,\r\n\t"aa":2,${text} }\n`,
  'numbers as written': (text: string) => `{"top_p":1.0,"seed":1e2,"x_big":12345678901234567890,${text}}`,
  'escapes as written': (text: string) => `{"x":"\\u0041\\/\\ud83d\\ude00\\u00e9 é 😀",${text}}`,
  'fields nobody knows': (text: string) =>
    `{"x_beta_2031":{"nested":[null,true,{"":[]}]},"thinking_v9":{"type":"adaptive"},${text}}`,
};
const content: Readonly<Record<string, string>> = {
  '/v1/chat/completions':
    '"model":"gpt-5.5","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Hi"}]',
  '/v1/responses':
    '"model":"gpt-5.5-codex","store":false,"input":[{"type":"reasoning","summary":[],"encrypted_content":"gAAAAABo"},' +
    '{"type":"message","role":"user","content":[{"type":"input_text","text":"Hi"}]}]',
  '/v1/messages':
    '"model":"claude-sonnet-5","max_tokens":9,"system":[{"type":"text","text":"Brief","cache_control":{"type":"ephemeral"}}],' +
    '"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":[{"type":"thinking","thinking":"Hm",' +
    '"signature":"EqQBCgIYAhIM"},{"type":"text","text":"Yes"}]},{"role":"user","content":"Go on"}]',
};

describe.each(assistantRoutes)('bodies of $path', (route) => {
  it.each(Object.entries(awkward))('go upstream byte for byte: %s', async (_name, write) => {
    const body = write(content[route.path]!);
    const answer = await call(governed.gateway, route, governed.keys.allowed, body);
    expect(answer.status, answer.text).toBe(200);
    expect(governed.stub.calls.map((seen) => [seen.url, seen.sha256])).toEqual([[route.path, sha256(body)]]);
    expect(governed.stub.calls[0]!.body.toString()).toBe(body);
    const op = answer.headers['x-fairlead-op'];
    const entry = await governed.app.entry((line) => line.kind === 'decision' && line.op === op);
    expect(entry).toMatchObject({
      decision: 'allow',
      received: sha256(body),
      forwarded: sha256(body),
      repository: 'github.com/acme/payments-api',
      origin: 'demo',
    });
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['zstd', zstdCompressSync],
  ] as const)('arrive decoded when they were sent as %s', async (coding, compress) => {
    const body = `{${content[route.path]}}`;
    const headers = ['content-encoding', coding];
    const sent = compress(Buffer.from(body));
    const answer = await call(governed.gateway, route, governed.keys.allowed, sent, { headers });
    expect(answer.status, answer.text).toBe(200);
    const [seen] = governed.stub.calls;
    expect(seen!.sha256).toBe(sha256(body));
    expect(seen!.headers['content-encoding']).toBeUndefined();
  });
});

describe('streams', () => {
  const text = 'data: {"delta":"Grüße 😀"}\r\n\r\n: comment\revent: x\rdata: {}\n\ndata: [DONE]\n\n';
  const bytes = Buffer.from(text);
  // Cut in places that no event boundary and no character boundary knows.
  const parts = Array.from({ length: Math.ceil(bytes.length / 7) }, (_, at) =>
    bytes.subarray(at * 7, at * 7 + 7),
  );

  it.each(assistantRoutes)(
    'of $path reach the client byte for byte, and the entry says so',
    async (route) => {
      governed.stub.behave(stream(parts, { delayMs: 1 }));
      const answer = await call(
        governed.gateway,
        route,
        governed.keys.allowed,
        route.body('Hi', { stream: true }),
      );
      expect(answer.status).toBe(200);
      expect(answer.headers['content-type']).toBe('text/event-stream; charset=utf-8');
      expect(answer.body.equals(bytes)).toBe(true);
      const op = answer.headers['x-fairlead-op'];
      const outcome = await governed.app.entry((line) => line.kind === 'outcome' && line.op === op);
      expect(outcome).toMatchObject({
        outcome: 'completed',
        status: 200,
        response: sha256(bytes),
        responseBytes: bytes.length,
      });
    },
  );

  it('arrive as they are sent, not at the end', async () => {
    governed.stub.behave(stream(['data: 1\n\n'], { end: 'hang' }));
    const body = JSON.stringify(routes.chat.body('Hi', { stream: true }));
    const headers = ['content-type', 'application/json', 'authorization', `Bearer ${governed.keys.allowed}`];
    const request = open(governed.gateway, { path: routes.chat.path, headers, body });
    const first = await new Promise<string>((resolve, reject) => {
      request.on('response', (response) => response.on('data', (chunk) => resolve(String(chunk))));
      request.on('error', reject);
    });
    expect(first).toBe('data: 1\n\n');
    request.destroy();
  });

  it('that break half-way look broken to the client, and the entry says vendor-error', async () => {
    governed.stub.behave(stream(['data: 1\n\n', 'data: 2\n\n'], { delayMs: 20, end: 'reset' }));
    const size = (await governed.app.entries()).length;
    const broken = call(governed.gateway, routes.chat, governed.keys.allowed, routes.chat.body('Break it'));
    await expect(broken).rejects.toThrow();
    await expect
      .poll(async () => (await governed.app.entries()).slice(size).find((line) => line.kind === 'outcome'))
      .toMatchObject({ outcome: 'vendor-error' });
  });

  it('that the client leaves are aborted upstream, and the entry says client-aborted', async () => {
    governed.stub.behave(stream(['data: 1\n\n'], { end: 'hang' }));
    const body = JSON.stringify(routes.messages.body('Hi', { stream: true }));
    const headers = ['content-type', 'application/json', 'x-api-key', governed.keys.allowed];
    const request = open(governed.gateway, { path: routes.messages.path, headers, body });
    const op = await new Promise<string>((resolve) => {
      request.on('response', (response) => {
        response.on('error', () => {});
        response.once('data', () => resolve(String(response.headers['x-fairlead-op'])));
      });
      request.on('error', () => {});
    });
    request.destroy();
    const [seen] = governed.stub.calls;
    await seen!.closed;
    expect(seen!.aborted).toBe(true);
    const outcome = await governed.app.entry((line) => line.kind === 'outcome' && line.op === op);
    expect(outcome.outcome).toBe('client-aborted');
  });

  it('that the client leaves before the vendor answers are aborted upstream too', async () => {
    governed.stub.behave(() => {});
    const next = governed.stub.nextCall();
    const body = JSON.stringify(routes.chat.body('Hi'));
    const headers = ['content-type', 'application/json', 'authorization', `Bearer ${governed.keys.allowed}`];
    const request = open(governed.gateway, { path: routes.chat.path, headers, body });
    request.on('error', () => {});
    const seen = await next;
    request.destroy();
    await seen.closed;
    expect(seen.aborted).toBe(true);
  });
});

describe('answers of the vendor', () => {
  it.each([400, 402, 404, 409, 413, 422, 429, 500, 503, 529])(
    'with status %i pass as they are',
    async (status) => {
      const body = `{"error" : {"message":"Vendor wording ${status}\\u0021","odd":1.0}}\n`;
      const headers = { 'content-type': 'application/json', 'retry-after': '7', 'x-should-retry': 'true' };
      governed.stub.behave(respond(status, headers, body));
      const answer = await call(
        governed.gateway,
        routes.messages,
        governed.keys.allowed,
        routes.messages.body('Hi'),
      );
      expect([answer.status, answer.text]).toEqual([status, body]);
      expect(answer.headers).toMatchObject({ 'retry-after': '7', 'x-should-retry': 'true' });
    },
  );

  it.each([401, 403])('with status %i become our 502 without the vendor’s words', async (status) => {
    for (const route of assistantRoutes) {
      governed.stub.behave(respond(status, {}, '{"error":{"message":"Incorrect API key: sk-…TAIL"}}'));
      const answer = await call(governed.gateway, route, governed.keys.allowed, route.body(`Hi ${status}`));
      expect(answer.status).toBe(502);
      expect(answer.text).not.toMatch(/TAIL|Incorrect/);
      expect(answer.headers['x-fairlead-reason']).toBe('gateway.vendor-credential');
      const type = route.dialect === 'anthropic' ? answer.json.type : typeof answer.json.error;
      expect(type).toBe(route.dialect === 'anthropic' ? 'error' : 'object');
    }
  });

  it('that redirect are not followed', async () => {
    const elsewhere = `${governed.stub.url}/v1/elsewhere`;
    for (const status of [301, 302, 307, 308]) {
      governed.stub.reset();
      governed.stub.behave(respond(status, { location: elsewhere }, ''));
      const answer = await call(
        governed.gateway,
        routes.chat,
        governed.keys.allowed,
        routes.chat.body(`${status}`),
      );
      expect(answer.status).toBe(502);
      expect(answer.headers.location).toBeUndefined();
      expect(governed.stub.calls).toHaveLength(1);
    }
  });

  it('lose Set-Cookie, Location, and headers that only Fairlead may set', async () => {
    const headers = {
      'content-type': 'application/json',
      'set-cookie': ['a=1', 'b=2'],
      location: 'http://evil.example/',
      'x-fairlead-op': 'forged',
      'x-fairlead-notice': 'forged',
      'request-id': 'req_1',
    };
    governed.stub.behave(respond(200, headers, '{}'));
    const answer = await call(
      governed.gateway,
      routes.messages,
      governed.keys.allowed,
      routes.messages.body('Hi'),
    );
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(answer.headers.location).toBeUndefined();
    expect(answer.headers['x-fairlead-op']).not.toBe('forged');
    expect(answer.headers['x-fairlead-notice']).not.toBe('forged');
    expect(answer.headers['request-id']).toBe('req_1');
  });
});

describe('request headers', () => {
  const hostile = [
    ...['cookie', 'session=1', 'x-forwarded-for', '6.6.6.6', 'x-forwarded-host', 'evil.example'],
    ...['openai-organization', 'org-other', 'openai-project', 'proj-other', 'forwarded', 'for=6.6.6.6'],
    ...['te', 'trailers', 'accept-encoding', 'br', 'x-fairlead-note', '1', 'via', '1.1 x', 'x-unknown', '1'],
    ...['proxy-authorization', 'Basic eA==', 'x-upstream-url', 'http://evil.example', 'range', 'bytes=0-1'],
  ];
  const allowed = {
    openai: ['user-agent', 'OpenAI/JS 5.20.1', 'x-stainless-lang', 'js'],
    anthropic: ['user-agent', 'claude-cli/2.1.330', 'anthropic-beta', 'a-1,b-2', 'anthropic-new', 'x'],
  };

  it.each(assistantRoutes)('of $path are built from an allowlist', async (route) => {
    const good = allowed[route.dialect];
    const answer = await call(governed.gateway, route, governed.keys.allowed, route.body('Hi'), {
      headers: [...hostile, ...good],
    });
    expect(answer.status, answer.text).toBe(200);
    const { headers } = governed.stub.calls[0]!;
    const names = hostile.filter((_, at) => at % 2 === 0 && hostile[at] !== 'accept-encoding');
    expect(names.filter((name) => name in headers)).toEqual([]);
    for (let at = 0; at < good.length; at += 2) expect(headers[good[at]!]).toBe(good[at + 1]);
    expect(headers['accept-encoding']).toBe('identity');
    expect(headers['content-type']).toBe('application/json');
  });

  it('never carry the caller’s key to the vendor, and always the vendor’s own', async () => {
    for (const route of assistantRoutes) {
      await call(governed.gateway, route, governed.keys.allowed, route.body('Hi'));
    }
    expect(governed.stub.calls).toHaveLength(3);
    for (const seen of governed.stub.calls) {
      expect(seen.rawHeaders.join('\n')).not.toContain(governed.keys.allowed);
      expect(seen.headers.authorization ?? seen.headers['x-api-key']).toMatch(/\S/);
    }
  });

  it('match the path and forward a known query', async () => {
    const answer = await call(
      governed.gateway,
      routes.messages,
      governed.keys.allowed,
      routes.messages.body('Hi'),
      {
        path: '/v1/messages?beta=true',
      },
    );
    expect(answer.status).toBe(200);
    expect(governed.stub.calls[0]!.url).toBe('/v1/messages?beta=true');
  });
});
