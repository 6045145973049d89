import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Hash } from '../ports/index.ts';
import { encodeUtf8 } from '../text/index.ts';
import type { Endpoint } from '../wire/index.ts';
import { type BodyLayout, createBodyMemory } from './body-memory.ts';
import { type BodyReading, inspectReading, readBody, readReduced } from './body-reading.ts';
import { createInspector } from './inspector.ts';

const hash: Hash = {
  sha256: (...parts) => {
    const whole = createHash('sha256');
    for (const part of parts) whole.update(part);
    return whole.digest();
  },
  hmacSha256: (key, data) => createHmac('sha256', key).update(data).digest(),
};
const findingsKey = new Uint8Array(32).fill(7);
const inspector = createInspector({ hash, findingsKey, cacheUnits: 0 });

// Assembled here, so that the repository holds no token.
const token = `ghp_${'aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC2'}${'2LfBSN'}`;
const texts = [
  'please look at this',
  `the token is ${token.slice(0, 9)}`,
  `${token.slice(9)} and more`,
  `token ${token}`,
  'password = "hunter2hunter2"',
  'a long text '.repeat(60),
  'mail jane.roe@widgets-inc.de',
  `→ ${'é'.repeat(300)}`,
  '{"password":"s3cretS3cret!","path":"a.ts"}',
  '',
];
const text = fc.constantFrom(...texts);

interface Body {
  readonly endpoint: Endpoint;
  readonly json: string;
}

const message = fc.oneof(
  text.map((content) => ({ role: 'user', content })),
  text.map((content) => ({ role: 'assistant', content, tool_calls: [] as unknown[] })),
  fc.tuple(text, text).map(([a, b]) => ({
    role: 'assistant',
    content: a,
    tool_calls: [{ id: 'c1', type: 'function', function: { name: 'mcp__files__read', arguments: b } }],
  })),
  text.map((content) => ({ role: 'tool', tool_call_id: 'c1', content })),
  text.map((value) => ({
    role: 'user',
    content: [
      { type: 'text', text: value },
      { type: 'image_url', image_url: { url: 'https://x.example/a.png' } },
    ],
  })),
  fc.constantFrom(
    { role: 'user', content: 'card', amount: 4111111111111111 },
    { role: 'user', content: null },
    { role: 'system', content: 'be brief' },
    { role: 'assistant', content: 'x'.repeat(70), audio: { id: 'a1' } },
  ),
  fc.constantFrom<unknown>('a bare string that is long enough to be remembered if it could be', 17, null),
);
const tool = fc.constantFrom<unknown>(
  { type: 'function', function: { name: 'read_file', description: 'reads '.repeat(12), parameters: {} } },
  { type: 'web_search_20250305', name: 'web_search', note: 'a tool of the vendor, described at length here' },
  {
    type: 'mcp',
    server_label: 'files',
    server_url: 'https://mcp.example/',
    note: 'more words to make it long',
  },
);

const conversation = fc.record({
  messages: fc.array(message, { minLength: 1, maxLength: 7 }),
  tools: fc.array(tool, { maxLength: 3 }),
  toolsFirst: fc.boolean(),
});
type Talk = typeof conversation extends fc.Arbitrary<infer T> ? T : never;

/** What happens to a conversation between two turns. */
const change = fc.oneof(
  fc.record({ kind: fc.constant('append' as const), message }),
  fc.record({ kind: fc.constant('replace' as const), at: fc.nat(6), message }),
  fc.record({ kind: fc.constant('remove' as const), at: fc.nat(6) }),
  fc.record({ kind: fc.constant('insert' as const), at: fc.nat(6), message }),
  fc.record({ kind: fc.constant('tools' as const), tool }),
);
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function changed(talk: Talk, step: Change): Talk {
  const messages = [...talk.messages];
  if (step.kind === 'append') messages.push(step.message);
  else if (step.kind === 'tools') return { ...talk, tools: [...talk.tools, step.tool] };
  else {
    const at = step.at % messages.length;
    if (step.kind === 'replace') messages[at] = step.message;
    else if (step.kind === 'remove' && messages.length > 1) messages.splice(at, 1);
    else if (step.kind === 'insert') messages.splice(at, 0, step.message);
  }
  return { ...talk, messages };
}

