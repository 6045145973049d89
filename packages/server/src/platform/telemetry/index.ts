import { FairleadError } from '@fairlead/core/errors';
import type { Registry } from 'prom-client';
import { silentTelemetry, type Telemetry } from './types.ts';

export { attributeNames, metricNames, type SpanName, spanNames } from './names.ts';
export { type Level, levelOf, type Spread, spreadOf, type Tally, tallyOf } from './tally.ts';
export { type CallSpan, type SpanAttributes, silentTelemetry, type Telemetry } from './types.ts';

export interface TelemetryOptions {
  /** OpenTelemetry's own variables: OTEL_EXPORTER_OTLP_ENDPOINT, _HEADERS, OTEL_SERVICE_NAME, OTEL_METRIC_EXPORT_INTERVAL. */
  readonly environment: { readonly [name: string]: string | undefined };
  readonly registry: Registry;
  readonly version: string;
  readonly instanceId: string;
}

/**
 * Telemetry as OpenTelemetry's environment variables ask for it; silent where they don't, and then none of its code is
 * loaded. @throws FairleadError `server.telemetry-endpoint` for an endpoint that is no http(s) URL.
 */
export async function openTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  const { environment, registry, version, instanceId } = options;
  const endpoint = environment.OTEL_EXPORTER_OTLP_ENDPOINT?.trim();
  if (!endpoint || environment.OTEL_SDK_DISABLED === 'true') return silentTelemetry;
  if (!URL.canParse(endpoint) || !/^https?:$/.test(new URL(endpoint).protocol)) {
    throw new FairleadError('server.telemetry-endpoint');
  }
  const interval = Number(environment.OTEL_METRIC_EXPORT_INTERVAL ?? '');
  const exportEveryMs = Number.isSafeInteger(interval) && interval >= 100 ? interval : 60_000;
  const serviceName = environment.OTEL_SERVICE_NAME ?? 'fairlead';
  const { otlpTelemetry } = await import('./otlp.ts');
  return otlpTelemetry({ endpoint, serviceName, version, instanceId, registry, exportEveryMs });
}
