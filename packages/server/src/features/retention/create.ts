import type { Retention } from './api.ts';
import { applyRetention, lastRun, type RetentionDeps } from './service.ts';

export interface RetentionOptions extends RetentionDeps {
  readonly log: (level: 'warn' | 'error', message: string) => void;
  /** How often it looks whether a day's run is due; a quarter of an hour unless told. */
  readonly everyMs?: number;
  /** When it looks first; half a minute after the start unless told. */
  readonly firstMs?: number;
}

/**
 * Applies the program's retention once a day (UTC), and at once when it is asked to. A run that failed in part is tried
 * again an hour later. Nothing happens unless the program says `enforce`, but that the read model forgets what was pruned while
 * no server ran.
 */
export function createRetention(options: RetentionOptions): Retention {
  const { everyMs = 900_000, firstMs = 30_000 } = options;
  let running: Promise<unknown> = Promise.resolve();
  let forgotten = 0;
  // One at a time: a second one finds nothing left to do.
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const own = running.catch(() => undefined).then(work);
    running = own;
    return own;
  };
  const tick = () =>
    inTurn(async () => {
      const minimum = await options.ledger.keeping.minimum();
      if (minimum > forgotten) await options.audit.forget(minimum);
      forgotten = minimum;
      if (await isDue(options)) report(options, await applyRetention(options, 'schedule'));
    });
  const look = () => {
    tick().catch((error: unknown) => {
      options.log('error', `Retention could not be applied: ${(error as Error).message}`);
    });
  };
  const timers = [setTimeout(look, firstMs), setInterval(look, everyMs)];
  for (const timer of timers) timer.unref();
  return {
    run: (by) => inTurn(() => applyRetention(options, by)),
    lastRun: () => lastRun(options),
    tick,
    async close() {
      for (const timer of timers) clearTimeout(timer);
      await running.catch(() => undefined);
    },
  };
}

/** A part that keeps failing is not to fill the ledger with its attempts. */
const retryMs = 3_600_000;

async function isDue(options: RetentionOptions): Promise<boolean> {
  if (!options.program().retention?.enforce) return false;
  const last = await lastRun(options);
  if (last === null) return true;
  if (last.failed.length > 0) return Date.parse(last.at) + retryMs <= options.clock.now();
  return last.at.slice(0, 10) < new Date(options.clock.now()).toISOString().slice(0, 10);
}

function report({ log }: RetentionOptions, { failed }: { readonly failed: readonly string[] }): void {
  if (failed.length > 0) log('error', `Retention was applied in part only: ${failed.join(', ')}`);
}
