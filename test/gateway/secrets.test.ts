import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, type Route, refusalText, routes } from '../support/calls.ts';
import type { Incoming } from '../support/client.ts';
import { type Governed, startGoverned } from '../support/governed.ts';
import { filesContaining, filesUnder } from '../support/grep.ts';
import { type Planted, plantedSecrets } from '../support/planted-secrets.ts';

let governed: Governed;
const answers: Incoming[] = [];
/** The refused calls and the data class that each entry must name. */
const refused: { readonly op: string; readonly dataClass: string }[] = [];
const planted = plantedSecrets();

beforeAll(async () => {
  governed = await startGoverned();
});
afterAll(() => governed.close());

/** Where a secret can stand, per dialect: a body that holds it just there. */
const chatPlaces: Readonly<Record<string, (secret: string) => object>> = {
  'the system text': (secret) => ({
    model: 'gpt-5.5',
    messages: [
      { role: 'system', content: secret },
      { role: 'user', content: 'Hi' },
    ],
  }),
  'a message': (secret) => routes.chat.body(secret),
  'a part of a message': (secret) => ({
    model: 'gpt-5.5',
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Look:' },
          { type: 'text', text: secret },
        ],
      },
    ],
  }),
  'a tool result': (secret) => ({
    model: 'gpt-5.5',
    messages: [
      { role: 'user', content: 'Hi' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c', type: 'function', function: { name: 'x', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'c', content: secret },
    ],
  }),
  'tool arguments': (secret) => ({
    model: 'gpt-5.5',
    messages: [
      { role: 'user', content: 'Hi' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'c', type: 'function', function: { name: 'x', arguments: JSON.stringify({ text: secret }) } },
        ],
      },
      { role: 'tool', tool_call_id: 'c', content: 'done' },
    ],
  }),
  'JSON inside a string': (secret) => routes.chat.body(JSON.stringify({ a: [{ file: secret }] })),
  'JSON inside JSON inside a string': (secret) =>
    routes.chat.body(JSON.stringify({ outer: JSON.stringify({ inner: secret }) })),
  'a tool’s description': (secret) => ({
    ...routes.chat.body('Hi'),
    tools: [{ type: 'function', function: { name: 'x', description: secret, parameters: {} } }],
  }),
  'a key': (secret) => ({ ...routes.chat.body('Hi'), metadata: { [secret]: '1' } }),
  'a field nobody knows': (secret) => ({ ...routes.chat.body('Hi'), x_future: [{ deep: secret }] }),
};

const messagesPlaces: Readonly<Record<string, (secret: string) => object>> = {
  'the system text': (secret) => routes.messages.body('Hi', { system: secret }),
  'a system block': (secret) => routes.messages.body('Hi', { system: [{ type: 'text', text: secret }] }),
  'a message': (secret) => routes.messages.body(secret),
  'a tool result': (secret) => ({
    model: 'claude-sonnet-5',
    max_tokens: 9,
    messages: [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'x', input: {} }] },
      {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: 't', content: [{ type: 'text', text: secret }] }],
      },
    ],
  }),
  'tool arguments': (secret) => ({
    model: 'claude-sonnet-5',
    max_tokens: 9,
    messages: [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'x', input: { file: secret } }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: 'done' }] },
    ],
  }),
  'JSON inside a string': (secret) => routes.messages.body(JSON.stringify({ content: secret })),
};

const responsesPlaces: Readonly<Record<string, (secret: string) => object>> = {
  instructions: (secret) => routes.responses.body('Hi', { instructions: secret }),
  'a message': (secret) => routes.responses.body(secret),
  'a tool result': (secret) => ({
    model: 'gpt-5.5-codex',
    store: false,
    input: [
      { type: 'function_call', call_id: 'c', name: 'x', arguments: '{}' },
      { type: 'function_call_output', call_id: 'c', output: secret },
    ],
  }),
  'tool arguments': (secret) => ({
    model: 'gpt-5.5-codex',
    store: false,
    input: [
      { type: 'function_call', call_id: 'c', name: 'x', arguments: JSON.stringify({ cmd: secret }) },
      { type: 'function_call_output', call_id: 'c', output: 'done' },
    ],
  }),
  'JSON inside a string': (secret) =>
    routes.responses.body('Hi', { client_metadata: { note: JSON.stringify({ secret }) } }),
};

