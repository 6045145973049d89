import type { EvaluationError } from '../types.ts';
import { actionHolds, type CompiledPolicy, headHolds } from './compile-policy.ts';
import { faultMessage } from './fault.ts';
import type { Situation } from './situation.ts';

/** Cedar's own answer, before errors count as a deny: ids in the order met. */
export interface RawAnswer {
  readonly permits: string[];
  readonly forbids: string[];
  readonly errors: EvaluationError[];
}

function judge(policy: CompiledPolicy, situation: Situation, answer: RawAnswer): void {
  try {
    if (!policy.holds(situation)) return;
    (policy.effect === 'permit' ? answer.permits : answer.forbids).push(policy.id);
  } catch (thrown) {
    answer.errors.push({ policyId: policy.id, message: faultMessage(thrown) });
  }
}

/** Evaluates policies whose heads are known to match, adding to `answer`. Errors are collected, none is skipped. */
export function collect(policies: readonly CompiledPolicy[], situation: Situation, answer: RawAnswer): void {
  for (let i = 0; i < policies.length; i += 1) judge(policies[i]!, situation, answer);
}

/** The same for policies whose action and types are known to match, but not their principal and resource. */
export function collectMatching(
  policies: readonly CompiledPolicy[],
  situation: Situation,
  answer: RawAnswer,
): void {
  for (let i = 0; i < policies.length; i += 1) {
    if (headHolds(policies[i]!, situation)) judge(policies[i]!, situation, answer);
  }
}

/** Evaluates without an index or a schema: what the differential test compares with Cedar itself. */
export function evaluateAll(policies: readonly CompiledPolicy[], situation: Situation): RawAnswer {
  const answer: RawAnswer = { permits: [], forbids: [], errors: [] };
  collectMatching(
    policies.filter((policy) => actionHolds(policy.actions, situation)),
    situation,
    answer,
  );
  return answer;
}
