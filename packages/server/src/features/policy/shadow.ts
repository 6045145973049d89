import {
  engineAround,
  type PolicyEngine,
  type PolicyRequest,
  type PolicyVerdict,
} from '@fairlead/core/policy';

/** A decision on which the two engines do not agree. Content-free, like every request. */
export interface EngineDisagreement {
  readonly request: PolicyRequest;
  readonly compiled: PolicyVerdict;
  readonly oracle: PolicyVerdict;
}

export interface ShadowOptions {
  /** One decision in so many is asked again; at least 1. */
  readonly oneIn: number;
  /** At least 0, below 1. */
  readonly random: () => number;
  /** Runs the second question later, off the path of the call (`setImmediate`). */
  readonly later: (check: () => void) => void;
  /** Called once for every disagreement found, after the policy set has been stopped. */
  readonly onDisagreement: (disagreement: EngineDisagreement) => void;
}

/** A compiled engine that is checked against the oracle while it works. */
export interface ShadowedEngine {
  readonly engine: PolicyEngine;
  /** How many decisions were asked again, and whether the set is stopped. */
  state(): { readonly checked: number; readonly stopped: boolean };
  /** An operator has looked: decide again. */
  clear(): void;
}

/** More than this many questions waiting would only take memory from calls. */
const maxWaiting = 16;

const stoppedVerdict: PolicyVerdict = {
  decision: 'deny',
  reasons: ['engine.disagreement'],
  errors: [{ policyId: 'engine.disagreement', message: 'two engines decided differently' }],
  nearest: [],
};

function sameAnswer(a: PolicyVerdict, b: PolicyVerdict): boolean {
  const ids = (verdict: PolicyVerdict) => verdict.errors.map((error) => error.policyId).sort();
  return (
    a.decision === b.decision &&
    JSON.stringify(a.reasons) === JSON.stringify(b.reasons) &&
    JSON.stringify(ids(a)) === JSON.stringify(ids(b))
  );
}

/**
 * Lets the oracle answer a sample of the decisions again. A disagreement stops the policy set: all later decisions are
 * denied with `engine.disagreement` until an operator clears it. The decision that was compared stands.
 */
export function shadowed(
  compiled: PolicyEngine,
  oracle: PolicyEngine,
  options: ShadowOptions,
): ShadowedEngine {
  let waiting = 0;
  let checked = 0;
  let stopped = false;

  function check(request: PolicyRequest, verdict: PolicyVerdict): void {
    waiting -= 1;
    checked += 1;
    const second = oracle.evaluate(request);
    if (sameAnswer(verdict, second)) return;
    stopped = true;
    options.onDisagreement({ request, compiled: verdict, oracle: second });
  }

  const engine = engineAround(compiled, (request) => {
    if (stopped) return stoppedVerdict;
    const verdict = compiled.evaluate(request);
    if (waiting < maxWaiting && options.random() * options.oneIn < 1) {
      waiting += 1;
      options.later(() => check(request, verdict));
    }
    return verdict;
  });
  return {
    engine,
    state: () => ({ checked, stopped }),
    clear: () => {
      stopped = false;
    },
  };
}
