import { expressionText } from '../compile/render.ts';
import { entityText } from '../est.ts';
import type { NearestPermit } from '../types.ts';
import { type CompiledPolicy, type Scope, scopeHolds } from './compile-policy.ts';
import { faultMessage } from './fault.ts';
import type { Situation } from './situation.ts';
import type { EntityUid } from './values.ts';

/** How many permits a default deny names. */
const shown = 3;

/** A condition of a policy as one line of Cedar; parts of `unless` read as negations. */
export function clauseText(clause: CompiledPolicy['clauses'][number]): string {
  const text = expressionText(clause.expression);
  return clause.negated ? `!(${text})` : text;
}

/** A head constraint as one line of Cedar; empty when there is none. */
export function scopeText(side: 'principal' | 'resource', scope: Scope): string {
  if (scope.equals !== null) return `${side} == ${entityText(scope.equals)}`;
  const type = scope.type === null ? '' : ` is ${scope.type}`;
  const group = scope.within === null ? '' : ` in ${entityText(scope.within)}`;
  return type === '' && group === '' ? '' : `${side}${type}${group}`;
}

interface Closeness {
  readonly policyId: string;
  readonly failed: number;
  readonly failing: string;
}

function measure(policy: CompiledPolicy, situation: Situation): Closeness {
  const failing: string[] = [];
  const sides: ['principal' | 'resource', Scope, EntityUid][] = [
    ['principal', policy.principal, situation.principal],
    ['resource', policy.resource, situation.resource],
  ];
  for (const [side, scope, uid] of sides) {
    if (!scopeHolds(scope, uid, situation)) failing.push(scopeText(side, scope));
  }
  for (const clause of policy.clauses) {
    // A clause may rest on an earlier one (`has` before the attribute): past a failure, a fault is a failure too.
    try {
      if (!clause.holds(situation)) failing.push(clauseText(clause));
    } catch (thrown) {
      failing.push(`${clauseText(clause)} (${faultMessage(thrown)})`);
    }
  }
  return { policyId: policy.id, failed: failing.length, failing: failing[0] ?? '' };
}

/** The permits that came closest, fewest failing conditions first, then by id. */
export function nearestPermits(permits: readonly CompiledPolicy[], situation: Situation): NearestPermit[] {
  return permits
    .map((policy) => measure(policy, situation))
    .sort((a, b) => a.failed - b.failed || (a.policyId < b.policyId ? -1 : 1))
    .slice(0, shown)
    .map(({ policyId, failing }) => ({ policyId, failing }));
}
