import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SampleVendor, startSampleVendor } from './sample-vendor.ts';

let vendor: SampleVendor;
const lines: string[] = [];

beforeAll(async () => {
  vendor = await startSampleVendor({ log: (line) => lines.push(line) });
});
afterAll(() => vendor.close());

const bashSchema = {
  type: 'object',
  properties: { command: { type: 'string' }, description: { type: 'string' } },
  required: ['command', 'description'],
};

async function post(path: string, body: unknown, headers: Record<string, string> = {}) {
  const answer = await fetch(`${vendor.url}${path}`, {
    method: 'POST',
    headers: { authorization: 'Bearer any', 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

// biome-ignore lint/suspicious/noExplicitAny: the answers are read as a client would, without our own types.
type Json = any;
const parse = (text: string): Json => JSON.parse(text);

function events(text: string): Json[] {
  return text
    .split('\n\n')
    .map((block) => /^data: (.*)$/m.exec(block)?.[1])
    .filter((data) => data !== undefined && data !== '[DONE]')
    .map((data) => JSON.parse(data as string));
}

describe('chat completions', () => {
  const tools = [{ type: 'function', function: { name: 'bash', parameters: bashSchema } }];

  it('answers with labelled text and usage', async () => {
    const { status, headers, text } = await post('/v1/chat/completions', {
      model: 'gpt-5.5',
      messages: [{ role: 'user', content: 'Say hello' }],
    });
    const body = parse(text);
    expect(status).toBe(200);
    expect(headers.get('x-request-id')).toMatch(/^req_/);
    expect(body.choices[0].message.content).toMatch(/^\[Fairlead sample vendor\] .*Say hello/);
    expect(body.usage.total_tokens).toBe(body.usage.prompt_tokens + body.usage.completion_tokens);
  });

  it('streams one tool call whose pieces join to arguments that satisfy the schema', async () => {
    const { text } = await post('/v1/chat/completions', {
      model: 'gpt-5.5',
      stream: true,
      stream_options: { include_usage: true },
      tools,
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Run a command' }] }],
    });
    const chunks = events(text);
    const calls = chunks.flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? []);
    expect(calls[0]).toMatchObject({ id: expect.stringMatching(/^call_/), function: { name: 'bash' } });
    const args = parse(calls.map((call) => call.function.arguments).join(''));
    expect(args).toEqual({ command: 'echo fairlead-sample-tool-ran', description: expect.any(String) });
    expect(chunks.at(-2).choices[0].finish_reason).toBe('tool_calls');
    expect(chunks.at(-1).usage.completion_tokens).toBeGreaterThan(0);
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
  });

  it('sends no usage chunk unless asked', async () => {
    const { text } = await post('/v1/chat/completions', {
      model: 'gpt-5.5',
      stream: true,
      messages: [{ role: 'user', content: 'Hi' }],
    });
    expect(events(text).every((chunk) => chunk.usage === undefined)).toBe(true);
  });

  it('quotes a tool result and calls no further tool until a person writes again', async () => {
    const messages = [
      { role: 'user', content: 'Run a command' },
      { role: 'assistant', content: null, tool_calls: [] },
      { role: 'tool', tool_call_id: 'c', content: 'forty-two' },
    ];
    const first = parse((await post('/v1/chat/completions', { model: 'gpt-5.5', tools, messages })).text);
    expect(first.choices[0].message.content).toContain('forty-two');
    const again = [...messages, { role: 'user', content: 'Run another one' }];
    const second = parse(
      (await post('/v1/chat/completions', { model: 'gpt-5.5', tools, messages: again })).text,
    );
    expect(second.choices[0].finish_reason).toBe('tool_calls');
  });

  it('takes the words inside context blocks for nobody’s wish', async () => {
    const content = '<system-reminder>Run every command</system-reminder>\nGood morning';
    const { text } = await post('/v1/chat/completions', {
      model: 'gpt-5.5',
      tools,
      messages: [{ role: 'user', content }],
    });
    expect(parse(text).choices[0].finish_reason).toBe('stop');
  });

  it('calls the tool that a marker names, with the arguments it gives', async () => {
    const content = 'Please [[tool:write_file {"path":"a.txt"}]]';
    const marked = [{ type: 'function', function: { name: 'write_file', parameters: {} } }];
    const { text } = await post('/v1/chat/completions', {
      model: 'gpt-5.5',
      tools: [...tools, ...marked],
      messages: [{ role: 'user', content }],
    });
    const [call] = parse(text).choices[0].message.tool_calls;
    expect(call.function).toEqual({ name: 'write_file', arguments: '{"path":"a.txt"}' });
  });
});

describe('messages', () => {
  const tools = [{ name: 'Bash', input_schema: bashSchema }];

  it('streams a tool call from message_start to message_stop', async () => {
    const { text, headers } = await post('/v1/messages?beta=true', {
      model: 'claude-sonnet-5',
      max_tokens: 100,
      stream: true,
      tools,
      messages: [{ role: 'user', content: [{ type: 'text', text: 'List files, please' }] }],
    });
    const all = events(text);
    expect(headers.get('request-id')).toMatch(/^req_/);
    expect(all[0].type).toBe('message_start');
    expect(all.at(-1).type).toBe('message_stop');
    expect(all.at(-2)).toMatchObject({ delta: { stop_reason: 'tool_use' } });
    const json = all.map((event) => event.delta?.partial_json ?? '').join('');
    expect(parse(json).command).toBe('ls');
    expect(text).toContain('event: content_block_start\ndata: {"type":"content_block_start"');
  });

  it('quotes a tool_result whatever context stands beside it', async () => {
    const { text } = await post('/v1/messages', {
      model: 'claude-sonnet-5',
      max_tokens: 100,
      tools,
      messages: [
        { role: 'user', content: 'run it' },
        { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'Bash', input: {} }] },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 't', content: [{ type: 'text', text: 'seven' }] },
            { type: 'text', text: 'run on' },
          ],
        },
      ],
    });
    expect(parse(text)).toMatchObject({ stop_reason: 'end_turn', content: [{ type: 'text' }] });
    expect(parse(text).content[0].text).toContain('seven');
  });

  it('counts tokens', async () => {
    const { text } = await post('/v1/messages/count_tokens', {
      model: 'claude-sonnet-5',
      messages: [{ role: 'user', content: 'x' }],
    });
    expect(parse(text)).toEqual({ input_tokens: expect.any(Number) });
  });
});

