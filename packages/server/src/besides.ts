/* A part of the composition root: what stands beside calls and never in their way. */
import type { LoadedProgram } from '@fairlead/core/program';
import type { Registry } from 'prom-client';
import { type AccessLog, createAccessLog } from './features/audit/access-log.ts';
import type { Content } from './features/content/api.ts';
import { openContent } from './features/content/create.ts';
import type { VendorAccess } from './features/gateway/api.ts';
import { stateFile } from './features/identity/create.ts';
import type { OpenLedger } from './features/ledger/create.ts';
import { defaultKeysDir } from './features/ledger/keys.ts';
import type { ViewStore } from './features/saved-views/api.ts';
import { openViewStore } from './features/saved-views/store-sql.ts';
import type { Streams } from './features/streams/api.ts';
import { openStreams } from './features/streams/create.ts';
import { systemClock } from './platform/clock/index.ts';

export interface Besides {
  readonly streams: Streams;
  readonly content: Content;
  readonly views: ViewStore;
  readonly access: AccessLog;
}

interface Options {
  readonly loaded: LoadedProgram;
  readonly dataDir: string;
  readonly vendors: Pick<VendorAccess, 'credentials'>;
  readonly allowPrivate: readonly string[];
  readonly environment: { readonly [name: string]: string | undefined };
  readonly origin: 'live' | 'demo';
  readonly streamFolder?: string;
}

interface Given {
  readonly ledger: OpenLedger;
  readonly registry: Registry;
  readonly log: (level: 'warn' | 'error', message: string) => void;
}

/** Opens streams to other systems, kept content, saved views, and the record of who reads. */
export async function openBesides(
  options: Options,
  { ledger, registry, log }: Given,
  closers: (() => Promise<void> | void)[],
): Promise<Besides> {
  const { loaded, dataDir, vendors, allowPrivate, environment, origin, streamFolder } = options;
  const { program } = loaded;
  const location = { kind: 'sqlite', file: stateFile(dataDir) } as const;
  const common = { clock: systemClock, instance: ledger.instance, origin, ledger, log };
  const streams = await openStreams({
    ...common,
    dataDir,
    cursors: location,
    streams: program.streams ?? [],
    credentials: vendors.credentials,
    allowPrivate: [...program.network.allowPrivate, ...allowPrivate],
    environment,
    registry,
    folder: streamFolder,
  });
  closers.push(() => streams.close());
  const content = await openContent({ ...common, dataDir, keysDir: defaultKeysDir(dataDir), program });
  closers.push(() => content.close());
  const views = await openViewStore(location);
  closers.push(() => views.close());
  const access = createAccessLog(common);
  closers.push(() => access.close());
  return { streams, content, views, access };
}
