export { clusterQuantileInterval, type SortedClusters, sortClusters } from './cluster-quantiles.ts';
export {
  cumulativeIncidence,
  endings,
  incidenceQuantile,
  type Observation,
  type Step,
  sortedIncidenceQuantile,
} from './competing-risks.ts';
export { normalQuantile, studentQuantile } from './distributions.ts';
export {
  type ClusterEstimate,
  clusterInterval,
  type Interval,
  shareInterval,
  wilsonInterval,
} from './intervals.ts';
export { gammaQuantile, type PoissonInterval, poissonInterval } from './poisson.ts';
export { quantile, quantileInPlace } from './quantile.ts';
export { seededRandom } from './seeded-random.ts';
export { sortedQuantile, wholeQuantiles } from './whole-quantiles.ts';
