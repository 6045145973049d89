import { Counter, type Registry } from 'prom-client';
import {
  type Level,
  levelOf,
  metricNames,
  type Spread,
  spreadOf,
  type Tally,
  tallyOf,
} from '../../platform/telemetry/index.ts';

/** Prometheus metrics of the data plane; names are part of the public interface. */
export interface GatewayMetrics {
  readonly calls: Tally<'decision' | 'endpoint'>;
  readonly refusals: Counter<'reason'>;
  readonly unauthenticated: Counter;
  readonly outcomes: Tally<'outcome'>;
  readonly inFlight: Level;
  readonly beforeForward: Spread;
}

/** Registers the data plane's metrics. Durations in seconds. */
export function createGatewayMetrics(registry: Registry): GatewayMetrics {
  const registers = [registry];
  return {
    calls: tallyOf({
      name: metricNames.calls,
      help: 'Calls decided, by decision and endpoint.',
      labelNames: ['decision', 'endpoint'],
      registers,
    }),
    refusals: new Counter({
      name: metricNames.refusals,
      help: 'Refused calls by first reason id.',
      labelNames: ['reason'],
      registers,
    }),
    unauthenticated: new Counter({
      name: metricNames.unauthenticated,
      help: 'Requests without a valid key; they write no entries.',
      registers,
    }),
    outcomes: tallyOf({
      name: metricNames.outcomes,
      help: 'Forwarded calls by outcome.',
      labelNames: ['outcome'],
      registers,
    }),
    inFlight: levelOf({ name: metricNames.inFlight, help: 'Calls in flight.', registers }),
    beforeForward: spreadOf({
      name: metricNames.beforeForward,
      help: 'From the last byte of the request to its durable decision.',
      buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2],
      registers,
    }),
  };
}