function bodyOf(talk: Talk, endpoint: Endpoint): Body {
  const list = endpoint === 'responses' ? { input: talk.messages } : { messages: talk.messages };
  const tools = talk.tools.length > 0 ? { tools: talk.tools } : {};
  const parts = talk.toolsFirst ? { ...tools, ...list } : { ...list, ...tools };
  return {
    endpoint,
    json: JSON.stringify({ model: 'm', stream: true, ...parts, metadata: { user_id: 'u' } }),
  };
}

const headers = [{ name: 'user-agent', value: 'agent/1.0' }];

function outcomeOf(reading: BodyReading) {
  const { report, layout } = inspectReading(inspector, hash, reading, [], 's');
  const { units: _, ...view } = reading.view;
  return { view, report, layout };
}

/** Goes through the turns with a memory; every one must come to what it comes to without. */
function follow(bodies: readonly Body[]): { readonly reduced: number } {
  const memory = createBodyMemory(hash);
  let reduced = 0;
  let replaced: BodyLayout | null = null;
  for (const { endpoint, json } of bodies) {
    const body = encodeUtf8(json);
    const expected = outcomeOf(readBody(endpoint, body, headers));
    const match = memory.match(endpoint, body);
    const known = match === null ? null : readReduced(endpoint, body, headers, match);
    if (known !== null) reduced += 1;
    const actual = outcomeOf(known ?? readBody(endpoint, body, headers));
    expect(actual.view).toEqual(expected.view);
    expect(actual.report).toEqual(expected.report);
    expect(actual.layout).toEqual(expected.layout);
    replaced = match?.layout ?? null;
    memory.remember(endpoint, actual.layout, replaced);
  }
  return { reduced };
}

describe('a conversation that is sent again', () => {
  it('comes to the same with a memory of earlier turns as without, whatever changed in between', () => {
    let reduced = 0;
    const endpoints = fc.constantFrom<Endpoint>('chat-completions', 'responses', 'messages');
    fc.assert(
      fc.property(conversation, fc.array(change, { maxLength: 6 }), endpoints, (first, steps, endpoint) => {
        const talks = [first];
        for (const step of steps) talks.push(changed(talks.at(-1) as Talk, step));
        reduced += follow(talks.map((talk) => bodyOf(talk, endpoint))).reduced;
      }),
      { numRuns: 400 },
    );
    expect(reduced).toBeGreaterThan(100);
  });

  it('finds a token that a new message completes, and one split between known messages', () => {
    const filler = { role: 'assistant', content: 'words and more words '.repeat(10) };
    const start = { messages: [{ role: 'user', content: 'hello' }, filler], tools: [], toolsFirst: false };
    const half = { role: 'assistant', content: `${'so it goes '.repeat(8)}${token.slice(0, 12)}` };
    const rest = { role: 'assistant', content: `${token.slice(12)} ${'so it goes '.repeat(8)}` };
    const turns: Talk[] = [start];
    for (const next of [half, rest, filler, filler]) {
      turns.push({ ...start, messages: [...(turns.at(-1) as Talk).messages, next] });
    }
    const { reduced } = follow(turns.map((talk) => bodyOf(talk, 'chat-completions')));
    expect(reduced).toBe(4);
    const last = encodeUtf8(bodyOf(turns.at(-1) as Talk, 'chat-completions').json);
    const { report } = outcomeOf(readBody('chat-completions', last, headers));
    expect(report.findings.map((finding) => finding.detector)).toContain('github-token');
  });
});

describe('images in a conversation', () => {
  const pixels = btoa(Array.from({ length: 90 }, (_, i) => String.fromCharCode((i * 37) & 255)).join(''));
  const url = `data:image/png;base64,${pixels}`;
  const body = encodeUtf8(
    JSON.stringify({
      model: 'm',
      messages: [
        { role: 'user', content: 'see this' },
        { role: 'user', content: [{ type: 'image_url', image_url: { url } }] },
      ],
    }),
  );

  it('are counted whether its elements are told apart, known, or neither', () => {
    const plain = readBody('chat-completions', body, [], false).view;
    expect(plain).toMatchObject({ images: 1, imageBytes: url.length + 2 });
    const apart = readBody('chat-completions', body, []);
    const memory = createBodyMemory(hash);
    memory.remember('k', inspectReading(inspector, hash, apart, [], 's').layout, null);
    const match = memory.match('k', body);
    expect(match?.known.length).toBe(1);
    const known = match === null ? null : readReduced('chat-completions', body, [], match);
    for (const view of [apart.view, known?.view]) {
      expect(view).toMatchObject({ images: plain.images, imageBytes: plain.imageBytes });
    }
  });
});

