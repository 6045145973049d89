import type { CompiledPolicy } from './evaluator/compile-policy.ts';
import { faultMessage } from './evaluator/fault.ts';
import { nearestPermits } from './evaluator/nearest.ts';
import { indexPolicies } from './evaluator/policy-index.ts';
import { compileRequestReader } from './evaluator/request-reader.ts';
import type { Situation } from './evaluator/situation.ts';
import type { OracleAuthorizer } from './oracle.ts';
import type { SchemaModel } from './schema-model.ts';
import type { EvaluationError, PolicyEngine, PolicyMeta, PolicyRequest, PolicyVerdict } from './types.ts';
import { freezeDeep, isUnchanging } from './unchanging.ts';

/** Everything the engines are made from; kept beside them for explanations. */
export interface PolicyParts {
  readonly policies: readonly CompiledPolicy[];
  readonly metas: readonly PolicyMeta[];
  readonly schema: SchemaModel;
}

/** What explanations and tests need of an engine, beyond its verdicts. */
export interface EngineInternals extends PolicyParts {
  /** Throws a Fault when the request does not conform to the schema. */
  readonly read: (request: PolicyRequest) => Situation;
}

const internals = new WeakMap<PolicyEngine, EngineInternals>();

/** The parts an engine was made from; undefined for engines made elsewhere. */
export function internalsOf(engine: PolicyEngine): EngineInternals | undefined {
  return internals.get(engine);
}

/** The same policies behind another `evaluate`: explanations keep working on it. */
export function engineAround(engine: PolicyEngine, evaluate: PolicyEngine['evaluate']): PolicyEngine {
  const around: PolicyEngine = { kind: engine.kind, policies: engine.policies, evaluate };
  const parts = internals.get(engine);
  if (parts) internals.set(around, parts);
  return around;
}

/** An answer without a policy's name: the request itself, or the engine, is at fault. */
export function errorVerdict(message: string): PolicyVerdict {
  return {
    decision: 'deny',
    reasons: ['engine.error'],
    errors: [{ policyId: 'engine.error', message }],
    nearest: [],
  };
}

interface Answer {
  readonly permits: readonly string[];
  readonly forbids: readonly string[];
  readonly errors: readonly EvaluationError[];
}

const noErrors: readonly EvaluationError[] = [];

function sorted(ids: readonly string[]): readonly string[] {
  return ids.length > 1 ? [...ids].sort() : ids;
}

/** Closes the ways in which Cedar fails open: an error never allows, whichever policy it stands in. */
function verdictOf(answer: Answer, nearest: () => PolicyVerdict['nearest']): PolicyVerdict {
  const { permits, forbids, errors } = answer;
  if (errors.length > 0) {
    const byId = [...errors].sort((a, b) => (a.policyId < b.policyId ? -1 : 1));
    return { decision: 'deny', reasons: sorted([...forbids, 'engine.error']), errors: byId, nearest: [] };
  }
  if (forbids.length > 0) {
    return { decision: 'deny', reasons: sorted(forbids), errors: noErrors, nearest: [] };
  }
  if (permits.length > 0) {
    return { decision: 'allow', reasons: sorted(permits), errors: noErrors, nearest: [] };
  }
  return { decision: 'deny', reasons: ['default.no-permit'], errors: noErrors, nearest: nearest() };
}

/** The compiled engine: no WebAssembly on the path of a decision. */
export function compiledEngine(parts: PolicyParts): PolicyEngine {
  const read = compileRequestReader(parts.schema);
  const index = indexPolicies(parts.policies, parts.schema);
  const decide = (request: PolicyRequest): PolicyVerdict => {
    try {
      const situation = read(request);
      const answer = index.evaluate(situation);
      return verdictOf(answer, () => nearestPermits(index.permitsFor(situation), situation));
    } catch (thrown) {
      return errorVerdict(faultMessage(thrown));
    }
  };
  const verdicts = new WeakMap<PolicyRequest, PolicyVerdict>();
  const engine: PolicyEngine = {
    kind: 'compiled',
    policies: parts.metas,
    evaluate(request) {
      const known = verdicts.get(request);
      if (known !== undefined) return known;
      const verdict = decide(request);
      if (isUnchanging(request)) verdicts.set(request, freezeDeep(verdict));
      return verdict;
    },
  };
  internals.set(engine, { ...parts, read });
  return engine;
}

/** The same engine with Cedar itself deciding; slower by three orders of magnitude. */
export function oracleEngine(parts: PolicyParts, authorize: OracleAuthorizer): PolicyEngine {
  const read = compileRequestReader(parts.schema);
  const index = indexPolicies(parts.policies, parts.schema);
  const effects = new Map(parts.metas.map((meta) => [meta.id, meta.effect]));
  const engine: PolicyEngine = {
    kind: 'cedar-wasm',
    policies: parts.metas,
    evaluate(request) {
      try {
        const situation = read(request);
        const result = authorize(request);
        if (!result.ok) return errorVerdict('the request does not conform to the schema');
        const { reasons, errors } = result.value;
        const answer: Answer = {
          permits: reasons.filter((id) => effects.get(id) === 'permit'),
          forbids: reasons.filter((id) => effects.get(id) === 'forbid'),
          // Cedar's own messages may quote values.
          errors: errors.map(({ policyId }) => ({ policyId, message: 'error while evaluating' })),
        };
        return verdictOf(answer, () => nearestPermits(index.permitsFor(situation), situation));
      } catch (thrown) {
        return errorVerdict(faultMessage(thrown));
      }
    },
  };
  internals.set(engine, { ...parts, read });
  return engine;
}
