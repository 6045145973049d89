import { FairleadError } from '@fairlead/core/errors';
import type { Caller } from '../identity/api.ts';
import type { Egress } from './egress.ts';
import type { Repeats } from './repeats.ts';
import { createSpentBodies, type SpentBodies } from './spent-bodies.ts';
import type { GatewayDeps } from './types.ts';
import type { VendorExchange } from './vendor-exchange.ts';

/** What the calls of one gateway share while it runs. */
export interface Runtime {
  readonly deps: GatewayDeps;
  readonly egress: Egress;
  readonly repeats: Repeats;
  readonly spentBodies: SpentBodies;
  /** Exchanges in flight and whose they are, so that a drain or a revocation can end them. */
  readonly exchanges: Map<VendorExchange, Caller>;
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
    exchanges: new Map(),
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