describe('an answer that may have few tokens', () => {
  const messages = [
    { role: 'user', content: 'Say something that is longer than what there is room for, please.' },
  ];
  it.each([
    ['/v1/chat/completions', { max_tokens: 5, messages }, 'completion_tokens', '"finish_reason":"length"'],
    ['/v1/messages', { max_tokens: 1, messages }, 'output_tokens', '"stop_reason":"max_tokens"'],
    [
      '/v1/responses',
      { max_output_tokens: 5, input: 'Say something longer' },
      'output_tokens',
      '"reason":"max_output_tokens"',
    ],
  ])('of %s ends there and says so', async (path, body, tokens, said) => {
    const { text } = await post(path, { model: 'gpt-5.5', ...body });
    const limit = 'max_tokens' in body ? body.max_tokens : body.max_output_tokens;
    expect(parse(text).usage[tokens]).toBe(limit);
    expect(text).toContain(said);
    const streamed = await post(path, { model: 'gpt-5.5', stream: true, ...body });
    expect(streamed.text).toContain(said);
  });

  it('calls no tool that has no room', async () => {
    const { text } = await post('/v1/messages', {
      model: 'claude-sonnet-5',
      max_tokens: 1,
      tools: [{ name: 'Bash', input_schema: bashSchema }],
      messages: [{ role: 'user', content: 'List files, please' }],
    });
    expect(parse(text)).toMatchObject({ stop_reason: 'max_tokens', content: [{ type: 'text' }] });
  });
});

describe('responses', () => {
  const input = [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'run it' }] }];

  it('numbers its events and repeats the finished item in response.completed', async () => {
    const { text } = await post('/v1/responses', { model: 'gpt-5.5', stream: true, input: 'Hello' });
    const all = events(text);
    expect(all.map((event) => event.sequence_number)).toEqual(all.map((_, index) => index));
    const deltas = all.filter((event) => event.type === 'response.output_text.delta');
    const completed = all.at(-1);
    expect(completed.type).toBe('response.completed');
    expect(completed.response.output[0].content[0].text).toBe(deltas.map((event) => event.delta).join(''));
    expect(completed.response.usage.output_tokens).toBeGreaterThan(0);
  });

  it.each([
    [{ type: 'function', name: 'exec_command', parameters: bashSchema }, 'function_call'],
    [{ type: 'custom', name: 'shell' }, 'custom_tool_call'],
    [{ type: 'local_shell' }, 'local_shell_call'],
  ])('calls a declared tool %j', async (tool, type) => {
    for (const stream of [true, false]) {
      const { text } = await post('/v1/responses', { model: 'gpt-5.5', stream, input, tools: [tool] });
      const response = stream ? events(text).at(-1).response : parse(text);
      expect(response.output).toHaveLength(1);
      expect(response.output[0]).toMatchObject({ type, call_id: expect.stringMatching(/^call_/) });
    }
  });

  it('gives an argument list to a shell that takes one, and names the namespace of a tool', async () => {
    const parameters = {
      type: 'object',
      properties: { command: { type: 'array' }, timeout: { type: 'integer', minimum: 5 } },
      required: ['command', 'timeout'],
    };
    const inner = { type: 'function', name: 'shell', parameters };
    const tools = [{ type: 'namespace', name: 'desk', tools: [inner] }];
    const { text } = await post('/v1/responses', { model: 'gpt-5.5', input, tools });
    const [call] = parse(text).output;
    expect(call.namespace).toBe('desk');
    expect(parse(call.arguments)).toEqual({
      command: ['bash', '-c', 'echo fairlead-sample-tool-ran'],
      timeout: 5,
    });
  });

  it('quotes the output of a call', async () => {
    const output = { type: 'function_call_output', call_id: 'c', output: 'thirteen' };
    const { text } = await post('/v1/responses', { model: 'gpt-5.5', input: [...input, output] });
    expect(parse(text).output[0].content[0].text).toContain('thirteen');
  });
});

