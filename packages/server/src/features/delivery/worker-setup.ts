import type { StateLocation } from '../../platform/db/index.ts';
import type { DeliveryProgram } from './reader.ts';

/** What the thread is started with. */
export interface DeliverySetup {
  readonly location: StateLocation;
  readonly program: DeliveryProgram;
}
