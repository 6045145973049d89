import { type Attributes, context, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { Registry } from 'prom-client';
import { spanNames } from './names.ts';
import { prometheusProducer } from './prometheus-bridge.ts';
import type { CallSpan, SpanAttributes, Telemetry } from './types.ts';

export interface OtlpOptions {
  /** Base URL of a collector that takes OTLP over HTTP; `/v1/traces` and `/v1/metrics` are appended. */
  readonly endpoint: string;
  readonly serviceName: string;
  readonly version: string;
  readonly instanceId: string;
  readonly registry: Registry;
  readonly exportEveryMs: number;
}

const closeBoundMs = 3_000;

/** Traces and metrics to a collector, in batches off the path of calls. A collector that is away costs no call. */
export function otlpTelemetry(options: OtlpOptions): Telemetry {
  const base = options.endpoint.replace(/\/+$/, '');
  const resource = resourceFromAttributes({
    'service.name': options.serviceName,
    'service.version': options.version,
    'service.instance.id': options.instanceId,
  });
  const spans = new BatchSpanProcessor({
    exporter: new OTLPTraceExporter({ url: `${base}/v1/traces` }),
  } as never);
  const tracers = new TracerProvider({ resource, spanProcessors: [spans] });
  const producer = prometheusProducer(options.registry, resource, Date.now(), Date.now);
  const reader = new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter({ url: `${base}/v1/metrics` }),
    exportIntervalMillis: options.exportEveryMs,
    exportTimeoutMillis: Math.min(options.exportEveryMs, 10_000),
    metricProducers: [producer],
  });
  const meters = new MeterProvider({ resource, readers: [reader] });
  const tracer = tracers.getTracer('fairlead', options.version);
  return {
    call: (attributes) => startCall(tracer, attributes()),
    close: async () => {
      const done = Promise.allSettled([tracers.shutdown(), meters.shutdown()]);
      await Promise.race([done, new Promise((resolve) => setTimeout(resolve, closeBoundMs).unref())]);
    },
  };
}

function present(attributes: SpanAttributes): Attributes {
  const entries = Object.entries(attributes).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, Array.isArray(value) ? [...value] : value]),
  ) as Attributes;
}

function startCall(tracer: Tracer, attributes: SpanAttributes): CallSpan {
  const span = tracer.startSpan(spanNames.call, { kind: SpanKind.SERVER, attributes: present(attributes) });
  const within = trace.setSpan(context.active(), span);
  return {
    phase(name) {
      const kind = name === spanNames.forward ? SpanKind.CLIENT : SpanKind.INTERNAL;
      const inner = tracer.startSpan(name, { kind }, within);
      return () => inner.end();
    },
    set: (more) => void span.setAttributes(present(more())),
    end(failed) {
      if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    },
  };
}