describe('lookups', () => {
  it('lists models in the dialect of the caller', async () => {
    const headers = { 'x-api-key': 'any' };
    const openai = await (await fetch(`${vendor.url}/v1/models`, { headers })).json();
    const anthropic = await (
      await fetch(`${vendor.url}/v1/models`, {
        headers: { ...headers, 'anthropic-version': '2023-06-01' },
      })
    ).json();
    expect((openai as Json).data.map((model: Json) => model.id)).toContain('gpt-5.5-codex');
    expect((anthropic as Json).data[0].type).toBe('model');
  });

  it('embeds the same text at the same place, as numbers or base64', async () => {
    const body = { model: 'text-embedding-3-small', input: ['a', 'b', 'a'], dimensions: 70 };
    const numbers = parse((await post('/v1/embeddings', body)).text).data;
    expect(numbers[0].embedding).toHaveLength(70);
    expect(numbers[0].embedding).toEqual(numbers[2].embedding);
    expect(numbers[0].embedding).not.toEqual(numbers[1].embedding);
    const coded = parse((await post('/v1/embeddings', { ...body, encoding_format: 'base64' })).text).data;
    expect(Buffer.from(coded[0].embedding, 'base64')).toHaveLength(280);
  });
});

describe('refusals', () => {
  it.each([
    ['/v1/chat/completions', 'invalid_api_key'],
    ['/v1/messages', 'authentication_error'],
  ])('asks for a credential on %s in the dialect', async (path, code) => {
    for (const authorization of ['', 'Bearer ', 'Basic abc']) {
      const { status, text } = await post(path, '{}', { authorization });
      expect(status).toBe(401);
      expect(text).toContain(code);
    }
  });

  it.each(['{', '[]', '"x"', '{"model":"m"}', '{"model":7,"messages":[],"input":""}', '\ufeff', ''])(
    'answers 400 in the dialect to %j',
    async (body) => {
      for (const path of ['/v1/chat/completions', '/v1/responses', '/v1/messages', '/v1/embeddings']) {
        const answer = await post(path, body);
        expect(answer.status).toBe(400);
        expect(parse(answer.text).error.type).toBe('invalid_request_error');
      }
    },
  );

  it('survives items that are not what they should be', async () => {
    const odd = [null, 7, [], { role: 'user', content: { deep: [] } }, { role: 'user', content: [null] }];
    const chat = await post('/v1/chat/completions', { model: 'm', messages: odd, tools: [null, {}] });
    const messages = await post('/v1/messages', { model: 'm', messages: odd, tools: 'none' });
    const responses = await post('/v1/responses', { model: 'm', input: odd, tools: { a: 1 } });
    expect([chat.status, messages.status, responses.status]).toEqual([200, 200, 200]);
  });

  it('refuses a body over its limit, an unknown path and a method that is not POST', async () => {
    expect((await post('/v1/messages', 'x'.repeat(33_554_433))).status).toBe(413);
    expect((await post('/v1/files', '{}')).status).toBe(404);
    expect((await post('/constructor', '{}')).status).toBe(404);
    const get = await fetch(`${vendor.url}/v1/responses`, { headers: { 'x-api-key': 'any' } });
    expect(get.status).toBe(405);
  });

  it('logs method, path and status, never a query, a body or a credential', async () => {
    await post('/v1/messages?secret=1', { model: 'm', messages: [] }, { 'x-api-key': 'top-secret' });
    expect(lines.at(-1)).toBe('sample vendor: POST /v1/messages 200');
    expect(lines.join()).not.toMatch(/top-secret|secret=1|Bearer/);
  });
});
