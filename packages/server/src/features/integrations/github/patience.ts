import { FairleadError } from '@fairlead/core/errors';
import type { ClientOptions, Outcome } from './exchange.ts';
import { waitAfter } from './failures.ts';
import { createTurns } from './turns.ts';
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

/**
 * As fast as the host allows, and no faster: a few questions at once, and none while it asks to be left alone. GitHub
 * bears a hundred at once from all who use a token.
 */
export function createLimited(options: ClientOptions, atOnce: number): Limited {
  const { clock, onWait = () => undefined } = options;
  let budget: Budget | null = null;
  const turns = createTurns(atOnce);
  /** Everybody waits for as long as the host asks one to. */
  let quietUntil = 0;
  const pause = async (wait: CollectWait, signal: AbortSignal) => {
    if (wait.reason !== 'failure') quietUntil = Math.max(quietUntil, clock.now() + wait.milliseconds);
    onWait(wait);
    await options.sleep(wait.milliseconds, signal);
  };
  const withinBudget = async (signal: AbortSignal) => {
    const quiet = quietUntil - clock.now();
    if (quiet > 0) await options.sleep(quiet, signal);
    const reserve = Math.min(options.reserve ?? usualReserve, (budget?.limit ?? 0) / 2);
    // What is under way costs a point each, and isn't counted yet.
    const left = budget === null ? reserve + 1 : budget.remaining - (turns.taken() - 1);
    const wait = left > reserve ? 0 : budget!.resetAt - clock.now();
    if (wait <= 0) return;
    // A second more, since the host's clock isn't ours.
    await pause({ reason: 'budget', milliseconds: wait + 1000 }, signal);
    budget = null;
  };
  const attempts = async (attempt: (failed: number) => Promise<Outcome>, signal: AbortSignal) => {
    const failed = { failure: 0, limit: 0 };
    for (;;) {
      signal.throwIfAborted();
      await withinBudget(signal);
      const outcome = await attempt(failed.failure);
      if (outcome.budget !== undefined) budget = laterOf(budget, outcome.budget);
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
  };
  return {
    until: (attempt, signal) => turns.within(() => attempts(attempt, signal)),
    budget: () => budget,
  };
}

/** Answers may overtake each other: of one hour the one that leaves less is the later one. */
function laterOf(known: Budget | null, told: Budget | null): Budget | null {
  if (known === null || told === null || known.resetAt !== told.resetAt) return told;
  return known.remaining < told.remaining ? known : told;
}
