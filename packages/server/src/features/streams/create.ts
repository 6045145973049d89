import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { ProgramStream } from '@fairlead/core/program';
import type { Registry } from 'prom-client';
import type { StateLocation } from '../../platform/db/index.ts';
import { fairleadVersion } from '../../platform/process/version.ts';
import type { ProxyEnvironment } from '../gateway/egress/api.ts';
import { adminEntry, type EntrySource, type Ledger } from '../ledger/api.ts';
import type { Streams } from './api.ts';
import { createStreamMetrics } from './metrics.ts';
import { defaultTimes, type StreamTimes } from './pump-options.ts';
import type { StreamGap, StreamStatus } from './types.ts';
import { startStreamsWorker } from './worker-host.ts';

export interface StreamsOptions extends EntrySource {
  readonly dataDir: string;
  /** URL of the PostgreSQL database that has the ledger, instead of the data folder. */
  readonly database?: string | undefined;
  readonly cursors: StateLocation;
  readonly streams: readonly ProgramStream[];
  /** Confirmed credentials by name. */
  readonly credentials: ReadonlyMap<string, string>;
  readonly allowPrivate: readonly string[];
  readonly environment: ProxyEnvironment;
  readonly ledger: Pick<Ledger, 'append'>;
  readonly registry: Registry;
  readonly log: (level: 'warn' | 'error', message: string) => void;
  /** Where streams to files are written; `streams` in the data folder unless told. */
  readonly folder?: string;
  readonly times?: StreamTimes;
}

/**
 * Starts the streams of a program, in a thread of their own; without any there is none.
 * @throws FairleadError `streams.unavailable`.
 */
export async function openStreams(options: StreamsOptions): Promise<Streams> {
  const { streams, dataDir, credentials, log } = options;
  const known = new Map<string, StreamStatus>();
  const status = () => [...known.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  createStreamMetrics(options.registry, status);
  if (streams.length === 0) return { status, close: async () => undefined };
  const wanted = streams.flatMap(({ to }) => (to.kind === 'webhook' && to.auth ? [to.auth.env] : []));
  const secrets = wanted.flatMap((name) => {
    const value = credentials.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  const { HTTPS_PROXY, https_proxy, NO_PROXY, no_proxy } = options.environment;
  const worker = await startStreamsWorker(
    {
      dataDir,
      database: options.database,
      cursors: options.cursors,
      folder: options.folder ?? join(dataDir, 'streams'),
      streams,
      secrets: Object.fromEntries(secrets),
      allowPrivate: options.allowPrivate,
      proxy: { HTTPS_PROXY, https_proxy, NO_PROXY, no_proxy },
      holder: options.instance.incarnation,
      version: fairleadVersion,
      times: options.times ?? defaultTimes,
    },
    {
      onStatus: (one) => {
        const before = known.get(one.name);
        known.set(one.name, one);
        if (one.failure !== null && one.failure !== before?.failure) {
          log('warn', `The stream ${one.name} cannot be delivered: ${one.failure}`);
        }
      },
      recordGap: (gap) => recordGap(options, gap),
      onTrouble: (message) => log('error', `Streams: ${message}`),
    },
  );
  return { status, close: () => worker.close() };
}

/** A gap is an entry, once: its id is made of what it says. */
async function recordGap(options: StreamsOptions, gap: StreamGap): Promise<void> {
  const { stream, reason, expected, found, log } = gap;
  const entry = adminEntry(options, 'stream.gap', { stream, reason, expected, found, log });
  await options.ledger.append([{ entry: { ...entry, id: idOf(gap) } }]);
  options.log('error', `The stream ${stream} has a gap (${reason}): ${expected} was next, ${found} is`);
}

/** A UUID of version 8. */
function idOf(gap: StreamGap): string {
  const digest = createHash('sha256')
    .update(`stream.gap\n${JSON.stringify(gap)}`)
    .digest();
  digest[6] = (digest[6]! & 0x0f) | 0x80;
  digest[8] = (digest[8]! & 0x3f) | 0x80;
  const hex = digest.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}
