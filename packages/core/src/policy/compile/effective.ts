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

/**
 * Levels of the syntax tree's JSON; an operator takes two. Cedar reads trees of 126 levels, and both engines have to
 * take the same policies.
 */
const maxLevels = 120;

/** What no policy may hold: a number that JSON does not hold exactly, or more levels than can be followed safely. */
export function excessOf(tree: unknown): 'number' | 'depth' | null {
  // Without recursion: a tree that is too deep is what this has to survive.
  const open: { readonly node: unknown; readonly level: number }[] = [{ node: tree, level: 1 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, level } = next;
    if (level > maxLevels) return 'depth';
    if (typeof node === 'number' && !Number.isSafeInteger(node)) return 'number';
    if (typeof node !== 'object' || node === null) continue;
    for (const inner of Object.values(node)) open.push({ node: inner, level: level + 1 });
  }
  return null;
}
