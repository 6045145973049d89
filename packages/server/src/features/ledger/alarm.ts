/** Whoever waits, and since when: milliseconds of the process's own clock (`performance.now()`). */
interface Waiting {
  readonly since: number;
}

/** A timer for whoever waits longest. */
interface Alarm {
  /** Somebody waits who didn't before. */
  set(): void;
  /** Nobody waits any more, and nobody will. */
  stop(): void;
}

/**
 * Calls `ring` for each that has waited for `afterMs`; `oldest` tells the one that waits longest and has not been rung
 * for. One timer for all of them, which runs on when the one that it was set for is done with: to set and clear one for
 * each append costs more than the rest of it.
 */
export function alarm<One extends Waiting>(
  afterMs: number,
  oldest: () => One | undefined,
  ring: (one: One) => void,
): Alarm {
  let timer: NodeJS.Timeout | null = null;
  const check = (): void => {
    timer = null;
    const rung = new Set<One>();
    for (let next = oldest(); next !== undefined && !rung.has(next); next = oldest()) {
      const left = next.since + afterMs - performance.now();
      // Timers count whole milliseconds.
      if (left >= 1) {
        timer = setTimeout(check, left);
        return;
      }
      rung.add(next);
      ring(next);
    }
  };
  return {
    set() {
      timer ??= setTimeout(check, afterMs);
    },
    stop() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
    },
  };
}

/** The first that `isMeant`, of lists that are in the order of arrival. */
export function firstOf<One>(
  lists: readonly (readonly One[])[],
  isMeant: (one: One) => boolean,
): One | undefined {
  for (const list of lists) for (const one of list) if (isMeant(one)) return one;
  return undefined;
}
