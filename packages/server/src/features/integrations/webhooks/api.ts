import type { HookAnswer, HookRequest } from './types.ts';

/** What comes from hosts of repositories by themselves. */
export interface Webhooks {
  /**
   * Looks at the headers, before a body is read.
   * @throws FairleadError `hooks.not-configured`, `hooks.signature-invalid`, `hooks.delivery-invalid`.
   */
  expect(request: HookRequest): void;
  /**
   * Takes a delivery: once this returns, what it says is durable.
   * @throws FairleadError those of `expect`; `hooks.payload-invalid`; `store.unavailable`.
   */
  take(request: HookRequest, body: Uint8Array): Promise<HookAnswer>;
}

export type { HookAnswer, HookRequest };
