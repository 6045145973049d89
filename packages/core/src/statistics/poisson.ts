import { logGamma, normalQuantile } from './distributions.ts';

/** A rate of rare happenings with its two-sided 95 % interval; after none at all the upper bound is one-sided. */
export interface PoissonInterval {
  readonly lo: number;
  readonly hi: number;
  readonly method: string;
}

const alpha = 0.05;

/**
 * Interval of Σ weights. With weights of 1 it is the exact one of a Poisson count (Garwood 1936); an incident that falls
 * only partly to what is counted weighs less (Fay and Feuer 1997). Without any the upper bound is −ln 0.05, about 3.0,
 * one-sided. Divide by the exposure.
 */
export function poissonInterval(weights: readonly number[]): PoissonInterval {
  const some = weights.filter((weight) => weight > 0);
  if (some.length === 0) return { lo: 0, hi: -Math.log(alpha), method: '≤ 3.0/exposure (95 % one-sided)' };
  let [sum, squares, most] = [0, 0, 0];
  for (const weight of some) {
    sum += weight;
    squares += weight ** 2;
    most = Math.max(most, weight);
  }
  const upper = { mean: sum + most, variance: squares + most ** 2 };
  return {
    lo: gammaQuantileOf(alpha / 2, sum, squares),
    hi: gammaQuantileOf(1 - alpha / 2, upper.mean, upper.variance),
    method: some.every((weight) => weight === 1)
      ? 'exact Poisson'
      : 'exact Poisson, weighted (Fay and Feuer)',
  };
}

/** Quantile of the gamma distribution with this mean and variance. */
function gammaQuantileOf(p: number, mean: number, variance: number): number {
  return (gammaQuantile(p, mean ** 2 / variance) * variance) / mean;
}

/** Quantile of the gamma distribution with shape `a` and scale 1, by bisection. */
export function gammaQuantile(p: number, a: number): number {
  if (!(p > 0 && p < 1) || !(a > 0))
    throw new RangeError('a probability between 0 and 1, and a shape above 0');
  // Wilson and Hilferty's approximation is near enough to begin from.
  const start = a * Math.max(0.01, 1 - 1 / (9 * a) + normalQuantile(p) / (3 * Math.sqrt(a))) ** 3;
  let low = start;
  let high = start;
  while (gammaCdf(low, a) > p && low > 1e-300) low /= 2;
  while (gammaCdf(high, a) < p) high *= 2;
  for (let i = 0; i < 200 && high - low > 1e-12 * high; i++) {
    const middle = (low + high) / 2;
    if (gammaCdf(middle, a) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The regularised incomplete gamma function P(a, x): its series below a + 1, a continued fraction above. */
function gammaCdf(x: number, a: number): number {
  if (x <= 0) return 0;
  const scale = Math.exp(-x + a * Math.log(x) - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let k = 1; k < 100_000 && term > 1e-17 * sum; k++) {
      term *= x / (a + k);
      sum += term;
    }
    return Math.min(1, scale * sum);
  }
  return Math.max(0, 1 - scale * upperFraction(x, a));
}

/** Lentz's method on the continued fraction of the upper incomplete gamma function. */
function upperFraction(x: number, a: number): number {
  const tiny = 1e-300;
  let b = x + 1 - a;
  let c = 1 / tiny;
  let d = 1 / b;
  let h = d;
  for (let i = 1; i < 100_000; i++) {
    const an = -i * (i - a);
    b += 2;
    d = 1 / atLeast(an * d + b, tiny);
    c = atLeast(b + an / c, tiny);
    h *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return h;
}

function atLeast(value: number, tiny: number): number {
  return Math.abs(value) < tiny ? tiny : value;
}
