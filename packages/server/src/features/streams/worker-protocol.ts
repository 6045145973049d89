import type { ProgramStream } from '@fairlead/core/program';
import type { StateLocation } from '../../platform/db/index.ts';
import type { ProxyEnvironment } from '../gateway/egress/api.ts';
import type { StreamTimes } from './pump-options.ts';
import type { StreamGap, StreamStatus } from './types.ts';

/** What the worker is started with. */
export interface StreamsSetup {
  readonly dataDir: string;
  /** URL of the PostgreSQL database that has the ledger, instead. */
  readonly database: string | undefined;
  readonly cursors: StateLocation;
  /** Where streams to files are written. */
  readonly folder: string;
  readonly streams: readonly ProgramStream[];
  /** Confirmed secrets by the name of their variable. */
  readonly secrets: { readonly [name: string]: string };
  readonly allowPrivate: readonly string[];
  readonly proxy: ProxyEnvironment;
  readonly holder: string;
  readonly version: string;
  readonly times: StreamTimes;
}

/** Main thread to worker. `recorded` answers a gap: its entry is on disk, or it could not be written. */
export type StreamsCall =
  | { readonly type: 'recorded'; readonly gap: number; readonly ok: boolean }
  | { readonly type: 'close' };

/** Worker to main thread. */
export type StreamsMessage =
  | { readonly type: 'started' }
  | { readonly type: 'refused'; readonly message: string }
  | { readonly type: 'status'; readonly status: StreamStatus }
  | { readonly type: 'gap'; readonly gap: number; readonly found: StreamGap };
