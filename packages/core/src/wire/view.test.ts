import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFairleadError } from '../errors/index.ts';
import { readStrictJson } from '../json/index.ts';
import { encodeUtf8 } from '../text/index.ts';
import { type Endpoint, viewRequest } from './index.ts';
import { coverage, view } from './testing/strings.ts';

const endpoints: readonly Endpoint[] = [
  'chat-completions',
  'responses',
  'messages',
  'count-tokens',
  'embeddings',
];

describe('the shape of a body', () => {
  it.each<[string, unknown]>([
    ['an array', '[]'],
    ['a string', '"x"'],
    ['no model', {}],
    ['an empty model', { model: '' }],
    ['a model that is no string', { model: ['m'] }],
    ['stream as text', { model: 'm', stream: 'true' }],
    ['stream as a number', { model: 'm', stream: 1 }],
    ['turn metadata as an object', { model: 'm', client_metadata: { 'x-codex-turn-metadata': {} } }],
  ])('is refused: %s', (_, body) => {
    for (const endpoint of endpoints) {
      try {
        view(endpoint, body);
        expect.unreachable();
      } catch (error) {
        expect(isFairleadError(error) && error.code).toBe('json.shape');
      }
    }
  });
});

describe('every string of a body', () => {
  // Bodies made of the words that mean something to some endpoint, in any arrangement.
  const key = fc.constantFrom(
    ...[
      'type',
      'role',
      'content',
      'messages',
      'input',
      'tools',
      'system',
      'source',
      'data',
      'signature',
      'text',
      'output',
    ],
    ...[
      'encrypted_content',
      'image_url',
      'url',
      'file',
      'file_data',
      'result',
      'arguments',
      'function',
      'tool_calls',
    ],
    ...[
      'input_audio',
      'metadata',
      'user_id',
      'name',
      '__proto__',
      'constructor',
      'any',
      'mcp_servers',
      'citations',
    ],
    ...['item', 'tool', 'definition', 'namespace', 'summary', 'instructions', 'store', 'container', 'x~/y'],
  );
  const word = fc.constantFrom(
    ...[
      'thinking',
      'redacted_thinking',
      'reasoning',
      'image',
      'document',
      'base64',
      'assistant',
      'user',
      'system',
      'tool',
    ],
    ...[
      'tool_use',
      'tool_result',
      'function',
      'mcp',
      'input_image',
      'input_file',
      'image_generation_call',
      'compaction',
    ],
    ...[
      'a secret',
      '{"a":"b \\n c"}',
      '["x"]',
      'data:image/png;base64,AAAA',
      'mcp__s__t',
      '',
      'é\n"',
      'namespace',
    ],
  );
  const { node } = fc.letrec<{ node: unknown }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 6, withCrossShrink: true },
      word,
      fc.constantFrom<unknown>(1, true, null),
      fc.array(tie('node'), { maxLength: 4 }),
      fc.dictionary(key, tie('node'), { maxKeys: 6, noNullPrototype: true }),
    ),
  }));

  it('lies in exactly one unit', () => {
    const body = fc
      .dictionary(key, node, { maxKeys: 6 })
      .map((members) => JSON.stringify({ ...members, model: 'm' }));
    fc.assert(
      fc.property(body, fc.constantFrom(...endpoints), (text, endpoint) => {
        const document = readStrictJson(encodeUtf8(text));
        const found = viewRequest(endpoint, document);
        expect(coverage(found, document.root)).toEqual({ missing: [], twice: [] });
        expect(found.skipped.filter(({ what }) => what !== 'input.token-ids')).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  it('has its raw content as span and its unescaped text', () => {
    const text = '{"model":"m","in\\u0070ut":"a \\"q\\" é","\\ud83d\\ude00":["z"]}';
    const bytes = encodeUtf8(text);
    const { units } = viewRequest('embeddings', readStrictJson(bytes));
    const raw = units.map((unit) => [
      unit.text,
      unit.span && Buffer.from(bytes.subarray(unit.span.start, unit.span.end)).toString(),
    ]);
    expect(raw).toEqual([
      ['model', 'model'],
      ['m', 'm'],
      ['input', 'in\\u0070ut'],
      ['a "q" é', 'a \\"q\\" é'],
      ['😀', '\\ud83d\\ude00'],
      ['z', 'z'],
    ]);
  });

  it('has a path that holds no key a caller chose', () => {
    const { units } = view('messages', {
      model: 'm',
      messages: [{ role: 'user', content: [{ type: 'tool_use', input: { hunter2: { command: 'x' } } }] }],
    });
    expect(units.map(({ path }) => path)).toContain('/messages/0/content/0/input/*0/command');
    expect(units.filter(({ path }) => path.includes('hunter2'))).toEqual([]);
    expect(units.find(({ text }) => text === 'hunter2')?.kind).toBe('tool-call');
  });
});

describe('JSON inside strings', () => {
  const nestedOf = (text: string) =>
    view('embeddings', { model: 'm', input: text }).units.filter(({ path }) => path.includes('!json'));

  it('is opened, keys and values, two levels deep', () => {
    const third = JSON.stringify({ c: 'deepest' });
    const second = JSON.stringify({ b: ['two', third] });
    const nested = nestedOf(` \n${JSON.stringify({ content: second })} `);
    expect(nested.map(({ text, path, span, kind, role }) => [text, path, span, kind, role])).toEqual([
      ['content', '/input!json/content#key', null, 'message', 'user'],
      [second, '/input!json/content', null, 'message', 'user'],
      ['b', '/input!json/content!json/*0#key', null, 'message', 'user'],
      ['two', '/input!json/content!json/*0/0', null, 'message', 'user'],
      [third, '/input!json/content!json/*0/1', null, 'message', 'user'],
    ]);
  });

  it('is seen behind escapes, duplicates and a second encoding', () => {
    expect(nestedOf('{"a":"\\u0073ecret","a":"other","\\ud800":1}').map(({ text }) => text)).toEqual([
      'a',
      'secret',
      'a',
      'other',
      '\ud800',
    ]);
    expect(nestedOf(JSON.stringify('{"a":"b\\u0063"}')).map(({ text }) => text)).toContain('bc');
  });

  it.each(['{not json}', '[', '{"a":1} and more', '"quoted"', '[1,]'])('is not seen in %s', (text) => {
    expect(nestedOf(text)).toEqual([]);
  });

  it('is named as not opened when it is too large or too deep', () => {
    const large = JSON.stringify(Array.from({ length: 500_001 }, () => 0));
    for (const text of [large, '['.repeat(200) + ']'.repeat(200)]) {
      expect(view('embeddings', { model: 'm', input: text }).skipped).toEqual([
        { what: 'json-in-string', why: expect.stringContaining('larger or deeper') },
      ]);
    }
  });
});

describe('headers', () => {
  it('are inspected text without a span, JSON in them included', () => {
    const { units } = view('embeddings', { model: 'm' }, [
      { name: 'X-Title', value: 'hello' },
      { name: 'x-meta', value: '{"url":"git@host:a/b"}' },
    ]);
    expect(
      units.filter(({ kind }) => kind === 'header').map(({ path, text, span }) => [path, text, span]),
    ).toEqual([
      ['header:x-title', 'hello', null],
      ['header:x-meta', '{"url":"git@host:a/b"}', null],
      ['header:x-meta!json/url#key', 'url', null],
      ['header:x-meta!json/url', 'git@host:a/b', null],
    ]);
  });
});
