import { describe, expect, it } from 'vitest';
import { encodeUtf8 } from '../text/index.ts';
import { type Endpoint, usageReader } from './index.ts';

const sse = (...events: readonly object[]): string =>
  events.map((e) => `data: ${JSON.stringify(e)}\n\n`).join('');

function read(endpoint: Endpoint, stream: boolean, text: string, size = 7, choices = 1) {
  const reader = usageReader(endpoint, stream, choices);
  const bytes = encodeUtf8(text);
  for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
  return reader.end();
}

const chatUsage = {
  prompt_tokens: 10,
  completion_tokens: 3,
  total_tokens: 13,
  prompt_tokens_details: { cached_tokens: 4 },
};
const responsesUsage = { input_tokens: 10, input_tokens_details: { cached_tokens: 4 }, output_tokens: 3 };
const expected = {
  usage: { inputTokens: 10, outputTokens: 3, cacheReadTokens: 4, cacheWriteTokens: 0 },
  problem: null,
};

const messageEvents = [
  {
    type: 'message_start',
    message: {
      usage: {
        input_tokens: 10,
        cache_creation_input_tokens: 7,
        cache_read_input_tokens: 4,
        output_tokens: 1,
      },
    },
  },
  { type: 'content_block_delta', delta: { type: 'text_delta', text: '"usage":{}' } },
  { type: 'message_delta', delta: {}, usage: { output_tokens: 2 } },
  { type: 'message_delta', delta: {}, usage: { output_tokens: 3, input_tokens: null } },
  { type: 'message_stop' },
];

