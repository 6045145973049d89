import { costOf, type ModelPrice } from '@fairlead/core/money';
import { describe, expect, it } from 'vitest';
import { listPrice } from './seed-prices.ts';

const now = Date.parse('2026-11-20T00:00:00Z');

describe('list prices', () => {
  it('are those of the vendor whose address it is', () => {
    for (const url of ['https://api.anthropic.com', 'https://api.anthropic.com/v1']) {
      const price = listPrice(url, 'claude-haiku-4-5', now);
      expect(price).toMatchObject({
        source: 'list',
        rates: { input: 1e6, output: 5e6, cacheRead: 1e5, cacheWrite: 1.25e6, cacheWriteLong: 2e6 },
        contextTokens: 200_000,
      });
    }
  });

  it('are unknown elsewhere, and for names that nobody lists', () => {
    expect(listPrice('https://llm.example', 'claude-haiku-4-5', now)).toBeNull();
    expect(listPrice('http://127.0.0.1:9', 'gpt-5.5', now)).toBeNull();
    expect(listPrice('https://api.openai.com', 'claude-haiku-4-5', now)).toBeNull();
    expect(listPrice('https://api.openai.com', 'gpt-nobody-made', now)).toBeNull();
  });

  it('have the dearer rates of long calls', () => {
    const price = listPrice('https://api.openai.com', 'gpt-5.5', now) as ModelPrice;
    const usage = { outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
    const [short, long] = [271_000, 272_000].map((inputTokens) =>
      costOf({ ...usage, inputTokens }, price, 'responses', null),
    );
    expect(Number(long) / 272_000).toBe((2 * Number(short)) / 271_000);
  });

  it('of embeddings have no output', () => {
    expect(listPrice('https://api.openai.com', 'text-embedding-3-large', now)).toMatchObject({
      rates: { input: 130_000, output: 0 },
    });
  });
});
