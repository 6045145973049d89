import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FairleadError } from '@fairlead/core/errors';
import { createEgress, type ProxyEnvironment } from './egress.ts';
import { createListener, type ListenerState, type TlsFiles } from './listener.ts';
import { createRepeats } from './repeats.ts';
import { createRuntime, type Runtime } from './runtime.ts';
import type { GatewayDeps } from './types.ts';

export interface GatewayOptions {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  readonly hosts: readonly string[];
  readonly allowPrivate: readonly string[];
  readonly tls: TlsFiles | null;
  readonly environment?: ProxyEnvironment;
}

export interface Gateway {
  /** `http(s)://host:port`. */
  readonly url: string;
  /** Stops listening, lets calls in flight finish within `drainMs`, cuts the rest, writes pending repeats. */
  close(): Promise<void>;
}

/** Starts the data plane. */
export async function startGateway(deps: GatewayDeps, options: GatewayOptions): Promise<Gateway> {
  const egress = createEgress(options.allowPrivate, deps.limits, options.environment);
  const repeats = createRepeats(deps, deps.limits.repeatWindowMs);
  const runtime = createRuntime(deps, egress, repeats);
  const state: ListenerState = { draining: false, inFlight: 0 };
  const server = createListener(runtime, options.hosts, state, options.tls);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const flushing = setInterval(() => flush(runtime), deps.limits.repeatWindowMs / 4);
  const summary = setInterval(() => summarise(runtime), 60_000);
  const revoking = setInterval(() => cutRevoked(runtime), revocationMs);
  const { port } = server.address() as AddressInfo;
  const name = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    url: `${options.tls ? 'https' : 'http'}://${name}:${port}`,
    async close() {
      state.draining = true;
      clearInterval(flushing);
      clearInterval(summary);
      clearInterval(revoking);
      await drain(runtime, server, state);
      summarise(runtime);
      await repeats.flush(true).catch(() => deps.log.error('pending repeats could not be recorded'));
      await egress.close();
      runtime.spentBodies.close();
    },
  };
}

function flush({ repeats, deps }: Runtime): void {
  repeats.flush(false).catch(() => deps.log.error('repeats could not be recorded'));
}

/** How soon a call in flight notices that its credential was revoked. */
const revocationMs = 250;

/** A revoked credential ends the calls it began, not only those it would begin. */
function cutRevoked({ deps, exchanges }: Runtime): void {
  for (const { exchange, caller } of exchanges) {
    if (deps.identity.isRevoked?.(caller)) exchange?.cut(new FairleadError('identity.key-invalid'));
  }
}

/** Unauthenticated requests write no entries, so a flood of them costs one log line a minute. */
function summarise(runtime: Runtime): void {
  const count = runtime.takeUnauthenticated();
  if (count > 0) runtime.deps.log.warn({ count }, 'requests without a valid key in the last minute');
}

async function drain(runtime: Runtime, server: Server, state: ListenerState): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const deadline = Date.now() + runtime.deps.limits.drainMs;
  while (state.inFlight > 0 && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    server.closeIdleConnections();
  }
  for (const { exchange } of runtime.exchanges) exchange?.cut(new FairleadError('gateway.draining'));
  // Outcomes of what was cut are still to be written: wait for their calls, not for their sockets.
  const outcomes = Date.now() + 5_000;
  while (state.inFlight > 0 && Date.now() < outcomes) await new Promise((resolve) => setTimeout(resolve, 20));
  server.closeAllConnections();
  await closed;
}
