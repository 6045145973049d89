import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assistantRoutes, call, routes } from '../support/calls.ts';
import { send } from '../support/client.ts';
import { type Governed, startGoverned } from '../support/governed.ts';

let governed: Governed;
beforeAll(async () => {
  governed = await startGoverned();
});
afterAll(() => governed.close());

const bytes = (...parts: (string | number[])[]) =>
  Buffer.concat(parts.map((part) => Buffer.from(part as string)));
const chat = (inner: string) => `{"model":"gpt-5.5","messages":[{"role":"user","content":"Hi"}]${inner}}`;
const good = Buffer.from(chat(''));
const evil = Buffer.from(chat(',"x":"second"'));

/** Bodies that two JSON readers understand differently, or that one of them refuses. */
const differentials: Readonly<Record<string, string | Buffer>> = {
  'two messages keys': chat(',"messages":[]'),
  'two keys, one escaped': chat(',"mess\\u0061ges":[]'),
  'two keys deep inside': chat(',"tools":[{"type":"function","function":{"name":"a","name":"b"}}]'),
  'two keys that differ only by escapes of a surrogate pair': chat(',"\\ud83d\\ude00":1,"\u{1f600}":2'),
  'a byte order mark': bytes([0xef, 0xbb, 0xbf], chat('')),
  'UTF-16': Buffer.from(`\ufeff${chat('')}`, 'utf16le'),
  'invalid UTF-8': bytes('{"model":"gpt-5.5","messages":[{"role":"user","content":"', [0xc3, 0x28], '"}]}'),
  'an overlong slash': bytes('{"model":"gpt-5.5","messages":[],"x":"', [0xc0, 0xaf], '"}'),
  'a surrogate as UTF-8': bytes('{"model":"gpt-5.5","messages":[],"x":"', [0xed, 0xa0, 0x80], '"}'),
  'a cut character': bytes(chat('').slice(0, -1), ',"x":"', [0xe2, 0x82], '"}'),
  'a lone high surrogate': chat(',"x":"\\ud800"'),
  'a lone low surrogate': chat(',"x":"\\udc00"'),
  'surrogates in the wrong order': chat(',"x":"\\udc00\\ud800"'),
  'data behind the value': `${chat('')}{}`,
  'a zero byte behind the value': `${chat('')}\0`,
  'two values, line by line': `${chat('')}\n${chat('')}`,
  'a comment': chat('/* x */'),
  'a trailing comma': chat(','),
  'single quotes': "{'model':'gpt-5.5','messages':[]}",
  'an unquoted key': '{model:"gpt-5.5","messages":[]}',
  NaN: chat(',"x":NaN'),
  'a leading zero': chat(',"x":01'),
  'a plus sign': chat(',"x":+1'),
  'a bare point': chat(',"x":1.'),
  'a raw line feed in a string': chat(',"x":"\n"'),
  'a raw tab in a string': chat(',"x":"\t"'),
  'an unknown escape': chat(',"x":"\\x41"'),
  'a no-break space between tokens': chat(',\u00a0"x":1'),
  'a depth of 200': chat(`,"x":${'['.repeat(200)}${']'.repeat(200)}`),
  'a depth of 100,000': '['.repeat(100_000),
  'a cut body': chat('').slice(0, -1),
  nothing: '',
  'only spaces': ' \n',
  'a string': '"hello"',
  'an array': '[]',
  null: 'null',
};

describe.each(assistantRoutes)('a body to $path that is read in two ways', (route) => {
  it.each(Object.entries(differentials))('is refused: %s', async (_name, body) => {
    const answer = await governed.untouched(() => call(governed.gateway, route, governed.keys.allowed, body));
    expect(answer.status, answer.text).toBe(400);
    expect(answer.headers['x-should-retry']).toBe('false');
    expect(answer.headers['x-fairlead-op']).toMatch(/^[0-9a-f-]{36}$/);
    const error = answer.json?.error;
    expect(typeof error?.message).toBe('string');
  });
});

describe('a body whose fields are not what the dialect says', () => {
  it.each([
    ['a model that is a number', { model: 5, messages: [] }],
    ['no model', { messages: [] }],
    ['messages that are a string', { model: 'gpt-5.5', messages: 'x' }],
    ['messages that are null', { model: 'gpt-5.5', messages: null }],
    ['a message that is a number', { model: 'gpt-5.5', messages: [5] }],
    ['a list of models', { model: ['gpt-5.5'], messages: [] }],
  ])('is refused or forwarded as it is, never a failure of ours: %s', async (_name, body) => {
    const answer = await call(governed.gateway, routes.chat, governed.keys.allowed, body);
    expect([200, 400]).toContain(answer.status);
    if (answer.status === 200) expect(governed.stub.calls.at(-1)!.body.toString()).toBe(JSON.stringify(body));
  });
});

