import type { ProgramStream } from '@fairlead/core/program';
import { createEgress } from '../gateway/egress/api.ts';
import { jsonLine, ocsfLine } from './lines.ts';
import { startPump } from './pump.ts';
import type { StreamView } from './pump-options.ts';
import type { StreamStore } from './store.ts';
import { fileTarget } from './target-file.ts';
import { webhookTarget } from './target-webhook.ts';
import type { StreamGap, StreamStatus, StreamTarget } from './types.ts';
import type { StreamsSetup } from './worker-protocol.ts';

export interface StreamsRun {
  readonly view: StreamView;
  readonly store: StreamStore;
  readonly onStatus: (status: StreamStatus) => void;
  readonly recordGap: (gap: StreamGap) => Promise<void>;
}

/** Starts every stream; one that cannot be sent as it is configured says so, and keeps no other from going. */
export async function runStreams(setup: StreamsSetup, run: StreamsRun): Promise<{ stop(): Promise<void> }> {
  const log = { name: (await run.view.origin()) ?? '' };
  const pumps = setup.streams.flatMap((stream) => {
    const target = targetOf(stream, setup, () => log.name);
    if (typeof target === 'string') {
      run.onStatus(offStatus(stream, target));
      return [];
    }
    const { name, format, from, to } = stream;
    const lineOf = format === 'ocsf' ? ocsfLine(setup.version) : jsonLine;
    const { holder, times } = setup;
    const own = { name, format, from, to: to.kind, lineOf, target, holder, times, now: Date.now };
    return [startPump({ ...own, ...run })];
  });
  return {
    async stop() {
      await Promise.all(pumps.map((pump) => pump.stop()));
    },
  };
}

/** The target, or why there is none. */
function targetOf(
  { name, to }: ProgramStream,
  setup: StreamsSetup,
  log: () => string,
): StreamTarget | string {
  if (to.kind === 'file') {
    return fileTarget({ folder: setup.folder, name, maxBytes: to.maxBytes, keep: to.keep });
  }
  const secret = to.auth === null ? null : setup.secrets[to.auth.env];
  if (secret === undefined) return `${to.auth?.env ?? ''} is not confirmed with --credential`;
  const { hostname } = new URL(to.url);
  // The program says http for this machine alone; that is what it may reach there.
  const local = /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(hostname)
    ? [hostname.replace(/^\[|\]$/g, '')]
    : [];
  const egress = createEgress([...setup.allowPrivate, ...local], egressLimits, setup.proxy);
  const auth = to.auth === null || secret === null ? null : { scheme: to.auth.scheme, secret };
  return webhookTarget({
    stream: name,
    url: to.url,
    log,
    auth,
    egress,
    version: setup.version,
    now: Date.now,
  });
}

/** Bounds of requests to receivers. */
const egressLimits = { upstreamTimeoutMs: 15_000, maxHeaderBytes: 16_384, connectTimeoutMs: 10_000 };

function offStatus({ name, format, to }: ProgramStream, failure: string): StreamStatus {
  const lag = { lagEntries: 0, lagSeconds: 0, deliveredAt: null, failingSince: null };
  return { name, format, to: to.kind, state: 'off', next: 0, ...lag, failure };
}
