import { normalQuantile, studentQuantile } from './distributions.ts';
import { quantileInPlace } from './quantile.ts';
import { seededRandom } from './seeded-random.ts';

/** A two-sided 95 % interval, or why there is none. */
export interface Interval {
  readonly lo: number | null;
  readonly hi: number | null;
  /** How it was found, for readers. */
  readonly method: string;
}

export interface ClusterEstimate<Item> {
  /** What belongs together and varies together: a team's changes, or a week's where there is one team. */
  readonly clusters: readonly (readonly Item[])[];
  /** Over items of any clusters; null when they don't suffice. */
  readonly estimate: (items: readonly Item[]) => number | null;
  /** A share between 0 and 1: the interval of few clusters is found on its logit. */
  readonly isRate: boolean;
  /** Makes the resampling repeatable; name what is estimated, of whom and when. */
  readonly seed: string;
}

const level = 0.95;
const resamples = 2_000;
/** Below this many clusters resampling them understates how little is known. */
const enoughToResample = 20;
const enoughForT = 8;

/** At least 20 clusters: they are resampled. 8 to 19: Student's t over the clusters' own values. Fewer: none. */
export function clusterInterval<Item>(input: ClusterEstimate<Item>): Interval {
  const k = input.clusters.length;
  if (k >= enoughToResample) return bootstrap(input);
  if (k >= enoughForT) return studentOverClusters(input);
  return { lo: null, hi: null, method: `none (${k} clusters)` };
}

function bootstrap<Item>({ clusters, estimate, seed }: ClusterEstimate<Item>): Interval {
  const random = seededRandom(seed);
  const found = new Float64Array(resamples);
  let count = 0;
  for (let i = 0; i < resamples; i++) {
    const sample: Item[] = [];
    for (let j = 0; j < clusters.length; j++) {
      for (const item of clusters[Math.floor(random() * clusters.length)]!) sample.push(item);
    }
    const value = estimate(sample);
    if (value !== null) found[count++] = value;
  }
  const method = `cluster bootstrap (${clusters.length} clusters, B=${resamples})`;
  if (count < resamples / 2)
    return { lo: null, hi: null, method: `none (${count} of ${resamples} resamples had a value)` };
  const values = found.subarray(0, count);
  return {
    lo: quantileInPlace(values, (1 - level) / 2),
    hi: quantileInPlace(values, (1 + level) / 2),
    method,
  };
}

function studentOverClusters<Item>({ clusters, estimate, isRate }: ClusterEstimate<Item>): Interval {
  const values: number[] = [];
  for (const items of clusters) {
    const value = estimate(items);
    // A cluster of a rate at 0 or 1 has no logit; half an item is given to either side.
    if (value !== null)
      values.push(isRate ? logit((value * items.length + 0.5) / (items.length + 1)) : value);
  }
  const k = values.length;
  if (k < enoughForT) return { lo: null, hi: null, method: `none (${k} clusters)` };
  const mean = values.reduce((a, b) => a + b, 0) / k;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (k - 1);
  const half = studentQuantile((1 + level) / 2, k - 1) * Math.sqrt(variance / k);
  const back = (value: number) => (isRate ? 1 / (1 + Math.exp(-value)) : value);
  return { lo: back(mean - half), hi: back(mean + half), method: `t(${k - 1}) over clusters` };
}

function logit(share: number): number {
  return Math.log(share / (1 - share));
}

/** Wilson's score interval of a proportion, for independent observations only. */
export function wilsonInterval(
  successes: number,
  n: number,
  confidence = level,
): { readonly lo: number; readonly hi: number } {
  if (n <= 0) return { lo: 0, hi: 1 };
  const z = normalQuantile((1 + confidence) / 2);
  const share = successes / n;
  const centre = share + (z * z) / (2 * n);
  const half = z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  const scale = 1 + (z * z) / n;
  return { lo: Math.max(0, (centre - half) / scale), hi: Math.min(1, (centre + half) / scale) };
}
