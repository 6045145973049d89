import type { StateLocation } from '../../platform/db/index.ts';
import type { DeliveryProgram, DeliveryReader } from './reader.ts';

/** What the thread is started with. */
export interface DeliverySetup {
  readonly location: StateLocation;
  readonly program: DeliveryProgram;
}

/** Main thread to worker. */
export interface DeliveryCall {
  readonly call: number;
  readonly method: keyof DeliveryReader;
  readonly args: readonly unknown[];
}

/** Worker to main thread. Messages of SQLite and the system name files and conditions, never content. */
export type DeliveryMessage =
  | { readonly type: 'done'; readonly call: number; readonly value: unknown }
  | { readonly type: 'failed'; readonly call: number; readonly message: string };