describe('usageReader', () => {
  it('reads chat completions', () => {
    expect(read('chat-completions', false, JSON.stringify({ usage: chatUsage }))).toEqual(expected);
    const events = sse({ usage: null, choices: [] }, { choices: [], usage: chatUsage });
    expect(read('chat-completions', true, `${events}data: [DONE]\n\n`)).toEqual(expected);
  });

  it.each(['response.completed', 'response.incomplete'])('reads responses that end in %s', (type) => {
    const events = sse(
      { type: 'response.created', response: { usage: null } },
      { type, response: { usage: responsesUsage } },
    );
    expect(read('responses', true, events)).toEqual(expected);
    expect(read('responses', false, JSON.stringify({ usage: responsesUsage }))).toEqual(expected);
  });

  it('reads messages, whose later counts replace earlier ones', () => {
    const { usage } = read('messages', true, sse(...messageEvents));
    expect(usage).toEqual({ inputTokens: 10, outputTokens: 3, cacheReadTokens: 4, cacheWriteTokens: 7 });
    const aborted = read('messages', true, sse(...messageEvents.slice(0, 3)));
    expect(aborted.usage?.outputTokens).toBe(2);
    const body = JSON.stringify({ content: [], usage: { input_tokens: 1, output_tokens: 2 } });
    expect(read('messages', false, body).usage).toMatchObject({ inputTokens: 1, outputTokens: 2 });
  });

  it('reads embeddings, and takes counting tokens for free', () => {
    const body = JSON.stringify({ data: [], usage: { prompt_tokens: 5, total_tokens: 5 } });
    expect(read('embeddings', false, body).usage).toMatchObject({ inputTokens: 5, outputTokens: 0 });
    expect(read('count-tokens', false, '{"input_tokens":99}').usage).toMatchObject({
      inputTokens: 0,
      outputTokens: 0,
    });
  });

  it('reads how long a cache is kept, and the tier that was served', () => {
    const usage = {
      ...{ input_tokens: 1, output_tokens: 2, cache_creation_input_tokens: 9, service_tier: 'standard' },
      cache_creation: { ephemeral_5m_input_tokens: 4, ephemeral_1h_input_tokens: 5 },
    };
    const counts = { inputTokens: 1, outputTokens: 2, cacheReadTokens: 0, cacheWriteTokens: 9 };
    expect(read('messages', false, JSON.stringify({ usage })).usage).toEqual({
      ...counts,
      cacheWriteLongTokens: 5,
    });
    const fast = { usage: { ...usage, cache_creation: {}, speed: 'fast' } };
    expect(read('messages', false, JSON.stringify(fast)).usage).toEqual({ ...counts, serviceTier: 'fast' });
    const tier = (name: unknown) =>
      read('chat-completions', false, JSON.stringify({ usage: chatUsage, service_tier: name }));
    expect(tier('priority').usage?.serviceTier).toBe('priority');
    expect(tier('default').usage?.serviceTier).toBeUndefined();
    expect(tier('any words').usage?.serviceTier).toBe('unnamed');
    expect(tier(null).usage?.serviceTier).toBeUndefined();
    const event = { type: 'response.completed', response: { usage: responsesUsage, service_tier: 'flex' } };
    expect(read('responses', true, sse(event)).usage?.serviceTier).toBe('flex');
  });

  it.each([
    'data: {"usage":{"prompt_tokens":1}}\n\n',
    'data:{ "usage" \t:  {"prompt_tokens":1}}\r\n\r\n',
    'data: {"usage"\ndata: : {"prompt_tokens":1}}\n\n',
    'data: {"usage":\ndata: {"prompt_tokens":1}}\n\n',
    'data: {"a":"\u00fcg","usages":{},\ndata: "x":1,"usage":{\ndata: "prompt_tokens":1}}\n\n',
    'data: {"message":{"usage":null},"usage":{"prompt_tokens":1}}\n\n',
  ])('finds the usage of an event however it is written: %j', (text) => {
    for (let size = 1; size <= text.length; size += 1) {
      expect(read('chat-completions', true, text, size).usage?.inputTokens).toBe(1);
    }
  });

  it('passes by an event that only names it', () => {
    const text = 'data: {"usage":null\n\ndata: not JSON\n\ndata: "usage" : 5,\n\n';
    expect(read('chat-completions', true, text).problem).toBe('the response reports no usage');
  });

  it('says when the last counts are missing', () => {
    const final = (endpoint: Endpoint, ...events: object[]) =>
      read(endpoint, true, sse(...events)).usage?.final;
    expect(final('messages', ...messageEvents.slice(0, 2))).toBe(false);
    expect(final('messages', ...messageEvents.slice(0, 3))).toBeUndefined();
    const chunk = (finish_reason: string | null) => ({
      choices: [{ delta: {}, finish_reason }],
      usage: chatUsage,
    });
    expect(final('chat-completions', chunk(null))).toBe(false);
    expect(final('chat-completions', chunk(null), chunk('stop'))).toBeUndefined();
    expect(final('chat-completions', chunk(null), { choices: [], usage: chatUsage })).toBeUndefined();
    const response = { usage: responsesUsage };
    expect(final('responses', { type: 'response.in_progress', response })).toBe(false);
    expect(final('responses', { type: 'response.failed', response })).toBeUndefined();
    const body = JSON.stringify({ type: 'message_start', usage: chatUsage });
    expect(read('chat-completions', false, body).usage?.final).toBeUndefined();
  });

  it('of several choices are the last counts when each has finished', () => {
    const chunk = (index: number, finish_reason: string | null, usage: object | null = chatUsage) => ({
      choices: [{ index, delta: {}, finish_reason }],
      usage,
    });
    const done = 'data: [DONE]\n\n';
    const final = (text: string, size?: number) => read('chat-completions', true, text, size, 2).usage?.final;
    expect(final(sse(chunk(0, null), chunk(0, 'stop')))).toBe(false);
    expect(final(sse(chunk(0, 'stop'), chunk(0, 'stop'), chunk(1, null)))).toBe(false);
    expect(final(sse(chunk(0, 'stop'), chunk(1, null), chunk(1, 'length')))).toBeUndefined();
    expect(final(sse(chunk(0, 'stop'), { choices: [], usage: chatUsage }))).toBeUndefined();
    // Reported once, beside the last choice to finish.
    const once = sse(chunk(0, 'stop', null), chunk(1, 'stop'));
    expect(final(once)).toBe(false);
    for (const size of [1, 7, 10_000]) expect(final(once + done, size)).toBeUndefined();
  });

  it.each([
    ['negative', -1],
    ['fractional', 1.5],
    ['too large', 1e9 + 1],
    ['text', '10'],
    ['an object', {}],
  ])('gives no usage when a count is %s', (_, bad) => {
    const usage = { ...chatUsage, completion_tokens: bad };
    const found = { usage: null, problem: 'completion_tokens is no plausible count' };
    expect(read('chat-completions', false, JSON.stringify({ usage }))).toEqual(found);
    expect(read('chat-completions', true, sse({ usage }, { usage: chatUsage }))).toEqual(found);
  });

  it.each<[string, boolean, string, string]>([
    ['nothing', false, '', 'the response could not be read'],
    ['no JSON', false, 'Bad gateway', 'the response could not be read'],
    [
      'a count twice',
      false,
      '{"usage":{"prompt_tokens":1,"prompt_tokens":2}}',
      'the response could not be read',
    ],
    ['no usage', false, '{}', 'the response reports no usage'],
    ['an empty stream', true, '', 'the response reports no usage'],
    ['a broken event', true, 'data: {"usage":{}\n\n', 'the response could not be read'],
  ])('says why there is none: %s', (_, stream, text, problem) => {
    expect(read('responses', stream, text)).toEqual({ usage: null, problem });
  });

  it('keeps its memory bounded', () => {
    const big = `{"x":"${'x'.repeat(5 * 1024 * 1024)}","usage":{"prompt_tokens":1}}`;
    expect(read('chat-completions', false, big, 1 << 16).problem).toMatch(/larger than 4194304 bytes/);
    const endless = `data: ${'x'.repeat(9 * 1024 * 1024)}`;
    expect(read('chat-completions', true, endless, 1 << 16).problem).toMatch(/an event is larger/);
  });

  it('does not keep the caller\u2019s buffer', () => {
    const reader = usageReader('chat-completions', false);
    const bytes = encodeUtf8(JSON.stringify({ usage: chatUsage }));
    reader.push(bytes);
    bytes.fill(0);
    expect(reader.end()).toEqual(expected);
    expect(reader.end()).toEqual(expected);
  });

  it.each([
    ['by itself', (text: string) => `data: ${text}\n\n`],
    ['broken between lines', (text: string) => `data: ${text.replace(':{', '\ndata: :\ndata: {')}\n\n`],
    ['with other line ends', (text: string) => `data: ${text.replace(':{', ':\r\ndata: {')}\r\n\r\n`],
  ])('finds usage among whole events that are passed by: %s', (_, written) => {
    const plain = 'data: {"choices":[{"delta":{"content":"an usage: {"}}],"usage":null}\n\n';
    const last = written(`{"choices":[],"usage":${JSON.stringify(chatUsage)}}`);
    const reader = usageReader('chat-completions', true);
    for (const chunk of [plain, plain + plain, last, plain]) reader.push(encodeUtf8(chunk));
    expect(reader.end()).toEqual(expected);
  });
});
