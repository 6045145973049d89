// What leaves for a collector: a trace and metrics of each call, and nothing of what was said in it.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, routes } from '../support/calls.ts';
import { type Governed, startGoverned } from '../support/governed.ts';
import { respond } from '../support/stub-upstream.ts';

let collector: Server;
let governed: Governed;
const posts: { path: string; text: string }[] = [];
const marker = `content-${crypto.randomUUID()}`;
const usage = { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 };

beforeAll(async () => {
  collector = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      posts.push({ path: request.url ?? '', text: Buffer.concat(chunks).toString() });
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((done) => collector.listen(0, '127.0.0.1', done));
  const { port } = collector.address() as AddressInfo;
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
    OTEL_METRIC_EXPORT_INTERVAL: '200',
    OTEL_SERVICE_NAME: 'fairlead-under-test',
  };
  const answer = JSON.stringify({ choices: [{ message: { role: 'assistant', content: marker } }], usage });
  governed = await startGoverned(respond(200, { 'content-type': 'application/json' }, answer), { env });
});
afterAll(async () => {
  await governed.close();
  collector.closeAllConnections();
  collector.close();
});

describe('telemetry of a running gateway', () => {
  it('has a span with its phases for each call, allowed or refused, and metrics, and no content or key', async () => {
    const { gateway, keys } = governed;
    const allowed = await call(gateway, routes.chat, keys.allowed, routes.chat.body(`Hello ${marker}`));
    const refused = await call(gateway, routes.chat, keys.unlisted, routes.chat.body(`Hello ${marker}`));
    expect([allowed.status, refused.status]).toEqual([200, 400]);
    await governed.app.stop();

    const traces = posts.filter(({ path }) => path === '/v1/traces').map(({ text }) => text);
    const spans = traces.flatMap((text) =>
      JSON.parse(text).resourceSpans.flatMap((r: { scopeSpans: { spans: object[] }[] }) =>
        r.scopeSpans.flatMap((scope) => scope.spans),
      ),
    ) as { name: string; attributes: { key: string; value: Record<string, unknown> }[] }[];
    const names = spans.map(({ name }) => name);
    for (const phase of ['read', 'inspect', 'decide', 'record', 'forward'])
      expect(names).toContain(`fairlead.${phase}`);
    expect(names.filter((name) => name === 'fairlead.call')).toHaveLength(2);
    expect(names.filter((name) => name === 'fairlead.forward')).toHaveLength(1);
    const ofCall = (op: string) =>
      Object.fromEntries(
        spans
          .find(({ attributes }) => attributes.some(({ value }) => value.stringValue === op))!
          .attributes.map(({ key, value }) => [key, Object.values(value)[0]]),
      );
    expect(ofCall(String(allowed.headers['x-fairlead-op']))).toMatchObject({
      'fairlead.decision': 'allow',
      'fairlead.outcome': 'completed',
      'gen_ai.request.model': 'gpt-5.5',
      'gen_ai.usage.input_tokens': usage.prompt_tokens,
      'http.response.status_code': 200,
    });
    expect(ofCall(String(refused.headers['x-fairlead-op']))).toMatchObject({
      'fairlead.decision': 'deny',
      'fairlead.repository': 'github.com/acme/skunkworks',
    });

    const metrics = posts.filter(({ path }) => path === '/v1/metrics').map(({ text }) => text);
    expect(metrics.join('\n')).toContain('fairlead_calls_total');
    const everything = posts.map(({ text }) => text).join('\n');
    expect(everything).toContain('fairlead-under-test');
    for (const secret of [marker, keys.allowed, keys.unlisted, 'dana.moss'])
      expect(everything).not.toContain(secret);
  });
});
