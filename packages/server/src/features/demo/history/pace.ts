import { setTimeout as wait } from 'node:timers/promises';
import { createSeeded } from './seeded.ts';

/** Spreads calls over time, unevenly as people's are. Those that are late follow each other closer, but never at once. */
export interface Pace {
  /** Resolves when the next call may begin; false when it may not any more. */
  next(): Promise<boolean>;
}

/** The least gap, as a part of the usual one. */
const closest = 0.4;

/**
 * @param calls how many there are to spread
 * @param overMs over how long
 * @param latestMs when it's enough, whatever is left
 * @param signal ends all waiting
 */
export function createPace(calls: number, overMs: number, latestMs: number, signal: AbortSignal): Pace {
  const seeded = createSeeded(`pace of ${calls}`);
  const started = performance.now();
  const interval = overMs / Math.max(1, calls);
  let due = 0;
  let last = 0;
  return {
    async next() {
      const now = performance.now() - started;
      due += interval * (seeded.whole(20, 180) / 100);
      last = Math.max(due, last + interval * closest);
      const ms = last - now;
      // A moment at least, in which whatever else waits for this process gets its turn.
      await wait(Math.max(1, ms), undefined, { signal }).catch(() => undefined);
      return !signal.aborted && performance.now() - started < latestMs;
    },
  };
}
