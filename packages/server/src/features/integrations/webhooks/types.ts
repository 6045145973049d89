import type { DeliveryFact } from '@fairlead/core/delivery';

/** What one payload says, whoever sent it. */
export interface Heard {
  /** Facts under ids that every other way of reading the host gives them too. */
  readonly facts: readonly DeliveryFact[];
  /** Changes of which the payload doesn't say all that happened. */
  readonly hints: readonly { readonly repository: string; readonly number: number }[];
  /** Repositories that have another name since `at`, milliseconds since the epoch; null where the payload doesn't say. */
  readonly renamed: readonly { readonly from: string; readonly to: string; readonly at: number | null }[];
}

/** One request of a host. */
export interface HookRequest {
  /** `x-hub-signature-256`. */
  readonly signature: string | undefined;
  /** `x-github-delivery`; not signed. */
  readonly delivery: string | undefined;
  /** `x-github-event`; not signed. */
  readonly event: string | undefined;
}

/** `taken`: what it says is known now. `repeated`: it came before. `ignored`: it says nothing that is kept. */
export type HookAnswer = 'taken' | 'repeated' | 'ignored';
