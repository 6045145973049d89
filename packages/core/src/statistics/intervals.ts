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

export interface ClusterEstimate<Cluster> {
  /** What belongs together and varies together: a team's changes, or a week's where there is one team; or their sums. */
  readonly clusters: readonly Cluster[];
  /** Over any clusters, one perhaps several times; null when they don't suffice. */
  readonly estimate: (clusters: readonly Cluster[]) => number | null;
  /** Of a share between 0 and 1: the observations in a cluster. Its interval of few clusters is found on the logit. */
  readonly sizeOf?: (cluster: Cluster) => number;
  /** Makes the resampling repeatable; name what is estimated, of whom and when. */
  readonly seed: string;
}

const level = 0.95;
const resamples = 2_000;
/** Below this many clusters resampling them understates how little is known. */
const enoughToResample = 20;
const enoughForT = 8;

/** At least 20 clusters: they are resampled. 8 to 19: Student's t over the clusters' own values. Fewer: none. */
export function clusterInterval<Cluster>({
  clusters,
  estimate,
  sizeOf,
  seed,
}: ClusterEstimate<Cluster>): Interval {
  return intervalOfClusters({
    count: clusters.length,
    seed,
    resample: () => {
      const sample = [...clusters];
      return (picked) => {
        for (let i = 0; i < picked.length; i++) sample[i] = clusters[picked[i]!]!;
        return estimate(sample);
      };
    },
    singles: () => clusters.map((cluster) => estimate([cluster])),
    ...(sizeOf === undefined ? {} : { sizes: clusters.map(sizeOf) }),
  });
}

/** How an estimate is found of clusters that are only known by their numbers. */
export interface NumberedClusters {
  readonly count: number;
  readonly seed: string;
  /** Asked for once; the estimate over the picked clusters, as many as there are, one perhaps several times. */
  readonly resample: () => (picked: Uint32Array) => number | null;
  /** Of each cluster by itself; null: it has none. */
  readonly singles: () => readonly (number | null)[];
  /** Of a share: the observations in each cluster. */
  readonly sizes?: readonly number[];
}

/** What `clusterInterval` finds. */
export function intervalOfClusters(input: NumberedClusters): Interval {
  if (input.count >= enoughToResample) return bootstrap(input);
  if (input.count >= enoughForT) return studentOverClusters(input);
  return { lo: null, hi: null, method: `none (${input.count} clusters)` };
}

function bootstrap({ count: clusters, seed, resample }: NumberedClusters): Interval {
  const random = seededRandom(seed);
  const estimate = resample();
  const found = new Float64Array(resamples);
  const picked = new Uint32Array(clusters);
  let count = 0;
  for (let i = 0; i < resamples; i++) {
    for (let j = 0; j < clusters; j++) picked[j] = Math.floor(random() * clusters);
    const value = estimate(picked);
    if (value !== null) found[count++] = value;
  }
  if (count < resamples / 2) {
    return { lo: null, hi: null, method: `none (${count} of ${resamples} resamples had a value)` };
  }
  const values = found.subarray(0, count);
  return {
    lo: quantileInPlace(values, (1 - level) / 2),
    hi: quantileInPlace(values, (1 + level) / 2),
    method: `cluster bootstrap (${clusters} clusters, B=${resamples})`,
  };
}

function studentOverClusters({ singles, sizes }: NumberedClusters): Interval {
  const values: number[] = [];
  singles().forEach((value, cluster) => {
    if (value === null) return;
    // A share of 0 or 1 has no logit; half an observation is given to either side.
    const size = sizes?.[cluster];
    values.push(size === undefined ? value : logit((value * size + 0.5) / (size + 1)));
  });
  const k = values.length;
  if (k < enoughForT) return { lo: null, hi: null, method: `none (${k} clusters)` };
  const mean = values.reduce((a, b) => a + b, 0) / k;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (k - 1);
  const half = studentQuantile((1 + level) / 2, k - 1) * Math.sqrt(variance / k);
  const back = (value: number) => (sizes === undefined ? value : 1 / (1 + Math.exp(-value)));
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
