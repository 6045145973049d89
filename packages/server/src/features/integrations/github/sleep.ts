import { setTimeout as timer } from 'node:timers/promises';
import type { Sleep } from './types.ts';

/** Waits by the real clock. */
export const realSleep: Sleep = async (milliseconds, signal) => {
  try {
    await timer(milliseconds, undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
};
