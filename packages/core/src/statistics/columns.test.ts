import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clusterInterval,
  clusterQuantileInterval,
  quantile,
  seededRandom,
  sortClusters,
  sortedQuantile,
  wholeQuantiles,
} from './index.ts';

const ps = [0, 0.25, 0.5, 0.75, 0.9, 1];
const whole = fc.oneof(
  fc.integer({ min: 0, max: 20 }),
  fc.integer({ min: 0, max: 0xffffffff }),
  fc.constantFrom(0, 0xffff, 0x10000, 0xfffffffe),
);

/** Many values, some of them beyond 16 bits. */
function many(n: number): Uint32Array {
  const random = seededRandom(`many ${n}`);
  return Uint32Array.from({ length: n }, () => Math.floor(random() ** 8 * 0xfffffffe));
}

describe('quantiles of whole numbers', () => {
  it('are those of the general definition', () => {
    fc.assert(
      fc.property(fc.array(whole), (values) => {
        const own = Uint32Array.from(values);
        expect(ps.map(wholeQuantiles(own))).toEqual(ps.map((p) => quantile(values, p)));
        expect([...own]).toEqual(values);
        if (values.length > 0)
          for (const p of ps) expect(sortedQuantile(own.slice().sort(), p)).toBe(quantile(values, p));
      }),
    );
    for (const n of [2_048, 2_049, 50_000]) {
      for (const values of [many(n), many(n).map((value) => 0xfffffffe - (value & 0xfff)), many(n).fill(7)]) {
        expect(ps.map(wholeQuantiles(values))).toEqual(ps.map((p) => quantile(values, p)));
      }
    }
  });
});

describe('the interval of a quantile over sorted clusters', () => {
  const pooled = (p: number) => (clusters: readonly (readonly number[])[]) => quantile(clusters.flat(), p);
  const ofClusters = (clusters: readonly (readonly number[])[], p: number, seed = '') => {
    const clusterOf = Uint32Array.from(clusters.flatMap((own, i) => own.map(() => i)));
    return clusterQuantileInterval(
      sortClusters(Uint32Array.from(clusters.flat()), clusterOf, clusters.length),
      p,
      seed,
    );
  };
  const same = (clusters: readonly (readonly number[])[], p: number, seed: string) => {
    const values = Uint32Array.from(clusters.flat());
    const clusterOf = Uint32Array.from(clusters.flatMap((own, i) => own.map(() => i)));
    const sorted = sortClusters(values, clusterOf, clusters.length);
    expect([...sorted.values]).toEqual([...values].sort((a, b) => a - b));
    expect(clusterQuantileInterval(sorted, p, seed)).toEqual(
      clusterInterval({ clusters, estimate: pooled(p), seed }),
    );
  };

  it.each([7, 20, 26])('is what resampling the values themselves gives: %d clusters', (count) => {
    fc.assert(
      fc.property(
        fc.array(fc.array(whole, { maxLength: 6 }), { minLength: count, maxLength: count }),
        fc.constantFrom(0.5, 0.75, 0.9),
        fc.string(),
        same,
      ),
      { numRuns: count < 20 ? 60 : 6 },
    );
  });

  it('of few clusters holds the quantile, reaches no further than the values, and has no order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(whole, { minLength: 1, maxLength: 6 }), { minLength: 8, maxLength: 19 }),
        fc.constantFrom(0.5, 0.75, 0.9),
        (clusters, p) => {
          const found = ofClusters(clusters, p);
          const values = clusters.flat();
          const middle = quantile(values, p)!;
          expect(found.method).toBe(`t(${clusters.length - 1}) over clusters`);
          expect(found.lo! >= Math.min(...values) && found.lo! <= middle).toBe(true);
          expect(found.hi! <= Math.max(...values) && found.hi! >= middle).toBe(true);
          const other = ofClusters(clusters.toReversed(), p);
          expect(other.lo).toBeCloseTo(found.lo!, 3);
          expect(other.hi).toBeCloseTo(found.hi!, 3);
        },
      ),
    );
  });

  it('of few clusters says why there is none where some have no values', () => {
    const empty = Array.from({ length: 9 }, () => []);
    expect(ofClusters([...empty, [1], [2]], 0.5).method).toBe('none (2 clusters)');
  });

  it('is so too of more values than a block holds, and of none', () => {
    const all = [...many(3_000)];
    same(
      Array.from({ length: 21 }, (_, i) => all.slice(i * 140, i * 140 + (i % 3) * 70)),
      0.9,
      'x',
    );
    same(
      Array.from({ length: 22 }, () => []),
      0.5,
      'y',
    );
  });
});
