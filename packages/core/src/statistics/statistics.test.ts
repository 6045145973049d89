import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clusterInterval,
  cumulativeIncidence,
  incidenceQuantile,
  normalQuantile,
  quantile,
  seededRandom,
  studentQuantile,
  wilsonInterval,
} from './index.ts';

describe('quantile', () => {
  it('is linear between order statistics', () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(quantile([10, 20, 30, 40, 50], 0.25)).toBe(20);
    expect(quantile([1, 2, 3, 4], 0.9)).toBeCloseTo(3.7, 12);
    expect(quantile([7], 0.9)).toBe(7);
    expect(quantile([], 0.5)).toBeNull();
  });

  it('is what sorting gives, and leaves its input as it was', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, p) => {
          const sorted = [...values].sort((a, b) => a - b);
          const at = (values.length - 1) * p;
          const low = sorted[Math.floor(at)]!;
          const expected = low + (at - Math.floor(at)) * ((sorted[Math.floor(at) + 1] ?? low) - low);
          const copy = [...values];
          expect(quantile(values, p)).toBeCloseTo(expected, 9);
          expect(values).toEqual(copy);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('distributions', () => {
  it.each([
    [0.975, 1.959963984540054],
    [0.95, 1.644853626951472],
    [0.9999, 3.719016485455709],
    [0.5, 0],
    [0.025, -1.959963984540054],
  ])('normal quantile at %d', (p, expected) => {
    expect(normalQuantile(p)).toBeCloseTo(expected, 9);
  });

  // Published tables of Student's t.
  it.each([
    [0.975, 1, 12.7062047364],
    [0.975, 7, 2.36462425101],
    [0.975, 18, 2.10092204024],
    [0.95, 10, 1.81246112281],
    [0.995, 30, 2.74999565357],
  ])('t quantile at %d with %d degrees of freedom', (p, df, expected) => {
    expect(studentQuantile(p, df)).toBeCloseTo(expected, 8);
  });

  it('refuses what is no probability', () => {
    for (const p of [0, 1, -1, Number.NaN]) expect(() => normalQuantile(p)).toThrow(RangeError);
  });
});

describe('wilson', () => {
  it('is that of the published example: 81 of 263', () => {
    const { lo, hi } = wilsonInterval(81, 263);
    expect(lo).toBeCloseTo(0.2553, 4);
    expect(hi).toBeCloseTo(0.3662, 4);
  });

  it('stays within 0 and 1', () => {
    expect(wilsonInterval(0, 29)).toMatchObject({ lo: 0 });
    expect(wilsonInterval(0, 29).hi).toBeCloseTo(0.117, 3);
    expect(wilsonInterval(29, 29).hi).toBe(1);
    expect(wilsonInterval(0, 0)).toEqual({ lo: 0, hi: 1 });
  });
});

const mean = (clusters: readonly (readonly number[])[]) => {
  const items = clusters.flat();
  return items.length === 0 ? null : items.reduce((a, b) => a + b, 0) / items.length;
};

function drawn(count: number, size: number, seed: string, of: (random: () => number) => number): number[][] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => {
    const shift = random() + random() + random() - 1.5;
    return Array.from({ length: size }, () => shift + of(random));
  });
}

describe('the interval over clusters', () => {
  const input = { estimate: mean, seed: 'kpi/v1/all/2026-W01' };

  it('repeats to the last bit for one seed, and differs for another', () => {
    const clusters = drawn(25, 6, 'a', (random) => random());
    const once = clusterInterval({ ...input, clusters });
    expect(clusterInterval({ ...input, clusters })).toEqual(once);
    expect(clusterInterval({ ...input, clusters, seed: 'other' })).not.toEqual(once);
    expect(once.method).toBe('cluster bootstrap (25 clusters, B=2000)');
  });

  it('is Student’s with 8 to 19 clusters and none with fewer', () => {
    const clusters = drawn(8, 5, 'a', (random) => random());
    expect(clusterInterval({ ...input, clusters }).method).toBe('t(7) over clusters');
    expect(clusterInterval({ ...input, clusters: clusters.slice(1) })).toEqual({
      lo: null,
      hi: null,
      method: 'none (7 clusters)',
    });
  });

  it.each([
    ['resampling 30 clusters', 30],
    ['t over 10 clusters', 10],
  ])('holds the truth about as often as it says: %s', (_, count) => {
    let held = 0;
    const rounds = 200;
    for (let i = 0; i < rounds; i++) {
      const clusters = drawn(count, 4, `round ${i}`, (random) => random() - 0.5);
      const { lo, hi } = clusterInterval({ ...input, clusters, seed: `s${i}` });
      if (lo! <= 0 && hi! >= 0) held++;
    }
    // 95 % nominal; resampling few clusters is known to be a little short.
    expect(held / rounds).toBeGreaterThan(0.88);
    expect(held / rounds).toBeLessThanOrEqual(0.995);
  });

  it('of a rate stays between 0 and 1, also where nothing happened', () => {
    const clusters = Array.from({ length: 10 }, () => [0, 0, 0, 0, 0]);
    const { lo, hi } = clusterInterval({ ...input, clusters, sizeOf: ({ length }) => length });
    expect(lo).toBeGreaterThan(0);
    expect(hi).toBeLessThan(0.2);
  });
});

describe('competing risks', () => {
  it('are the empirical distribution when nothing is censored', () => {
    const steps = cumulativeIncidence([
      { time: 1, end: 'event' },
      { time: 2, end: 'competing' },
      { time: 3, end: 'event' },
      { time: 4, end: 'event' },
    ]);
    expect(steps.map(({ incidence }) => incidence)).toEqual([0.25, 0.5, 0.75]);
    expect(incidenceQuantile(steps, 0.5)).toBe(3);
    expect(incidenceQuantile(steps, 0.8)).toBeNull();
  });

  it('count the censored while they are seen', () => {
    // By hand: at 1 one of four; at 3, of the two left (survival 3/4): 3/4 · 1/2.
    const steps = cumulativeIncidence([
      { time: 1, end: 'event' },
      { time: 2, end: 'censored' },
      { time: 3, end: 'event' },
      { time: 5, end: 'censored' },
    ]);
    expect(steps).toEqual([
      { time: 1, incidence: 0.25 },
      { time: 3, incidence: 0.625 },
    ]);
  });
});
