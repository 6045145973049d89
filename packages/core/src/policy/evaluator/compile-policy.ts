import type { ActionScopeEst, ConditionEst, ExprEst, PolicyEst, ScopeEst } from '../est.ts';
import { compileTest } from './compile-expression.ts';
import { fieldsOf, headEntity, isObject, UnknownSyntax } from './known-syntax.ts';
import type { Situation, Test } from './situation.ts';
import { EntityUid } from './values.ts';

/** One conjunct of a policy: the policy applies when every clause holds. */
export interface Clause {
  readonly holds: Test;
  readonly expression: ExprEst;
  /** True for a part of `unless`: the clause holds when the expression is false. */
  readonly negated: boolean;
}

/** What a policy says of its principal or resource in the head. */
export interface Scope {
  /** Entity type of `is`, or null. */
  readonly type: string | null;
  /** `==`: this entity; `in`: this group; or null. */
  readonly equals: EntityUid | null;
  readonly within: EntityUid | null;
}

export interface CompiledPolicy {
  readonly id: string;
  readonly effect: 'permit' | 'forbid';
  readonly principal: Scope;
  readonly resource: Scope;
  /** Actions named in the head; null means every action. With `within`, members of these groups match too. */
  readonly actions: { readonly uids: readonly EntityUid[]; readonly within: boolean } | null;
  readonly clauses: readonly Clause[];
  /** All clauses in order, up to the first that does not hold. Faults where one has an error. */
  readonly holds: Test;
}

/** May replace a clause's test by one with the same answers. */
export type ShareTest = (expression: ExprEst, test: Test) => Test;

function uidOf(entity: unknown): EntityUid {
  const { type, id } = headEntity(entity);
  return new EntityUid(type, id);
}

function refuseSlots(scope: unknown): void {
  if (isObject(scope) && 'slot' in scope) throw new UnknownSyntax('a slot that is not linked');
}

function groupOf(within: unknown): EntityUid | null {
  if (within === undefined) return null;
  refuseSlots(within);
  return uidOf(fieldsOf(within, ['entity'], 'a group').entity);
}

function compileScope(scope: ScopeEst): Scope {
  refuseSlots(scope);
  switch (scope?.op) {
    case 'All':
      fieldsOf(scope, ['op'], 'a scope');
      return { type: null, equals: null, within: null };
    case '==':
      return { type: null, equals: uidOf(fieldsOf(scope, ['op', 'entity'], 'a scope').entity), within: null };
    case 'in':
      return { type: null, equals: null, within: uidOf(fieldsOf(scope, ['op', 'entity'], 'a scope').entity) };
    case 'is': {
      const { entity_type: type, in: group } = fieldsOf(scope, ['op', 'entity_type', '?in'], 'a scope');
      if (typeof type !== 'string') throw new UnknownSyntax('a scope without its type');
      return { type, equals: null, within: groupOf(group) };
    }
    default:
      throw new UnknownSyntax('unknown kind of scope');
  }
}

function compileActions(scope: ActionScopeEst): CompiledPolicy['actions'] {
  switch (scope?.op) {
    case 'All':
      fieldsOf(scope, ['op'], 'an action scope');
      return null;
    case '==':
      return { uids: [uidOf(fieldsOf(scope, ['op', 'entity'], 'an action scope').entity)], within: false };
    case 'in': {
      const one = 'entity' in scope;
      const fields = fieldsOf(scope, ['op', one ? 'entity' : 'entities'], 'an action scope');
      const groups = one ? [fields.entity] : fields.entities;
      if (!Array.isArray(groups)) throw new UnknownSyntax('an action scope without its actions');
      return { uids: groups.map(uidOf), within: true };
    }
    default:
      throw new UnknownSyntax('unknown kind of action scope');
  }
}

type Connective = { readonly [operator: string]: { readonly left: ExprEst; readonly right: ExprEst } };

/** True for just this operator with just its operands: anything else is left to `compileExpression` to refuse. */
function isConnective(expression: unknown, operator: '&&' | '||'): expression is Connective {
  if (!isObject(expression) || Object.keys(expression).join() !== operator) return false;
  const operands = expression[operator];
  return isObject(operands) && Object.keys(operands).sort().join() === 'left,right';
}

/** Takes `a && b` (or, negated, `a || b`) apart: same value and same short circuit, but each part can be named. */
function conjuncts(expression: ExprEst, operator: '&&' | '||'): ExprEst[] {
  const parts: ExprEst[] = [];
  const open = [expression];
  while (open.length > 0) {
    const next = open.pop()!;
    const operands = isConnective(next, operator) ? next[operator] : undefined;
    if (operands === undefined) parts.push(next);
    else open.push(operands.right, operands.left);
  }
  return parts;
}

/** The parts of a condition, each a clause of its own. */
export function partsOf(condition: ConditionEst): ExprEst[] {
  if (condition.kind !== 'when' && condition.kind !== 'unless') throw new UnknownSyntax('unknown condition');
  return conjuncts(condition.body, condition.kind === 'unless' ? '||' : '&&');
}

function compileCondition(condition: ConditionEst, share: ShareTest): Clause[] {
  fieldsOf(condition, ['kind', 'body'], 'a condition');
  const negated = condition.kind === 'unless';
  return partsOf(condition).map((expression): Clause => {
    const test = share(expression, compileTest(expression));
    return { holds: negated ? (situation) => !test(situation) : test, expression, negated };
  });
}

/**
 * Compiles a policy's syntax tree.
 * @param share see `sharedTests`
 * @throws UnknownSyntax when any of it is not known to this evaluator.
 */
export function compilePolicy(
  id: string,
  est: PolicyEst,
  share: ShareTest = (_, test) => test,
): CompiledPolicy {
  fieldsOf(est, ['effect', 'principal', 'action', 'resource', 'conditions', '?annotations'], 'a policy');
  if (est.effect !== 'permit' && est.effect !== 'forbid') throw new UnknownSyntax('unknown effect');
  if (!Array.isArray(est.conditions)) throw new UnknownSyntax('a policy without conditions');
  const clauses = est.conditions.flatMap((condition) => compileCondition(condition, share));
  return {
    id,
    effect: est.effect,
    principal: compileScope(est.principal),
    resource: compileScope(est.resource),
    actions: compileActions(est.action),
    clauses,
    holds: allHold(clauses.map((clause) => clause.holds)),
  };
}

function allHold(tests: readonly Test[]): Test {
  const [first, second] = tests;
  if (first === undefined) return () => true;
  if (second === undefined) return first;
  if (tests.length === 2) return (situation) => first(situation) && second(situation);
  return (situation) => {
    for (let i = 0; i < tests.length; i += 1) if (!tests[i]!(situation)) return false;
    return true;
  };
}

export function scopeHolds(scope: Scope, uid: EntityUid, situation: Situation): boolean {
  if (scope.type !== null && uid.type !== scope.type) return false;
  if (scope.equals !== null) return uid.id === scope.equals.id && uid.type === scope.equals.type;
  return scope.within === null || situation.entities.isIn(uid, scope.within);
}

export function actionHolds(actions: CompiledPolicy['actions'], situation: Situation): boolean {
  if (actions === null) return true;
  const { action, entities } = situation;
  return actions.uids.some((uid) =>
    actions.within ? entities.isIn(action, uid) : uid.id === action.id && uid.type === action.type,
  );
}

/** True when principal and resource are those of the policy's head. Cannot fault. */
export function headHolds(policy: CompiledPolicy, situation: Situation): boolean {
  return (
    scopeHolds(policy.principal, situation.principal, situation) &&
    scopeHolds(policy.resource, situation.resource, situation)
  );
}
