import { Gauge, type Registry } from 'prom-client';
import { metricNames } from '../../platform/telemetry/index.ts';
import type { StreamStatus } from './types.ts';

/** Registers the metrics of streams; what they read is asked when they are. */
export function createStreamMetrics(registry: Registry, status: () => readonly StreamStatus[]): void {
  const gauge = (name: string, help: string, measure: (one: StreamStatus) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['stream'],
      registers: [registry],
      collect() {
        for (const one of status()) this.set({ stream: one.name }, measure(one));
      },
    });
  gauge(
    metricNames.streamLagEntries,
    'Signed entries that a stream did not deliver yet.',
    (one) => one.lagEntries,
  );
  gauge(metricNames.streamLagSeconds, 'Age of the oldest of them.', (one) => one.lagSeconds);
  gauge(metricNames.streamFailing, '1 while a stream cannot be delivered.', ({ state }) =>
    state === 'failing' || state === 'off' ? 1 : 0,
  );
}
