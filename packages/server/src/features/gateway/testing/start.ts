import { Registry } from 'prom-client';
import { nodeHash } from '../../../platform/crypto/index.ts';
import { createLog } from '../../../platform/log/index.ts';
import { silentTelemetry } from '../../../platform/telemetry/index.ts';

import { createGatewayMetrics, defaultLimits, type Gateway, type GatewayDeps, startGateway } from '../api.ts';
import type { GatewayOptions } from '../create.ts';
import type { ActiveBundle, GatewayLimits } from '../types.ts';
import { exampleBundle, exampleNow } from './bundle.ts';
import { type Incoming, type Outgoing, send } from './client.ts';
import { type FakeLedger, fakeIdentity, fakeLedger, inlineInspection, type TestKey } from './fakes.ts';
import { type StubVendor, startStubVendor } from './stub-vendor.ts';
import { unlimitedBudgets } from './unlimited-budgets.ts';

/** What a test may set of a gateway; the rest is the example's. */
export interface TestGatewayOptions
  extends Partial<Pick<GatewayDeps, 'bundle' | 'inspection' | 'identity' | 'budgets'>>,
    Partial<GatewayOptions> {
  readonly limits?: Partial<GatewayLimits>;
  /** Vendor id → base URL, in place of the stub's. */
  readonly baseUrls?: Readonly<Record<string, string>>;
  readonly credentials?: Readonly<Record<string, string>>;
}

/** A gateway over the example program, in this process, with one stub for all vendors. */
export interface TestGateway extends Gateway {
  readonly vendor: StubVendor;
  readonly ledger: FakeLedger;
  readonly registry: Registry;
  /** Log lines so far. */
  readonly lines: readonly string[];
  /** The wall clock, which stands still unless a test moves it. */
  readonly clock: { at: number; now(): number };
  /** A model call with a key where its dialect's clients put it. */
  call(
    path: string,
    key: TestKey | string,
    body: object | string | Buffer,
    more?: Partial<Outgoing>,
  ): Promise<Incoming>;
}

/** Made once for all gateways of a test file. */
let unchanged: Promise<ActiveBundle> | undefined;

export async function startTestGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const vendor = await startStubVendor();
  const ledger = fakeLedger();
  const registry = new Registry();
  const lines: string[] = [];
  const clock = { at: exampleNow, now: () => clock.at };
  unchanged ??= exampleBundle();
  const bundle = options.bundle ?? always(await unchanged);
  const ids = bundle().index.program.vendors.map(({ id }) => id);
  const stubs = Object.fromEntries(ids.map((id) => [id, vendor.url]));
  const credentials = options.credentials ?? {
    OPENAI_API_KEY: 'sk-openai',
    ANTHROPIC_API_KEY: 'sk-anthropic',
    AZURE_OPENAI_API_KEY: 'sk-azure',
  };
  const deps: GatewayDeps = {
    bundle,
    identity: options.identity ?? fakeIdentity,
    ledger,
    budgets: options.budgets ?? unlimitedBudgets(),
    inspection: options.inspection ?? inlineInspection(),
    vendors: {
      baseUrls: new Map(Object.entries({ ...stubs, ...options.baseUrls })),
      credentials: new Map(Object.entries(credentials)),
    },
    clock,
    hash: nodeHash,
    sessionKey: new Uint8Array(32),
    log: createLog({ destination: { write: (line) => void lines.push(line) } }),
    metrics: createGatewayMetrics(registry),
    telemetry: silentTelemetry,
    instance: { id: 'instance', incarnation: 'incarnation' },
    origin: 'live',
    limits: { ...defaultLimits, ...options.limits },
  };
  const gateway = await startGateway(deps, {
    host: options.host ?? '127.0.0.1',
    port: options.port ?? 0,
    hosts: options.hosts ?? [],
    allowPrivate: options.allowPrivate ?? ['127.0.0.0/8'],
    tls: options.tls ?? null,
    environment: options.environment,
  });
  return {
    url: gateway.url,
    vendor,
    ledger,
    registry,
    lines,
    clock,
    async close() {
      await gateway.close();
      await vendor.close();
    },
    call: (path, key, body, more) =>
      send(gateway.url, {
        path,
        ...more,
        headers: [...headersFor(path, key), ...(more?.headers ?? [])],
        body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
      }),
  };
}

/** Runs steps on a gateway of their own. */
export async function withGateway(
  options: TestGatewayOptions,
  steps: (own: TestGateway) => Promise<void>,
): Promise<void> {
  const own = await startTestGateway(options);
  try {
    await steps(own);
  } finally {
    await own.close();
  }
}

/** The sum of a metric's values that carry these labels. */
export async function metricOf(
  { registry }: TestGateway,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<number> {
  const values = (await registry.getSingleMetric(name)?.get())?.values ?? [];
  const matching = values.filter(({ labels: own }) =>
    Object.entries(labels).every(([label, value]) => (own as Record<string, unknown>)[label] === value),
  );
  return matching.reduce((sum, { value }) => sum + value, 0);
}

export function always<T>(value: T): () => T {
  return () => value;
}

/** Headers of a plain call with this key. */
export function headersFor(path: string, key: string): string[] {
  return path.startsWith('/v1/messages')
    ? ['content-type', 'application/json', 'anthropic-version', '2023-06-01', 'x-api-key', key]
    : ['content-type', 'application/json', 'authorization', `Bearer ${key}`];
}

export const chatPath = '/v1/chat/completions';
export const messagesPath = '/v1/messages';

export function chat(text: string, more: object = {}): object {
  return { model: 'gpt-5.5', messages: [{ role: 'user', content: text }], ...more };
}

export function messages(text: string, more: object = {}): object {
  return { model: 'claude-sonnet-5', max_tokens: 64, messages: [{ role: 'user', content: text }], ...more };
}
