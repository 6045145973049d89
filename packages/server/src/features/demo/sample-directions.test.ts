import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Direction, directionText, readDirection } from './sample-directions.ts';
import { type SampleVendor, startSampleVendor } from './sample-vendor.ts';

const word = 'c0ffee';
const plain: Direction = { tokens: 40, cached: 0, delayMs: 0, paceMs: 0, tool: null, trouble: null };
let vendor: SampleVendor;

beforeAll(async () => {
  vendor = await startSampleVendor({ word });
});
afterAll(() => vendor.close());

const paths = {
  anthropic: '/v1/messages',
  chat: '/v1/chat/completions',
  responses: '/v1/responses',
} as const;

function post(path: string, text: string, more: object = {}): Promise<Response> {
  const turns = [{ role: 'user', content: text }];
  const body = {
    model: 'm',
    ...(path === paths.responses ? { input: turns } : { messages: turns }),
    ...more,
  };
  return fetch(`${vendor.url}${path}`, {
    method: 'POST',
    headers: { authorization: 'Bearer any' },
    body: JSON.stringify(body),
  });
}

const told = (direction: Partial<Direction>, by = word) =>
  `Say something.\n${directionText(by, { ...plain, ...direction })}`;

describe('a direction', () => {
  it('is read as it was written, from inside a JSON body', () => {
    const direction: Direction = {
      tokens: 12,
      cached: 345_678,
      delayMs: 9,
      paceMs: 2,
      tool: 'Read',
      trouble: 'cut',
    };
    const body = JSON.stringify({ a: `"x"\n${directionText(word, direction)}`, b: 1 });
    expect(readDirection(body, word)).toEqual(direction);
    expect(readDirection(body, 'c0ffe')).toBeNull();
    expect(readDirection(body, 'other')).toBeNull();
  });

  it('has bounds, and what is not one is none', () => {
    const huge = directionText(word, { ...plain, tokens: 99_999, delayMs: 99_999, paceMs: 99_999 });
    expect(readDirection(huge, word)).toMatchObject({ tokens: 4_000, delayMs: 2_000, paceMs: 2_000 });
    for (const text of ['', `<sample-vendor ${word}`, `<sample-vendor ${word} tokens=x/>`]) {
      expect(readDirection(text, word)).toBeNull();
    }
    expect(readDirection(directionText(word, plain).replace('trouble=', 'trouble=melt'), word)).toMatchObject(
      {
        trouble: null,
      },
    );
  });
});

describe('the sample vendor, told by its word', () => {
  it.each(Object.values(paths))('answers on %s as long as it is told', async (path) => {
    const body = (await (await post(path, told({ tokens: 400 }))).json()) as {
      usage: Record<string, number>;
    };
    const output = body.usage.output_tokens ?? body.usage.completion_tokens;
    expect(output).toBeGreaterThan(390);
    expect(output).toBeLessThan(410);
    expect(JSON.stringify(body)).toContain('[Fairlead sample vendor]');
    expect(JSON.stringify(body)).not.toContain(word);
  });

  it('says what was cached in the way of the dialect, and counts each token once', async () => {
    const long = `${'words '.repeat(400)}${told({ cached: 500 })}`;
    const { usage } = (await (await post(paths.anthropic, long)).json()) as { usage: Record<string, number> };
    expect(usage.cache_read_input_tokens).toBe(500);
    const whole = (await (await post(paths.chat, long)).json()) as {
      usage: { prompt_tokens: number; prompt_tokens_details: object };
    };
    expect(whole.usage.prompt_tokens_details).toMatchObject({ cached_tokens: 500 });
    const parts = ['input_tokens', 'cache_creation_input_tokens', 'cache_read_input_tokens'];
    expect(parts.reduce((sum, name) => sum + (usage[name] ?? 0), 0)).toBe(whole.usage.prompt_tokens);
  });

  it('calls the tool it is told to, or answers in words when the request declares none of that name', async () => {
    const tools = [{ name: 'Read', input_schema: { type: 'object', required: ['file_path'] } }];
    const called = (await (
      await post(paths.anthropic, told({ tool: 'Read', tokens: 30 }), { tools })
    ).json()) as { content: object[] };
    expect(called.content).toMatchObject([{ type: 'tool_use', name: 'Read' }]);
    const said = (await (await post(paths.anthropic, told({ tool: 'Write' }), { tools })).json()) as {
      content: object[];
    };
    expect(said.content).toMatchObject([{ type: 'text' }]);
  });

  it.each([
    ['overloaded', paths.anthropic, 529, 'overloaded_error'],
    ['overloaded', paths.chat, 503, 'server_error'],
    ['rate-limited', paths.anthropic, 429, 'rate_limit_error'],
    ['rate-limited', paths.responses, 429, 'requests'],
    ['failed', paths.anthropic, 500, 'api_error'],
  ] as const)('is %s on %s', async (trouble, path, status, type) => {
    const answer = await post(path, told({ trouble }));
    expect(answer.status).toBe(status);
    expect(await answer.text()).toContain(type);
    expect(answer.headers.get('retry-after')).toBe(trouble === 'rate-limited' ? '1' : null);
  });

  it('breaks off half-way', async () => {
    const answer = await post(paths.chat, told({ trouble: 'cut', tokens: 200 }), { stream: true });
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow();
  });
});

it('nobody else tells it anything', async () => {
  const answer = await post(paths.chat, told({ trouble: 'failed' }, 'guessed'));
  expect(answer.status).toBe(200);
});
