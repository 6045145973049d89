import { internalsOf } from './engine.ts';
import type { CompiledPolicy } from './evaluator/compile-policy.ts';
import type { ActionModel } from './schema-model.ts';
import type { PolicyEngine } from './types.ts';

/** What a policy can have a say in. */
export interface PolicyReach {
  readonly id: string;
  /** Ids of the actions it can decide, sorted. */
  readonly actions: readonly string[];
  /** Names of the attributes that its conditions read, sorted. */
  readonly attributes: readonly string[];
}

/** The reach of every policy of a compiled set; empty for an engine that was not made by `compilePolicySet`. */
export function policyReach(engine: PolicyEngine): readonly PolicyReach[] {
  const parts = internalsOf(engine);
  if (parts === undefined) return [];
  const actions = [...parts.schema.actions.values()];
  return parts.policies.map((policy) => ({
    id: policy.id,
    actions: actions
      .filter((action) => decides(policy, action))
      .map(({ uid }) => uid.id)
      .sort(),
    attributes: [...attributesOf(policy)].sort(),
  }));
}

function decides({ actions, principal, resource }: CompiledPolicy, action: ActionModel): boolean {
  const fits = (type: string | null, types: readonly string[]) => type === null || types.includes(type);
  if (!fits(principal.type, action.principalTypes) || !fits(resource.type, action.resourceTypes))
    return false;
  if (actions === null) return true;
  const among = actions.within ? [action.uid, ...action.ancestors] : [action.uid];
  return actions.uids.some((uid) => among.some((other) => other.id === uid.id && other.type === uid.type));
}

function attributesOf({ clauses }: CompiledPolicy): ReadonlySet<string> {
  const found = new Set<string>();
  const open: unknown[] = clauses.map(({ expression }) => expression);
  while (open.length > 0) {
    const next = open.pop();
    if (next === null || typeof next !== 'object') continue;
    for (const [operator, operands] of Object.entries(next)) {
      const { attr } = (operands ?? {}) as { readonly attr?: unknown };
      if ((operator === '.' || operator === 'has') && typeof attr === 'string') found.add(attr);
      open.push(operands);
    }
  }
  return found;
}
