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
  /** What is estimated can't be less; its interval doesn't go below. */
  readonly least?: number;
  /** Makes the resampling repeatable; name what is estimated, of whom and when. */
  readonly seed: string;
}

const level = 0.95;
const resamples = 2_000;
/** Below this many clusters resampling them understates how little is known. */
const enoughToResample = 20;
export const enoughForT = 8;

/**
 * At least 20 clusters: they are resampled. 8 to 19: Student's t around the estimate over all of them, with the variance
 * that comes of its clusters. Fewer: none. It holds the estimate, and is never a point where observations are a sample.
 */
export function clusterInterval<Cluster>(input: ClusterEstimate<Cluster>): Interval {
  const { clusters, estimate, sizeOf, seed, least } = input;
  const value = estimate(clusters);
  if (value === null) return none(clusters.length);
  const resample = () => {
    const sample = [...clusters];
    return (picked: Uint32Array) => {
      for (let i = 0; i < picked.length; i++) sample[i] = clusters[picked[i]!]!;
      return estimate(sample);
    };
  };
  if (sizeOf === undefined) {
    const few = () => jackknife(input, value);
    return intervalOfClusters({ count: clusters.length, seed, value, resample, few, least });
  }
  const shares = clusters.map((cluster) => ({ share: estimate([cluster]) ?? 0, size: sizeOf(cluster) }));
  return shareInterval({ count: clusters.length, seed, value, resample }, shares);
}

/** How an estimate is found of clusters that are only known by their numbers. */
export interface NumberedClusters {
  readonly count: number;
  readonly seed: string;
  /** The estimate over all clusters. */
  readonly value: number;
  /** Asked for once; the estimate over the picked clusters, as many as there are, one perhaps several times. */
  readonly resample: () => (picked: Uint32Array) => number | null;
  /** What is found of 8 to 19 clusters. */
  readonly few: () => Interval;
  readonly least?: number | undefined;
}

/** What `clusterInterval` finds. */
export function intervalOfClusters(input: NumberedClusters): Interval {
  if (input.count >= enoughToResample) return bootstrap(input);
  return input.count >= enoughForT ? input.few() : none(input.count);
}

/** The share of hits in one cluster, and its observations. */
export interface ClusterShare {
  readonly share: number;
  readonly size: number;
}

/**
 * The interval of a share over all observations. Where every cluster says the same, so that they tell nothing of how
 * they vary, it is Wilson's of as many independent observations.
 */
export function shareInterval(
  input: Omit<NumberedClusters, 'few' | 'least'>,
  clusters: readonly ClusterShare[],
): Interval {
  const { count, value } = input;
  const n = clusters.reduce((sum, { size }) => sum + size, 0);
  const alike = (): Interval => ({
    ...wilsonInterval(value * n, n),
    method: `Wilson (n ${n}, clusters alike)`,
  });
  if (count >= enoughForT && (value <= 0 || value >= 1)) return alike();
  const few = (): Interval => {
    const k = clusters.filter(({ size }) => size > 0).length;
    return k < enoughForT ? none(k) : { ...shareBounds(value, value, clusters), method: ofFew(k) };
  };
  const found = intervalOfClusters({ ...input, few });
  return found.lo !== null && found.lo === found.hi ? alike() : found;
}

/**
 * Student's bounds of `centre`, a share between 0 and 1 exclusively, on the logit. The variance is that of a ratio over
 * clusters whose pooled share is `pooled` (Cochran, Sampling Techniques, 1977, 6.3); no smaller than that of independent
 * observations, since few clusters that happen to be alike are no reason to be surer.
 */
export function shareBounds(
  centre: number,
  pooled: number,
  clusters: readonly ClusterShare[],
): { readonly lo: number; readonly hi: number } {
  let [k, n, squares] = [0, 0, 0];
  for (const { share, size } of clusters) {
    if (size === 0) continue;
    k += 1;
    n += size;
    squares += ((share - pooled) * size) ** 2;
  }
  const spread = centre * (1 - centre);
  const variance = Math.max(((k / (k - 1)) * squares) / n ** 2, spread / n);
  const half = (studentQuantile((1 + level) / 2, k - 1) * Math.sqrt(variance)) / spread;
  const middle = Math.log(centre / (1 - centre));
  const back = (logit: number) => 1 / (1 + Math.exp(-logit));
  return { lo: Math.min(centre, back(middle - half)), hi: Math.max(centre, back(middle + half)) };
}

/** Why there is no interval. */
export function none(clusters: number): Interval {
  return { lo: null, hi: null, method: `none (${clusters} clusters)` };
}

/** How an interval of so few clusters was found. */
export function ofFew(clusters: number): string {
  return `t(${clusters - 1}) over clusters`;
}

function bootstrap({ count: clusters, seed, value, resample, least }: NumberedClusters): Interval {
  const random = seededRandom(seed);
  const estimate = resample();
  const found = new Float64Array(resamples);
  const picked = new Uint32Array(clusters);
  let count = 0;
  for (let i = 0; i < resamples; i++) {
    for (let j = 0; j < clusters; j++) picked[j] = Math.floor(random() * clusters);
    const resampled = estimate(picked);
    if (resampled !== null) found[count++] = resampled;
  }
  if (count < resamples / 2) {
    return { lo: null, hi: null, method: `none (${count} of ${resamples} resamples had a value)` };
  }
  const values = found.subarray(0, count);
  return {
    ...holding(
      value,
      quantileInPlace(values, (1 - level) / 2)!,
      quantileInPlace(values, (1 + level) / 2)!,
      least,
    ),
    method: `cluster bootstrap (${clusters} clusters, B=${resamples})`,
  };
}

/** Leaves out one cluster after the other: how much the estimate moves says how much it varies. */
function jackknife<Cluster>(
  { clusters, estimate, least }: ClusterEstimate<Cluster>,
  value: number,
): Interval {
  const values = clusters.flatMap((_, i) => estimate(clusters.toSpliced(i, 1)) ?? []);
  const k = values.length;
  if (k < enoughForT) return none(k);
  const mean = values.reduce((a, b) => a + b, 0) / k;
  const variance = ((k - 1) / k) * values.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  const half = studentQuantile((1 + level) / 2, k - 1) * Math.sqrt(variance);
  return { ...holding(value, value - half, value + half, least), method: ofFew(k) };
}

function holding(value: number, lo: number, hi: number, least = Number.NEGATIVE_INFINITY) {
  return { lo: Math.max(least, Math.min(value, lo)), hi: Math.max(value, hi) };
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
