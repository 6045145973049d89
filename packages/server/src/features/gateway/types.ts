import type { ProgramIndex } from '@fairlead/core/decision';
import type { PolicyEngine } from '@fairlead/core/policy';
import type { Clock, Hash } from '@fairlead/core/ports';
import type { Logger } from 'pino';
import type { Telemetry } from '../../platform/telemetry/index.ts';
import type { Budgets } from '../budgets/api.ts';
import type { ContentKeeper } from '../content/api.ts';
import type { Identity } from '../identity/api.ts';
import type { Inspection } from '../inspection/api.ts';
import type { Ledger } from '../ledger/api.ts';
import type { GatewayMetrics } from './metrics.ts';

/** What is in force: one compiled program. Swapped as a whole; a call keeps the one it began with. */
export interface ActiveBundle {
  /** `sha256:` + hex. */
  readonly digest: string;
  readonly index: ProgramIndex;
  readonly engine: PolicyEngine;
  /** Monotonic; the ledger index of the `config` entry that put this bundle in force. */
  readonly configEpoch: number;
}

/** Bounds of one gateway process. Sizes in bytes, times in milliseconds. */
export interface GatewayLimits {
  readonly maxBodyBytes: number;
  readonly maxDecodedBytes: number;
  readonly maxHeaderBytes: number;
  /** Bodies held in memory at once, over all calls. */
  readonly maxBufferedBytes: number;
  readonly maxInFlight: number;
  /** The share of one key of the calls in flight and of the bytes held. */
  readonly keyShare: { readonly calls: number; readonly bytes: number };
  readonly headersTimeoutMs: number;
  /** For the whole request, body included. */
  readonly requestTimeoutMs: number;
  readonly connectTimeoutMs: number;
  /** Until the vendor's headers, and between chunks of its body. */
  readonly upstreamTimeoutMs: number;
  /** How long a drain waits for calls in flight before it cuts them. */
  readonly drainMs: number;
  readonly repeatWindowMs: number;
}

export const defaultLimits: GatewayLimits = {
  maxBodyBytes: 32 * 1024 * 1024,
  maxDecodedBytes: 64 * 1024 * 1024,
  maxHeaderBytes: 64 * 1024,
  maxBufferedBytes: 1024 * 1024 * 1024,
  // A key's share must leave most of the whole to others, and the ledger's queue holds a record of each call.
  maxInFlight: 4096,
  keyShare: { calls: 1024, bytes: 256 * 1024 * 1024 },
  headersTimeoutMs: 15_000,
  requestTimeoutMs: 120_000,
  connectTimeoutMs: 10_000,
  upstreamTimeoutMs: 15 * 60_000,
  drainMs: 30_000,
  repeatWindowMs: 10_000,
};

/** Base URL overrides and secrets of vendors; only names stand in the program. */
export interface VendorAccess {
  /** Vendor id → base URL that replaces the program's (demo and tests, loopback only). */
  readonly baseUrls: ReadonlyMap<string, string>;
  /** Credential name → value, only those the operator named. */
  readonly credentials: ReadonlyMap<string, string>;
}

export interface GatewayDeps {
  readonly bundle: () => ActiveBundle;
  readonly identity: Pick<Identity, 'authenticate'> & Partial<Pick<Identity, 'isRevoked'>>;
  readonly ledger: Pick<Ledger, 'append' | 'state'>;
  readonly budgets: Pick<Budgets, 'admit' | 'reserve' | 'isPriced'>;
  readonly inspection: Pick<Inspection, 'inspectCall'>;
  readonly vendors: VendorAccess;
  readonly clock: Clock;
  readonly hash: Hash;
  /** Key of the HMAC that stands in for a missing session id. */
  readonly sessionKey: Uint8Array;
  readonly log: Logger;
  readonly metrics: GatewayMetrics;
  readonly telemetry: Telemetry;
  /** Absent where content is never kept. */
  readonly content?: ContentKeeper;
  readonly instance: { readonly id: string; readonly incarnation: string };
  readonly origin: 'live' | 'demo';
  readonly limits: GatewayLimits;
}