const places: readonly (readonly [Route, string, (secret: string) => object])[] = [
  ...Object.entries(chatPlaces).map(([name, build]) => [routes.chat, name, build] as const),
  ...Object.entries(messagesPlaces).map(([name, build]) => [routes.messages, name, build] as const),
  ...Object.entries(responsesPlaces).map(([name, build]) => [routes.responses, name, build] as const),
];

describe.each(planted)('$name', (secret: Planted) => {
  it.each(places)('is stopped on $path in %s', async (route, _place, build) => {
    const answer = await governed.untouched(() =>
      call(governed.gateway, route, governed.keys.allowed, build(secret.text)),
    );
    answers.push(answer);
    expect(answer.status, answer.text).toBe(route.refusal);
    expect(refusalText(answer)).toContain(`data.${secret.dataClass}`);
    refused.push({ op: String(answer.headers['x-fairlead-op']), dataClass: secret.dataClass });
  });
});

describe('the entries', () => {
  it('name detector and data class of what was stopped', async () => {
    expect(refused).toHaveLength(planted.length * places.length);
    const entries = new Map((await governed.app.entries()).map((line) => [line.op, line]));
    for (const { op, dataClass } of refused) {
      const entry = entries.get(op);
      expect(entry).toMatchObject({ kind: 'decision', decision: 'deny', forwarded: null });
      expect(entry?.policyIds).toContain(`data.${dataClass}`);
      const finding = entry?.findings?.find((candidate) => candidate.class === dataClass);
      expect(finding?.detector).toMatch(/\w/);
      expect(finding?.count).toBeGreaterThan(0);
    }
  });
});

describe('in a header', () => {
  it('that would be forwarded, a token is stopped too', async () => {
    const [token] = planted;
    const headers = ['anthropic-beta', token!.values[0]!];
    const answer = await governed.untouched(() =>
      call(governed.gateway, routes.messages, governed.keys.allowed, routes.messages.body('Hi'), { headers }),
    );
    answers.push(answer);
    expect(answer.status).toBe(451);
  });

  it('of the caller’s own key kind, a key of ours in the text is stopped', async () => {
    const body = routes.chat.body(`my key is ${governed.keys.unlisted}`);
    const answer = await governed.untouched(() =>
      call(governed.gateway, routes.chat, governed.keys.allowed, body),
    );
    answers.push(answer);
    expect(answer.status).toBe(400);
    expect(refusalText(answer)).toContain('data.secret');
  });
});

describe('clean neighbours', () => {
  it.each([
    ['a git hash', 'commit 7e60151ea2aad07dfbda8fdb56ecda209753d101 broke it'],
    ['a uuid', 'request 01a20bcc-64e9-7932-b89c-b5ed8498311d'],
    ['one test card', 'card 4242 4242 4242 4242'],
    ['a placeholder', 'export GITHUB_TOKEN=<your token here>'],
    [
      'a public key',
      '-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A\n-----END PUBLIC KEY-----',
    ],
  ])('go through: %s', async (_name, text) => {
    const answer = await call(governed.gateway, routes.chat, governed.keys.allowed, routes.chat.body(text));
    expect(answer.status, answer.text).toBe(200);
  });
});

describe('afterwards, the values', () => {
  // The data folder and the folder of the signing key beside it.
  const folder = () => dirname(governed.app.dataDir);
  const values = planted.flatMap((secret) => secret.values);
  const holds = (text: string) => values.filter((value) => text.includes(value));

  it('stand in no answer and no log line', () => {
    expect(answers.length).toBeGreaterThan(places.length);
    expect(answers.flatMap((answer) => holds(answer.text))).toEqual([]);
    expect(answers.flatMap((answer) => holds(answer.rawHeaders.join('\n')))).toEqual([]);
    expect(holds(governed.app.stdout())).toEqual([]);
    expect(holds(governed.app.stderr())).toEqual([]);
  });

  it('stand in no file of the data folder, running or stopped', async () => {
    expect(filesUnder(governed.app.dataDir).length).toBeGreaterThan(0);
    expect(filesContaining(folder(), values)).toEqual([]);
    await governed.app.stop();
    expect(filesContaining(folder(), values)).toEqual([]);
  });

  it('nor do keys and the admin token stand in a file or a log line', () => {
    const { keys, adminToken } = governed.app.ready;
    const credentials = [...Object.values(keys), adminToken];
    expect(filesContaining(folder(), credentials)).toEqual([]);
    expect(credentials.filter((value) => governed.app.stderr().includes(value))).toEqual([]);
  });
});
