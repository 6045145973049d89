import type { StateLocation } from '../../platform/db/index.ts';

/** What the worker is started with. */
export interface ContentSetup {
  readonly location: StateLocation;
  readonly master: Uint8Array;
}
