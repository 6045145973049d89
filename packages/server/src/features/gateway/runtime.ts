import { FairleadError } from '@fairlead/core/errors';
import type { Caller } from '../identity/api.ts';
import type { Egress } from './egress.ts';
import type { Repeats } from './repeats.ts';
import { createSpentBodies, type SpentBodies } from './spent-bodies.ts';
import type { GatewayDeps } from './types.ts';
import type { VendorExchange } from './vendor-exchange.ts';

/**
 * An exchange and whose it is; null once it's over. A set that was outgrown goes on referring to what it held, which must
 * not be the whole call.
 */
export interface ExchangeUnderWay {
  exchange: VendorExchange | null;
  readonly caller: Caller;
}

/** What the calls of one gateway share while it runs. */
export interface Runtime {
  readonly deps: GatewayDeps;
  readonly egress: Egress;
  readonly repeats: Repeats;
  readonly spentBodies: SpentBodies;
  /** What is in flight, so that a drain or a revocation can end it. */
  readonly exchanges: Set<ExchangeUnderWay>;
  /** @throws FairleadError gateway.busy when the bodies held would exceed the bound. */
  reserveBuffer(bytes: number): void;
  releaseBuffer(bytes: number): void;
  countUnauthenticated(): void;
  /** How many since the last call; the summary line a minute uses it. */
  takeUnauthenticated(): number;
}

export function createRuntime(deps: GatewayDeps, egress: Egress, repeats: Repeats): Runtime {
  let buffered = 0;
  let unauthenticated = 0;
  return {
    deps,
    egress,
    repeats,
    spentBodies: createSpentBodies(),
    exchanges: new Set(),
    reserveBuffer(bytes) {
      buffered += bytes;
      if (buffered > deps.limits.maxBufferedBytes) throw new FairleadError('gateway.busy');
    },
    releaseBuffer(bytes) {
      buffered -= bytes;
    },
    countUnauthenticated() {
      unauthenticated += 1;
      deps.metrics.unauthenticated.inc();
    },
    takeUnauthenticated() {
      const count = unauthenticated;
      unauthenticated = 0;
      return count;
    },
  };
}
