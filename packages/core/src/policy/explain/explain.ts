import { expressionText } from '../compile/render.ts';
import { type EngineInternals, internalsOf } from '../engine.ts';
import type { ExprEst } from '../est.ts';
import { compileExpression } from '../evaluator/compile-expression.ts';
import { type CompiledPolicy, scopeHolds } from '../evaluator/compile-policy.ts';
import { Fault } from '../evaluator/fault.ts';
import { clauseText, scopeText } from '../evaluator/nearest.ts';
import type { Situation } from '../evaluator/situation.ts';
import type { PolicyEngine, PolicyMeta, PolicyRequest, PolicyVerdict } from '../types.ts';
import { changeText } from './change-text.ts';
import { valueText } from './value-text.ts';

/** One condition of a policy on one request. */
export interface ExplainedClause {
  /** As Cedar text. */
  readonly text: string;
  /** `error` when it could not be evaluated. */
  readonly outcome: 'holds' | 'fails' | 'error';
  /** What the condition looks at, e.g. `context.capability` → `"agent"`. */
  readonly values: readonly { readonly expression: string; readonly value: string }[];
  /** What would have to be otherwise for the decision to change; empty where this clause is not in the way. */
  readonly change: string;
}

export interface ExplainedPolicy {
  readonly id: string;
  readonly effect: 'permit' | 'forbid';
  readonly title: string;
  readonly advice: string;
  readonly owner: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly clauses: readonly ExplainedClause[];
}

export interface Explanation {
  readonly verdict: PolicyVerdict;
  /** The policies that decided, with their conditions: all of them hold. */
  readonly deciding: readonly ExplainedPolicy[];
  /** Policies that had an error. */
  readonly failed: readonly ExplainedPolicy[];
  /** For a default deny: the permits that came closest. */
  readonly nearest: readonly ExplainedPolicy[];
  /** One line that says how to read the changes. */
  readonly summary: string;
}

/** Attribute paths and variables inside an expression, outermost first, without repeats. */
function pathsIn(expression: ExprEst): ExprEst[] {
  const found = new Map<string, ExprEst>();
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    if (Array.isArray(node)) {
      node.forEach(visit);
      return;
    }
    const [operator] = Object.keys(node);
    const isPath = operator === '.' && isPathNode(node as ExprEst);
    const isEntity = operator === 'Var' && (node as ExprEst).Var !== 'context';
    if (isPath || isEntity) found.set(expressionText(node as ExprEst), node as ExprEst);
    else for (const inner of Object.values(node)) visit(inner);
  };
  visit(expression);
  return [...found.values()];
}

function isPathNode(node: ExprEst): boolean {
  if ('Var' in node) return true;
  const member = node['.'] as { readonly left: ExprEst } | undefined;
  return member !== undefined && isPathNode(member.left);
}

function valueIn(expression: ExprEst, situation: Situation): string {
  try {
    return valueText(compileExpression(expression)(situation));
  } catch (thrown) {
    if (thrown instanceof Fault) return `(${thrown.message})`;
    throw thrown;
  }
}

function outcomeOf(test: () => boolean): ExplainedClause['outcome'] {
  try {
    return test() ? 'holds' : 'fails';
  } catch {
    return 'error';
  }
}

/** @param wanted the outcome that would change the decision */
function explainClauses(
  policy: CompiledPolicy,
  situation: Situation,
  wanted: 'holds' | 'fails',
): ExplainedClause[] {
  const scopes = (['principal', 'resource'] as const).flatMap((side): ExplainedClause[] => {
    const text = scopeText(side, policy[side]);
    if (text === '') return [];
    const outcome = scopeHolds(policy[side], situation[side], situation) ? 'holds' : 'fails';
    const change = outcome === wanted ? '' : `${text} must ${wanted === 'holds' ? '' : 'not '}hold`;
    return [{ text, outcome, values: [{ expression: side, value: valueText(situation[side]) }], change }];
  });
  const clauses = policy.clauses.map((clause): ExplainedClause => {
    const outcome = outcomeOf(() => clause.holds(situation));
    const expressionWanted = (wanted === 'holds') !== clause.negated;
    return {
      text: clauseText(clause),
      outcome,
      values: pathsIn(clause.expression).map((path) => ({
        expression: expressionText(path),
        value: valueIn(path, situation),
      })),
      change: outcome === wanted ? '' : changeText(clause.expression, expressionWanted),
    };
  });
  return [...scopes, ...clauses];
}

function explainPolicy(meta: PolicyMeta, clauses: readonly ExplainedClause[]): ExplainedPolicy {
  const { id, effect, annotations, file, line, column } = meta;
  const { title = '', advice = '', owner = '' } = annotations;
  return { id, effect, title, advice, owner, file, line, column, clauses };
}

function explainAll(
  ids: readonly string[],
  internals: EngineInternals,
  situation: Situation,
  wanted: 'holds' | 'fails',
): ExplainedPolicy[] {
  return ids.flatMap((id) => {
    const meta = internals.metas.find((candidate) => candidate.id === id);
    const policy = internals.policies.find((candidate) => candidate.id === id);
    return meta && policy ? [explainPolicy(meta, explainClauses(policy, situation, wanted))] : [];
  });
}

function summaryOf({ decision, reasons, errors }: PolicyVerdict): string {
  if (reasons.includes('engine.error')) {
    return `Denied because of an error: ${errors.map(({ message }) => message).join('; ')}.`;
  }
  if (reasons.includes('default.no-permit')) {
    return 'Denied because no policy permits it. For a permit to apply, everything it lists must be so.';
  }
  return decision === 'allow'
    ? 'Allowed: these policies permit it, and none forbids it.'
    : 'Denied: for each of these policies, one of the conditions it lists must no longer hold.';
}

/**
 * Evaluates the request again and says why the answer is what it is, with the values the conditions looked at.
 * @param engine an engine made by `compilePolicySet`
 */
export function explainVerdict(engine: PolicyEngine, request: PolicyRequest): Explanation {
  const internals = internalsOf(engine);
  if (!internals) throw new TypeError('Explanations need an engine made by compilePolicySet.');
  const verdict = engine.evaluate(request);
  const summary = summaryOf(verdict);
  let situation: Situation;
  try {
    situation = internals.read(request);
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    return { verdict, deciding: [], failed: [], nearest: [], summary };
  }
  const explain = (ids: readonly string[], wanted: 'holds' | 'fails') =>
    explainAll(ids, internals, situation, wanted);
  return {
    verdict,
    // An allow changes when its permits stop to hold; nothing is in the way of it, so nothing is listed.
    deciding: explain(verdict.reasons, verdict.decision === 'allow' ? 'holds' : 'fails'),
    failed: explain(
      verdict.errors.map((error) => error.policyId),
      'holds',
    ),
    nearest: explain(
      verdict.nearest.map((permit) => permit.policyId),
      'holds',
    ),
    summary,
  };
}
