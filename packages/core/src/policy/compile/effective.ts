import type { ConditionEst, PolicyEst } from '../est.ts';

/**
 * The policy that is in force: a forbid marked `@exceptionable` does not apply while a live exception names it. Built
 * on the syntax tree, never by joining text.
 */
export function effectivePolicy(id: string, est: PolicyEst): PolicyEst {
  if (est.annotations?.exceptionable === undefined) return est;
  const exceptions = { '.': { left: { Var: 'context' }, attr: 'exceptions' } };
  const lifted: ConditionEst = {
    kind: 'unless',
    body: { contains: { left: exceptions, right: { Value: id } } },
  };
  return { ...est, conditions: [...est.conditions, lifted] };
}

/** True when a whole number in the tree is one that JSON does not hold exactly. */
export function hasInexactNumber(tree: unknown): boolean {
  if (typeof tree === 'number') return !Number.isSafeInteger(tree);
  if (typeof tree !== 'object' || tree === null) return false;
  return Object.values(tree).some(hasInexactNumber);
}
