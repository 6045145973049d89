import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import type {
  CedarOracle,
  OracleAuthorizer,
  OraclePolicy,
  OracleProblem,
  OracleResult,
  PolicyEst,
  PolicyRequest,
  SchemaJson,
} from '@fairlead/core/policy';

let preparedSets = 0;

function problemOf(error: cedar.DetailedError, policyId: string | null = null): OracleProblem {
  const location = error.sourceLocations?.[0];
  const message = location?.label ? `${error.message}: ${location.label}` : error.message;
  const span = location ? { start: location.start, end: location.end } : null;
  return { message, help: error.help, span, policyId };
}

function failure(errors: readonly cedar.DetailedError[]): { ok: false; problems: OracleProblem[] } {
  // A parser reports what follows its first error as `related`: all of them are worth showing.
  return {
    ok: false,
    problems: errors.flatMap((error) => [error, ...(error.related ?? [])]).map((error) => problemOf(error)),
  };
}

/** Malformed calls make cedar-wasm throw; to callers that is one more way of saying no. */
function guarded<T>(call: () => OracleResult<T>): OracleResult<T> {
  try {
    return call();
  } catch (error) {
    const message = error instanceof Error ? error.message : 'cedar-wasm failed';
    return { ok: false, problems: [{ message, help: null, span: null, policyId: null }] };
  }
}

function toCedar(policies: { readonly [id: string]: OraclePolicy }): Record<string, cedar.Policy> {
  return policies as Record<string, cedar.Policy>;
}

function prepare(
  policies: Record<string, cedar.Policy>,
  schema: string | null,
): OracleResult<OracleAuthorizer> {
  // The cache inside the module is keyed by name and never emptied: a name of its own for every set, so that no
  // set is ever answered from another's cache.
  preparedSets += 1;
  const name = `set-${preparedSets}`;
  const parsed = cedar.preparsePolicySet(name, {
    staticPolicies: policies,
    templates: {},
    templateLinks: [],
  });
  if (parsed.type === 'failure') return failure(parsed.errors);
  if (schema !== null) {
    const prepared = cedar.preparseSchema(name, schema);
    if (prepared.type === 'failure') return failure(prepared.errors);
  }
  return { ok: true, value: (request) => guarded(() => authorize(name, schema !== null, request)) };
}

function authorize(name: string, withSchema: boolean, request: PolicyRequest): ReturnType<OracleAuthorizer> {
  const answer = cedar.statefulIsAuthorized({
    principal: request.principal,
    action: request.action,
    resource: request.resource,
    context: request.context as cedar.Context,
    entities: request.entities as unknown as cedar.Entities,
    preparsedPolicySetId: name,
    ...(withSchema ? { preparsedSchemaName: name, validateRequest: true } : {}),
  });
  if (answer.type === 'failure') return failure(answer.errors);
  const { decision, diagnostics } = answer.response;
  return {
    ok: true,
    value: {
      decision,
      reasons: [...diagnostics.reason].sort(),
      errors: diagnostics.errors.map(({ policyId, error }) => ({ policyId, message: error.message })),
    },
  };
}

/** Cedar's reference implementation, compiled to WebAssembly. Synchronous; loading it takes some 70 ms. */
export const cedarWasm: CedarOracle = {
  version: cedar.getCedarVersion(),

  split: (text) =>
    guarded(() => {
      const answer = cedar.policySetTextToParts(text);
      if (answer.type === 'failure') return failure(answer.errors);
      return { ok: true, value: { policies: answer.policies, templates: answer.policy_templates } };
    }),

  policyToJson: (policy) =>
    guarded(() => {
      const answer = cedar.policyToJson(policy as cedar.Policy);
      return answer.type === 'failure'
        ? failure(answer.errors)
        : { ok: true, value: answer.json as unknown as PolicyEst };
    }),

  templateToJson: (template) =>
    guarded(() => {
      const answer = cedar.templateToJson(template);
      return answer.type === 'failure'
        ? failure(answer.errors)
        : { ok: true, value: answer.json as unknown as PolicyEst };
    }),

  schemaToJson: (schema) =>
    guarded(() => {
      const answer = cedar.schemaToJsonWithResolvedTypes(schema);
      return answer.type === 'failure'
        ? failure(answer.errors)
        : { ok: true, value: answer.json as unknown as SchemaJson };
    }),

  validate: (schema, policies, templates = {}) =>
    guarded(() => {
      const answer = cedar.validate({
        schema,
        policies: { staticPolicies: toCedar(policies), templates: { ...templates }, templateLinks: [] },
        validationSettings: { mode: 'strict' },
      });
      if (answer.type === 'failure') return failure(answer.errors);
      const warnings = answer.validationWarnings.map(({ policyId, error }) => problemOf(error, policyId));
      const others = answer.otherWarnings.map((error) => problemOf(error));
      return {
        ok: true,
        value: {
          errors: answer.validationErrors.map(({ policyId, error }) => problemOf(error, policyId)),
          warnings: [...warnings, ...others],
        },
      };
    }),

  authorizer: (policies, schema) => guarded(() => prepare(toCedar(policies), schema)),
};
