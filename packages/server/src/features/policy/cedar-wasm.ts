import { createRequire } from 'node:module';
import type * as cedar from '@cedar-policy/cedar-wasm/nodejs';
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

type CedarModule = typeof cedar;

const require = createRequire(import.meta.url);
const load = () => require('@cedar-policy/cedar-wasm/nodejs') as CedarModule;
let loaded = load();
let preparedSets = 0;

/**
 * A trap or a stack overflow inside WebAssembly leaves the instance without a part of its stack: from then on it
 * fails at random, and soon always. A policy nested too deeply is enough for that.
 */
function breaksModule(error: unknown): boolean {
  return error instanceof RangeError || (error instanceof Error && error.name === 'RuntimeError');
}

/** Takes a fresh instance in place of a broken one; what was prepared in the old one has to be prepared again. */
function reload(): void {
  delete require.cache[require.resolve('@cedar-policy/cedar-wasm/nodejs')];
  loaded = load();
}

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
    const broken = breaksModule(error);
    if (broken) reload();
    const message = broken
      ? 'Cedar ran out of stack: the policy is nested too deeply'
      : error instanceof Error
        ? error.message
        : 'cedar-wasm failed';
    return { ok: false, problems: [{ message, help: null, span: null, policyId: null }] };
  }
}

function toCedar(policies: { readonly [id: string]: OraclePolicy }): Record<string, cedar.Policy> {
  return policies as Record<string, cedar.Policy>;
}

/** A policy set and schema inside one instance of the module. */
interface Prepared {
  readonly module: CedarModule;
  readonly name: string;
}

function prepare(
  policies: Record<string, cedar.Policy>,
  schema: string | null,
): { readonly ok: true; readonly value: Prepared } | ReturnType<typeof failure> {
  // The cache inside the module is keyed by name and never emptied: a name of its own for every set, so that no
  // set is ever answered from another's cache.
  preparedSets += 1;
  const name = `set-${preparedSets}`;
  const module = loaded;
  const parsed = module.preparsePolicySet(name, {
    staticPolicies: policies,
    templates: {},
    templateLinks: [],
  });
  if (parsed.type === 'failure') return failure(parsed.errors);
  if (schema !== null) {
    const prepared = module.preparseSchema(name, schema);
    if (prepared.type === 'failure') return failure(prepared.errors);
  }
  return { ok: true, value: { module, name } };
}

function authorizer(
  policies: Record<string, cedar.Policy>,
  schema: string | null,
): OracleResult<OracleAuthorizer> {
  const first = prepare(policies, schema);
  if (!first.ok) return first;
  let prepared = first.value;
  const answer: OracleAuthorizer = (request) =>
    guarded(() => {
      if (prepared.module !== loaded) {
        const again = prepare(policies, schema);
        if (!again.ok) return again;
        prepared = again.value;
      }
      return authorize(prepared.name, schema !== null, request);
    });
  return { ok: true, value: answer };
}

function authorize(name: string, withSchema: boolean, request: PolicyRequest): ReturnType<OracleAuthorizer> {
  const answer = loaded.statefulIsAuthorized({
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
  version: loaded.getCedarVersion(),

  split: (text) =>
    guarded(() => {
      const answer = loaded.policySetTextToParts(text);
      if (answer.type === 'failure') return failure(answer.errors);
      return { ok: true, value: { policies: answer.policies, templates: answer.policy_templates } };
    }),

  policyToJson: (policy) =>
    guarded(() => {
      const answer = loaded.policyToJson(policy as cedar.Policy);
      return answer.type === 'failure'
        ? failure(answer.errors)
        : { ok: true, value: answer.json as unknown as PolicyEst };
    }),

  templateToJson: (template) =>
    guarded(() => {
      const answer = loaded.templateToJson(template);
      return answer.type === 'failure'
        ? failure(answer.errors)
        : { ok: true, value: answer.json as unknown as PolicyEst };
    }),

  schemaToJson: (schema) =>
    guarded(() => {
      const answer = loaded.schemaToJsonWithResolvedTypes(schema);
      return answer.type === 'failure'
        ? failure(answer.errors)
        : { ok: true, value: answer.json as unknown as SchemaJson };
    }),

  validate: (schema, policies, templates = {}) =>
    guarded(() => {
      const answer = loaded.validate({
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

  authorizer: (policies, schema) => guarded(() => authorizer(toCedar(policies), schema)),
};
