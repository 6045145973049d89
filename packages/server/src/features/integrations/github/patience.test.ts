import { describe, expect, it } from 'vitest';
import type { ClientOptions, Outcome } from './exchange.ts';
import { createLimited } from './patience.ts';
import { fakeClock } from './testing/collecting.ts';
import { createTurns } from './turns.ts';

const signal = new AbortController().signal;
const later = () => new Promise((resolve) => setImmediate(resolve));
const answered: Outcome = { answer: 'yes', failure: null };
const refused: Outcome = {
  failure: { kind: 'limit', reason: 'secondary limit', retryAfterMs: 30_000, final: null },
};

function limited(atOnce: number) {
  const clock = fakeClock(0);
  const random = { bytes: () => Uint8Array.of(0) };
  const options = { clock, sleep: clock.sleep, random } as unknown as ClientOptions;
  return { clock, limit: createLimited(options, atOnce) };
}

describe('questions to a host', () => {
  it('are a few at once, in the order in which they came', async () => {
    const { limit } = limited(3);
    const begun: number[] = [];
    let atWork = 0;
    let most = 0;
    const ask = (number: number) =>
      limit.until(async () => {
        begun.push(number);
        most = Math.max(most, ++atWork);
        await later();
        atWork--;
        return answered;
      }, signal);
    await Promise.all(Array.from({ length: 10 }, (_, i) => ask(i)));
    expect(most).toBe(3);
    expect(begun).toEqual(Array.from({ length: 10 }, (_, i) => i));
  });

  it('are none at all while it asks one of them for patience', async () => {
    const { clock, limit } = limited(3);
    const begunAt: number[] = [];
    let left = 1;
    const ask = () =>
      limit.until(async () => {
        begunAt.push(clock.now());
        return left-- > 0 ? refused : answered;
      }, signal);
    await ask();
    await Promise.all([ask(), ask()]);
    expect(begunAt.map((at) => at >= 30_000)).toEqual([false, true, true, true]);
  });

  it('leave others their points, whatever is under way', async () => {
    const { clock, limit } = limited(4);
    let remaining = 30;
    let least = remaining;
    const hour = 3_600_000;
    const ask = () =>
      limit.until(async () => {
        remaining = clock.now() >= hour && remaining < 20 ? 30 : remaining - 1;
        least = Math.min(least, remaining);
        const budget = { limit: 30, remaining, resetAt: hour };
        await later();
        return { ...answered, budget };
      }, signal);
    await ask();
    await Promise.all(Array.from({ length: 24 }, ask));
    // Half of so small a limit.
    expect(least).toBe(15);
    expect(clock.now()).toBeGreaterThan(hour);
  });
});

describe('turns', () => {
  it('are given back by what fails', async () => {
    const turns = createTurns(1);
    await expect(turns.within(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(turns.taken()).toBe(0);
    expect(await turns.within(async () => 'yes')).toBe('yes');
  });
});