describe('a coded body that is read in two ways', () => {
  const gzip = gzipSync(good);
  const zstd = zstdCompressSync(good);
  const flipped = Buffer.from(gzip);
  flipped[gzip.length - 5]! ^= 1;
  const skippable = bytes([0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4]);
  const coded: Readonly<Record<string, [string, Buffer]>> = {
    'two gzip members': ['gzip', Buffer.concat([gzip, gzipSync(evil)])],
    'two zstd frames': ['zstd', Buffer.concat([zstd, zstdCompressSync(evil)])],
    'a skippable zstd frame before': ['zstd', Buffer.concat([skippable, zstd])],
    'a skippable zstd frame behind': ['zstd', Buffer.concat([zstd, skippable])],
    'bytes behind gzip': ['gzip', Buffer.concat([gzip, Buffer.from('x')])],
    'zeros behind gzip': ['gzip', Buffer.concat([gzip, Buffer.alloc(64)])],
    'bytes behind zstd': ['zstd', Buffer.concat([zstd, Buffer.from('x')])],
    'bytes behind deflate': ['deflate', Buffer.concat([deflateSync(good), Buffer.from('x')])],
    'a second deflate stream': ['deflate', Buffer.concat([deflateSync(good), deflateSync(evil)])],
    'deflate without its wrapper': ['deflate', deflateRawSync(good)],
    'a wrong gzip checksum': ['gzip', flipped],
    'a cut gzip': ['gzip', gzip.subarray(0, -3)],
    'a cut zstd': ['zstd', zstd.subarray(0, -3)],
    'plain text called gzip': ['gzip', good],
    'plain text called zstd': ['zstd', good],
    'gzip called deflate': ['deflate', gzip],
    'nothing called gzip': ['gzip', Buffer.alloc(0)],
    brotli: ['br', brotliCompressSync(good)],
    compress: ['compress', good],
    'a coding nobody knows': ['aes128gcm', good],
    'two codings': ['gzip, gzip', gzipSync(gzip)],
    'two different codings': ['gzip, zstd', zstdCompressSync(gzip)],
    'identity and gzip': ['identity, gzip', gzip],
    'an empty coding beside gzip': ['gzip,', gzip],
    'coded garbage in the right shape': ['gzip', gzipSync(bytes([0xff, 0xfe, 0x00]))],
    'a differential inside a coding': ['zstd', zstdCompressSync(Buffer.from(chat(',"messages":[]')))],
  };

  it.each(Object.entries(coded))('is refused: %s', async (_name, [coding, body]) => {
    const headers = ['content-encoding', coding];
    const answer = await governed.untouched(() =>
      call(governed.gateway, routes.chat, governed.keys.allowed, body, { headers }),
    );
    expect([400, 415], answer.text).toContain(answer.status);
    expect(answer.headers['x-fairlead-op']).toBeTruthy();
  });

  it('is refused: content-encoding twice', async () => {
    const headers = ['content-encoding', 'identity', 'content-encoding', 'gzip'];
    const answer = await governed.untouched(() =>
      call(governed.gateway, routes.chat, governed.keys.allowed, gzip, { headers }),
    );
    expect(answer.status).toBe(400);
  });
});

describe('a content type other than JSON', () => {
  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json; charset=utf-16',
    'application/json; charset=utf-7',
    'application/jsonp',
    'application/vnd.api+json',
    'text/json',
    'application/json, text/plain',
    '',
  ])('is refused: %j', async (type) => {
    const answer = await governed.untouched(() =>
      send(governed.gateway, {
        path: routes.chat.path,
        headers: ['content-type', type, 'authorization', `Bearer ${governed.keys.allowed}`],
        body: good,
      }),
    );
    expect([400, 415]).toContain(answer.status);
  });

  it('is refused when it is missing or there twice', async () => {
    const key = ['authorization', `Bearer ${governed.keys.allowed}`];
    const types = [[], ['content-type', 'application/json', 'content-type', 'text/plain']];
    for (const type of types) {
      const answer = await governed.untouched(() =>
        send(governed.gateway, { path: routes.chat.path, headers: [...key, ...type], body: good }),
      );
      expect([400, 415]).toContain(answer.status);
    }
  });

  it.each(['application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"'])(
    'is JSON in UTF-8: %s',
    async (type) => {
      const answer = await send(governed.gateway, {
        path: routes.chat.path,
        headers: ['content-type', type, 'authorization', `Bearer ${governed.keys.allowed}`],
        body: good,
      });
      expect(answer.status).toBe(200);
    },
  );
});