describe('known elements', () => {
  const filler = 'words and more words '.repeat(10);
  const talk: Talk = {
    messages: [
      { role: 'user', content: 'hello' },
      ...[1, 2, 3].map((n) => ({ role: 'user', content: `${n} ${filler}` })),
    ],
    tools: [],
    toolsFirst: false,
  };
  const { json } = bodyOf(talk, 'chat-completions');
  const element = JSON.stringify(talk.messages[1]);
  // One byte less before it, so that it stands where it stood when one more comes before it.
  const moved = json.replace('hello', 'hell');
  const memory = createBodyMemory(hash);
  memory.remember('k', outcomeOf(readBody('chat-completions', encodeUtf8(json), [])).layout, null);

  function tryReduced(text: string): BodyReading | null {
    const body = encodeUtf8(text);
    const match = memory.match('k', body);
    expect(match, 'some of it is known').not.toBeNull();
    return match === null ? null : readReduced('chat-completions', body, [], match);
  }

  it('are taken where they stand in their own array', () => {
    expect(tryReduced(json)?.elements.passed).toHaveLength(3);
  });

  it.each([
    ['inside a string', moved.replace(`,${element}`, `,"${element}"`)],
    ['in another array', json.replace('"messages":', '"other":')],
    ['behind a digit', moved.replace(`,${element}`, `,1${element}`)],
    ['before a digit', json.replace(`${element},`, `${element}1,`)],
    ['as a key', moved.replace(`,${element}`, `,{${element}:1}`)],
    ['one level deeper', moved.replace(`,${element}`, `,[${element}]`)],
    ['in a body that ends too early', json.slice(0, -1)],
    ['in a body with a duplicate key', json.replace('"stream":true', '"stream":true,"stream":true')],
  ])('make the whole body be read when one stands %s', (_, text) => {
    expect(tryReduced(text)).toBeNull();
  });

  it('make the whole body be read when one would be the first text of the user', () => {
    const { messages } = talk;
    const without = bodyOf({ ...talk, messages: messages.slice(1) }, 'chat-completions').json;
    expect(tryReduced(without)).toBeNull();
  });

  it('hold nothing of what was sent', () => {
    const body = encodeUtf8(json);
    const { layout } = outcomeOf(readBody('chat-completions', body, []));
    expect(layout.elements.length).toBe(3);
    expect(JSON.stringify(layout)).not.toContain('words');
  });
});

describe('a memory of bodies', () => {
  const layoutOf = (words: string): BodyLayout => {
    const messages = [
      { role: 'user', content: 'hello' },
      { role: 'assistant', content: words.repeat(20) },
    ];
    const { json } = bodyOf({ messages, tools: [], toolsFirst: false }, 'chat-completions');
    return outcomeOf(readBody('chat-completions', encodeUtf8(json), [])).layout;
  };
  const bodyWith = (words: string) =>
    encodeUtf8(
      bodyOf(
        {
          messages: [
            { role: 'user', content: 'hello' },
            { role: 'assistant', content: words.repeat(20) },
          ],
          tools: [],
          toolsFirst: false,
        },
        'chat-completions',
      ).json,
    );

  it('keeps keys apart', () => {
    const memory = createBodyMemory(hash);
    memory.remember('one', layoutOf('some words'), null);
    expect(memory.match('one', bodyWith('some words'))?.known).toHaveLength(1);
    expect(memory.match('two', bodyWith('some words'))).toBeNull();
  });

  it('forgets what was used longest ago', () => {
    const memory = createBodyMemory(hash, 2);
    for (const words of ['first one', 'second 1', 'the third']) memory.remember(words, layoutOf(words), null);
    expect(memory.match('first one', bodyWith('first one'))).toBeNull();
    expect(memory.match('second 1', bodyWith('second 1'))).not.toBeNull();
    expect(memory.match('the third', bodyWith('the third'))).not.toBeNull();
  });

  it('puts a body in the place of the one it goes on from', () => {
    const memory = createBodyMemory(hash, 2);
    let last: BodyLayout | null = null;
    memory.remember('other', layoutOf('other words'), null);
    for (let turn = 0; turn < 5; turn += 1) {
      const layout = layoutOf(`words ${turn}`);
      memory.remember('k', layout, last);
      last = layout;
    }
    expect(memory.match('other', bodyWith('other words'))).not.toBeNull();
    expect(memory.match('k', bodyWith('words 3'))).toBeNull();
    expect(memory.match('k', bodyWith('words 4'))).not.toBeNull();
  });
});
