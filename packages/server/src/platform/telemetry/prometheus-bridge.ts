import { ValueType } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  type CollectionResult,
  DataPointType,
  type MetricData,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics';
import type { MetricObjectWithValues, MetricValue, MetricValueWithName, Registry } from 'prom-client';

type Time = [seconds: number, nanoseconds: number];

function timeOf(milliseconds: number): Time {
  return [Math.floor(milliseconds / 1000), Math.round((milliseconds % 1000) * 1e6)];
}

/**
 * The Prometheus registry as a source of OpenTelemetry metrics, so that each is counted once and reads the same in
 * both. Counters and histograms are cumulative since `startedAt` (milliseconds).
 */
export function prometheusProducer(
  registry: Registry,
  resource: Resource,
  startedAt: number,
  now: () => number,
): MetricProducer {
  return {
    async collect(): Promise<CollectionResult> {
      const between = { startTime: timeOf(startedAt), endTime: timeOf(now()) };
      const metrics = (await registry.getMetricsAsJSON()).flatMap(
        (metric) => metricData(metric, between) ?? [],
      );
      return {
        resourceMetrics: { resource, scopeMetrics: [{ scope: { name: 'fairlead' }, metrics }] },
        errors: [],
      };
    },
  };
}

interface Between {
  readonly startTime: Time;
  readonly endTime: Time;
}

function metricData(
  metric: MetricObjectWithValues<MetricValue<string>>,
  between: Between,
): MetricData | null {
  const kind = String(metric.type);
  const unit = metric.name.endsWith('_seconds') ? 's' : '1';
  const descriptor = { name: metric.name, description: metric.help, unit, valueType: ValueType.DOUBLE };
  const base = { descriptor, aggregationTemporality: AggregationTemporality.CUMULATIVE };
  if (kind === 'histogram') {
    const values = metric.values as MetricValueWithName<string>[];
    return {
      ...base,
      dataPointType: DataPointType.HISTOGRAM,
      dataPoints: histograms(metric.name, values, between),
    };
  }
  const dataPoints = metric.values.map(({ labels, value }) => ({
    ...between,
    attributes: { ...labels },
    value,
  }));
  if (kind === 'gauge') return { ...base, dataPointType: DataPointType.GAUGE, dataPoints };
  if (kind === 'counter') return { ...base, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints };
  return null;
}

/** Prometheus writes a histogram as cumulative buckets, a sum and a count under one set of labels. */
function histograms(name: string, values: readonly MetricValueWithName<string>[], between: Between) {
  const groups = Map.groupBy(values, ({ labels }) => {
    const { le: _, ...own } = labels as Record<string, string | number | undefined>;
    return JSON.stringify(own);
  });
  return [...groups].map(([key, group]) => {
    const buckets = group.filter((row) => row.metricName === `${name}_bucket`);
    const bounded = buckets.filter(({ labels }) => Number.isFinite(Number((labels as { le: unknown }).le)));
    const totalOf = (suffix: string) =>
      group.find((row) => row.metricName === `${name}_${suffix}`)?.value ?? 0;
    const count = totalOf('count');
    const cumulative = [...bounded.map((row) => row.value), count];
    const counts = cumulative.map((value, i) => value - (cumulative[i - 1] ?? 0));
    const boundaries = bounded.map(({ labels }) => Number((labels as { le: unknown }).le));
    const value = { buckets: { boundaries, counts }, sum: totalOf('sum'), count };
    return { ...between, attributes: JSON.parse(key) as Record<string, string>, value };
  });
}
