/* A collector over a made-up host, with a clock that only sleeping moves. */
import { seededRandom } from '@fairlead/core/statistics';
import { type DeliveryStore, openDelivery } from '../../../delivery/api.ts';
import { createEgress } from '../../../gateway/egress/api.ts';
import { createGithubClient } from '../client.ts';
import { createGithubCollector, type GithubCollector } from '../collector.ts';
import type { CollectorDeps } from '../deps.ts';
import { defaultSizes } from '../queries.ts';
import type { CollectWait } from '../types.ts';
import type { FakeHost } from './fake-host.ts';

export interface FakeClock {
  now(): number;
  advance(milliseconds: number): void;
  /** Moves on without waiting. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

export function fakeClock(start: number): FakeClock {
  let now = start;
  return {
    now: () => now,
    advance: (milliseconds) => {
      now += milliseconds;
    },
    async sleep(milliseconds, signal) {
      signal.throwIfAborted();
      now += milliseconds;
      await new Promise((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
    },
  };
}

export interface Collecting {
  readonly store: DeliveryStore;
  readonly collector: GithubCollector;
  readonly waits: CollectWait[];
  close(): Promise<void>;
}

export async function openCollecting(
  folder: string,
  host: FakeHost,
  clock: FakeClock,
  more: Partial<CollectorDeps> & {
    readonly seed?: string;
    readonly reserve?: number;
    readonly attempts?: number;
    readonly writes?: Parameters<typeof openDelivery>[1];
  } = {},
): Promise<Collecting> {
  const { seed = 'collecting', reserve, attempts, writes = 'many', ...deps } = more;
  const random = seededRandom(seed);
  const ports = {
    clock,
    sleep: clock.sleep,
    random: { bytes: (length: number) => Uint8Array.from({ length }, () => Math.floor(random() * 256)) },
  };
  const waits: CollectWait[] = [];
  const store = deps.store ?? (await openDelivery(folder, writes));
  const client = createGithubClient({
    ...ports,
    ...{ api: new URL(host.api), token: host.token, egress: egress(), onWait: (wait) => waits.push(wait) },
    ...(reserve !== undefined && { reserve }),
    ...(attempts !== undefined && { attempts }),
  });
  const collector = createGithubCollector({
    ...ports,
    ...{ client, host: 'github.com', incidentLabel: 'incident', sizes: defaultSizes, overlapMs: 300_000 },
    ...{ recheck: 100, takeAtOnce: 500, onProgress: () => undefined, ...deps, store },
  });
  return {
    ...{ store, collector, waits },
    async close() {
      await client.close();
      await store.close();
    },
  };
}

function egress() {
  const limits = { upstreamTimeoutMs: 30_000, maxHeaderBytes: 16_384, connectTimeoutMs: 10_000 };
  return createEgress(['127.0.0.1'], limits);
}
