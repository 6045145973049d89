import { FairleadError } from '@fairlead/core/errors';
import type { ClientOptions, Outcome } from './exchange.ts';
import { waitAfter } from './failures.ts';
import type { Budget, CollectWait } from './types.ts';

const usualReserve = 200;
const usualAttempts = 10;
/** Being asked for patience isn't being refused: it is borne this many times as often. */
const limitPatience = 6;

/** One of the host's limits: GraphQL and REST each have their own. */
export interface Limited {
  /**
   * Attempts until there is an answer. `attempt` is told how many failed before it.
   * @throws FairleadError `collection.*`; the signal's reason when it ends the run.
   */
  until(attempt: (failed: number) => Promise<Outcome>, signal: AbortSignal): Promise<unknown>;
  budget(): Budget | null;
}

/** As fast as the host allows, and no faster. */
export function createLimited(options: ClientOptions): Limited {
  const { clock, sleep, onWait = () => undefined } = options;
  let budget: Budget | null = null;
  const pause = async (wait: CollectWait, signal: AbortSignal) => {
    onWait(wait);
    await sleep(wait.milliseconds, signal);
  };
  const withinBudget = async (signal: AbortSignal) => {
    const reserve = Math.min(options.reserve ?? usualReserve, (budget?.limit ?? 0) / 2);
    const wait = budget === null || budget.remaining > reserve ? 0 : budget.resetAt - clock.now();
    if (wait <= 0) return;
    // A second more, since the host's clock isn't ours.
    await pause({ reason: 'budget', milliseconds: wait + 1000 }, signal);
    budget = null;
  };
  return {
    async until(attempt, signal) {
      const failed = { failure: 0, limit: 0 };
      for (;;) {
        signal.throwIfAborted();
        await withinBudget(signal);
        const outcome = await attempt(failed.failure);
        if (outcome.budget !== undefined) budget = outcome.budget;
        if (outcome.failure === null) return outcome.answer;
        signal.throwIfAborted();
        if (outcome.failure.final !== null) throw outcome.failure.final;
        const { kind, reason } = outcome.failure;
        const count = ++failed[kind];
        if (count >= (options.attempts ?? usualAttempts) * (kind === 'limit' ? limitPatience : 1)) {
          throw new FairleadError('collection.host-failed', {
            message: `The host did not answer in spite of ${count} attempts (${reason}).`,
          });
        }
        await pause(waitAfter(outcome.failure, count, options), signal);
      }
    },
    budget: () => budget,
  };
}
