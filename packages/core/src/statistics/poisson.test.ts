import { describe, expect, it } from 'vitest';
import { gammaQuantile, poissonInterval } from './poisson.ts';

const ones = (count: number) => Array.from({ length: count }, () => 1);

describe('the interval of a Poisson count', () => {
  // Garwood's exact limits as tables of them give them.
  it.each([
    [1, 0.0253, 5.5716],
    [2, 0.2422, 7.2247],
    [5, 1.6235, 11.6683],
    [10, 4.7954, 18.3904],
    [30, 20.2409, 42.8269],
    [100, 81.3639, 121.6268],
  ])('of %i is exact', (count, lo, hi) => {
    const found = poissonInterval(ones(count));
    expect(found.lo).toBeCloseTo(lo, 3);
    expect(found.hi).toBeCloseTo(hi, 3);
    expect(found.method).toBe('exact Poisson');
  });

  it('of none has the rule of three as its upper bound', () => {
    expect(poissonInterval([])).toEqual({
      lo: 0,
      hi: -Math.log(0.05),
      method: '≤ 3.0/exposure (95 % one-sided)',
    });
    expect(poissonInterval([0, 0]).hi).toBeCloseTo(2.9957, 4);
  });

  it('of weights scales with them, and holds their sum', () => {
    const whole = poissonInterval(ones(8));
    const half = poissonInterval(ones(8).map(() => 0.5));
    expect(half.lo).toBeCloseTo(whole.lo / 2, 9);
    expect(half.hi).toBeCloseTo(whole.hi / 2, 9);
    const mixed = poissonInterval([1, 0.5, 0.25, 1 / 3]);
    const sum = 1 + 0.5 + 0.25 + 1 / 3;
    expect(mixed.lo).toBeLessThan(sum);
    expect(mixed.hi).toBeGreaterThan(sum);
    expect(mixed.method).toContain('weighted');
  });

  it('refuses what is no probability or shape', () => {
    for (const [p, a] of [
      [0, 1],
      [1, 1],
      [0.5, 0],
      [Number.NaN, 1],
    ] as const) {
      expect(() => gammaQuantile(p, a)).toThrow(RangeError);
    }
    expect(gammaQuantile(0.5, 1)).toBeCloseTo(Math.LN2, 9);
  });
});
