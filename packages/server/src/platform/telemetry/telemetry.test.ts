import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { attributeNames, openTelemetry, silentTelemetry, spanNames } from './index.ts';

interface Posted {
  readonly path: string;
  // biome-ignore lint/suspicious/noExplicitAny: read as a collector would, without the sender's types.
  readonly body: any;
  readonly headers: Record<string, unknown>;
}

let collector: Server;
let posts: Posted[];
let endpoint: string;

beforeEach(async () => {
  posts = [];
  collector = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString() || '{}');
      posts.push({ path: request.url ?? '', body, headers: request.headers });
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((done) => collector.listen(0, '127.0.0.1', done));
  endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
});
afterEach(() => {
  collector.closeAllConnections();
  collector.close();
});

const open = (environment: Record<string, string>, registry = new Registry()) =>
  openTelemetry({ environment, registry, version: '1.2.3', instanceId: 'i-1' });

describe('telemetry', () => {
  it('is silent unless a collector is named, and when it is switched off', async () => {
    expect(await open({})).toBe(silentTelemetry);
    const off = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SDK_DISABLED: 'true' };
    expect(await open(off)).toBe(silentTelemetry);
    const span = silentTelemetry.call(() => ({}));
    span.phase(spanNames.read)();
    span.set(() => ({}));
    span.end(true);
    await silentTelemetry.close();
  });

  it('refuses an endpoint that is no URL', async () => {
    for (const bad of ['nonsense', 'ftp://x', 'unix:/tmp/x']) {
      await expect(open({ OTEL_EXPORTER_OTLP_ENDPOINT: bad })).rejects.toMatchObject({
        code: 'server.telemetry-endpoint',
      });
    }
  });

  it('sends a call as a span with its phases inside', async () => {
    const telemetry = await open({ OTEL_EXPORTER_OTLP_ENDPOINT: `${endpoint}/` });
    const call = telemetry.call(() => ({ [attributeNames.op]: 'op-1', [attributeNames.model]: null }));
    call.phase(spanNames.inspect)();
    call.set(() => ({ [attributeNames.policyIds]: ['a', 'b'], [attributeNames.inputTokens]: 7 }));
    call.end(true);
    await telemetry.close();
    const { body } = posts.find(({ path }) => path === '/v1/traces') as Posted;
    const [{ resource, scopeSpans }] = body.resourceSpans;
    expect(JSON.stringify(resource)).toContain('1.2.3');
    const spans = scopeSpans[0].spans as {
      name: string;
      spanId: string;
      parentSpanId?: string;
      status: object;
    }[];
    const outer = spans.find(({ name }) => name === spanNames.call);
    const inner = spans.find(({ name }) => name === spanNames.inspect);
    expect(inner?.parentSpanId).toBe(outer?.spanId);
    expect(outer?.status).toMatchObject({ code: 2 });
    const text = JSON.stringify(outer);
    expect(text).toContain('op-1');
    expect(text).toContain(attributeNames.policyIds);
    expect(text).not.toContain(attributeNames.model);
  });

  it('sends what Prometheus would read: counters, gauges and histograms with the same figures', async () => {
    const registry = new Registry();
    const registers = [registry];
    const counter = new Counter({ name: 'c_total', help: 'c', labelNames: ['kind'], registers });
    new Gauge({ name: 'g', help: 'g', registers }).set(4);
    const histogram = new Histogram({ name: 'h_seconds', help: 'h', buckets: [0.1, 1], registers });
    counter.inc({ kind: 'x' }, 3);
    for (const value of [0.05, 0.5, 0.6, 9]) histogram.observe(value);
    const telemetry = await open({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }, registry);
    await telemetry.close();
    const { body } = posts.find(({ path }) => path === '/v1/metrics') as Posted;
    const metrics = body.resourceMetrics.flatMap((r: { scopeMetrics: { metrics: unknown[] }[] }) =>
      r.scopeMetrics.flatMap((scope) => scope.metrics),
    ) as { name: string; sum?: object; gauge?: object; histogram?: object }[];
    const named = new Map(metrics.map((metric) => [metric.name, metric]));
    expect(named.get('c_total')?.sum).toMatchObject({
      isMonotonic: true,
      aggregationTemporality: 2,
      dataPoints: [{ asDouble: 3, attributes: [{ key: 'kind', value: { stringValue: 'x' } }] }],
    });
    expect(named.get('g')?.gauge).toMatchObject({ dataPoints: [{ asDouble: 4 }] });
    expect(named.get('h_seconds')?.histogram).toMatchObject({
      dataPoints: [{ count: 4, explicitBounds: [0.1, 1], bucketCounts: [1, 2, 1] }],
    });
  });

  it('does not hold up a stop when the collector is away', async () => {
    collector.closeAllConnections();
    await new Promise((done) => collector.close(done));
    const telemetry = await open({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
    telemetry.call(() => ({})).end(false);
    await telemetry.close();
  });
});
