import type { ExprEst, PolicyEst } from '../est.ts';
import { partsOf, type ShareTest } from './compile-policy.ts';
import type { Situation, Test } from './situation.ts';

const unknown = 0;
const no = 1;
const yes = 2;

/** Clauses that stand in more than one policy, by their text. */
function repeated(policies: readonly PolicyEst[]): Map<string, number> {
  const counts = new Map<string, number>();
  // Conditions of an unknown kind are refused when their policy is compiled.
  const known = policies
    .flatMap((policy) => policy.conditions)
    .filter((condition) => condition.kind === 'when' || condition.kind === 'unless');
  for (const expression of known.flatMap(partsOf)) {
    const key = JSON.stringify(expression);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const often = [...counts.keys()].filter((key) => (counts.get(key) ?? 0) > 1);
  return new Map(often.map((key, slot) => [key, slot]));
}

/**
 * Makes the policies of a set share the answers of clauses they have in common: `resource.allowlisted` is computed once
 * a decision, in however many policies it stands. Faults are not kept: every policy meets its own.
 */
export function sharedTests(policies: readonly PolicyEst[]): ShareTest {
  const slots = repeated(policies);
  const answers = new Uint8Array(slots.size);
  // Evaluation is synchronous, so the answers belong to one situation at a time.
  let current: Situation | null = null;
  return (expression: ExprEst, test: Test): Test => {
    const slot = slots.get(JSON.stringify(expression));
    if (slot === undefined) return test;
    return (situation) => {
      if (current !== situation) {
        current = situation;
        answers.fill(unknown);
      }
      const known = answers[slot];
      if (known !== unknown) return known === yes;
      const answer = test(situation);
      answers[slot] = answer ? yes : no;
      return answer;
    };
  };
}
