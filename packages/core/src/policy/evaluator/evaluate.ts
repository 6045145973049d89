import type { EvaluationError } from '../types.ts';
import { actionHolds, type CompiledPolicy, policyHolds } from './compile-policy.ts';
import { faultMessage } from './fault.ts';
import type { Situation } from './situation.ts';

/** Cedar's own answer, before errors count as a deny: ids in the order met. */
export interface RawAnswer {
  readonly permits: string[];
  readonly forbids: string[];
  readonly errors: EvaluationError[];
}

/** Evaluates policies whose action is known to match, adding to `answer`. Errors are collected, none is skipped. */
export function collect(policies: readonly CompiledPolicy[], situation: Situation, answer: RawAnswer): void {
  for (let i = 0; i < policies.length; i += 1) {
    const policy = policies[i]!;
    try {
      if (!policyHolds(policy, situation)) continue;
      (policy.effect === 'permit' ? answer.permits : answer.forbids).push(policy.id);
    } catch (thrown) {
      answer.errors.push({ policyId: policy.id, message: faultMessage(thrown) });
    }
  }
}

/** Evaluates without an index or a schema: what the differential test compares with Cedar itself. */
export function evaluateAll(policies: readonly CompiledPolicy[], situation: Situation): RawAnswer {
  const answer: RawAnswer = { permits: [], forbids: [], errors: [] };
  collect(
    policies.filter((policy) => actionHolds(policy.actions, situation)),
    situation,
    answer,
  );
  return answer;
}
