import type { Clock } from '@fairlead/core/ports';

/** The machine's wall clock. */
export const systemClock: Clock = { now: () => Date.now() };
