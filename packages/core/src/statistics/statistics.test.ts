import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clusterInterval,
  clusterQuantileInterval,
  cumulativeIncidence,
  incidenceQuantile,
  normalQuantile,
  quantile,
  seededRandom,
  sortClusters,
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
});

describe('the interval of a share', () => {
  /** Hits among the observations of a cluster. */
  type Hits = readonly [hits: number, size: number];
  const pooled = (clusters: readonly Hits[]) => {
    const n = clusters.reduce((sum, [, size]) => sum + size, 0);
    return n === 0 ? null : clusters.reduce((sum, [hits]) => sum + hits, 0) / n;
  };
  const intervalOf = (clusters: readonly Hits[], seed = '') =>
    clusterInterval({ clusters, estimate: pooled, sizeOf: ([, size]) => size, seed });
  const cluster = fc.integer({ min: 1, max: 9 }).chain((size) => fc.tuple(fc.nat(size), fc.constant(size)));

  it('holds the share, lies between 0 and 1, and is never a point', () => {
    fc.assert(
      fc.property(fc.array(cluster, { minLength: 8, maxLength: 26 }), (clusters) => {
        const { lo, hi } = intervalOf(clusters);
        const share = pooled(clusters)!;
        expect(lo! >= 0 && lo! <= share && share <= hi! && hi! <= 1 && lo! < hi!).toBe(true);
      }),
    );
  });

  it.each([16, 24])('is what independent observations say where %i clusters say the same', (count) => {
    const all = (hits: number) => intervalOf(Array.from({ length: count }, () => [hits, 3] as const));
    expect(all(0)).toEqual({
      ...wilsonInterval(0, count * 3),
      method: `Wilson (n ${count * 3}, clusters alike)`,
    });
    expect(all(3).lo).toBe(wilsonInterval(count * 3, count * 3).lo);
    expect(all(3).hi).toBeCloseTo(1, 12);
    const { lo, hi } = all(1);
    expect(lo).toBeLessThan(1 / 3);
    expect(hi).toBeGreaterThan(1 / 3);
  });

  it('of a few weeks is centred on the share of all changes, not on that of the average week', () => {
    // One week of ten changes with five hits; eleven of one change without.
    const { lo, hi } = intervalOf([[5, 10], ...Array.from({ length: 11 }, () => [0, 1] as const)]);
    expect(lo).toBeGreaterThan(0.02);
    expect(hi).toBeGreaterThan(0.5);
  });

  it.each([
    [10, 0.08, 8],
    [16, 0.08, 5],
    [12, 0.5, 4],
    [30, 0.08, 5],
    [30, 0.97, 5],
  ])('holds the truth about as often as it says: %i clusters, share %d', (count, truth, size) => {
    const rounds = 300;
    let held = 0;
    for (let i = 0; i < rounds; i++) {
      const random = seededRandom(`share ${count} ${truth} ${i}`);
      const clusters = Array.from({ length: count }, () => {
        const n = 1 + Math.floor(random() * size);
        // Clusters differ: each has a chance of its own, half to one and a half of the common one's rarer side.
        const rare = Math.min(truth, 1 - truth) * (0.5 + random());
        const own = truth < 0.5 ? rare : 1 - rare;
        return [Array.from({ length: n }, random).filter((x) => x < own).length, n] as const;
      });
      const { lo, hi } = intervalOf(clusters, `${i}`);
      if (lo! <= truth && truth <= hi!) held++;
    }
    expect(held / rounds).toBeGreaterThan(0.88);
  });
});

describe('the interval of a quantile', () => {
  it.each([
    [10, 0.5],
    [12, 0.9],
    [30, 0.9],
  ])('holds the truth about as often as it says: %i clusters, p = %d', (count, p) => {
    const rounds = 300;
    let held = 0;
    for (let i = 0; i < rounds; i++) {
      const random = seededRandom(`quantile ${count} ${p} ${i}`);
      const clusters = Array.from({ length: count }, () =>
        Array.from({ length: 12 }, () => Math.floor(random() * 1e6)),
      );
      const clusterOf = Uint32Array.from(clusters.flatMap((own, at) => own.map(() => at)));
      const sorted = sortClusters(Uint32Array.from(clusters.flat()), clusterOf, count);
      const { lo, hi } = clusterQuantileInterval(sorted, p, `${i}`);
      if (lo! <= p * 1e6 && p * 1e6 <= hi!) held++;
    }
    expect(held / rounds).toBeGreaterThan(0.88);
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
