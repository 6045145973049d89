import type { StateLocation } from '../../platform/db/index.ts';
import type { ContentStore } from './store.ts';

/** What the worker is started with. */
export interface ContentSetup {
  readonly location: StateLocation;
  readonly master: Uint8Array;
}

export type ContentMethod = keyof ContentStore;

/** Main thread to worker. */
export interface ContentCall {
  readonly call: number;
  readonly method: ContentMethod;
  readonly args: readonly unknown[];
}

/** Worker to main thread. Messages name conditions, never content. */
export type ContentMessage =
  | { readonly type: 'started' }
  | { readonly type: 'refused'; readonly code: string | null; readonly message: string }
  | { readonly type: 'done'; readonly call: number; readonly value: unknown }
  | {
      readonly type: 'failed';
      readonly call: number;
      readonly code: string | null;
      readonly message: string;
    };
