import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import { dataClassPolicies } from '@fairlead/core/decision';
import {
  type CedarOracle,
  compilePolicySet,
  type OracleResult,
  type PolicyEngine,
  type PolicyEst,
  policySchema,
  type SchemaJson,
} from '@fairlead/core/policy';
import type { Program } from '@fairlead/core/program';

const unused = (): never => {
  throw new Error('the compiled engine asks no oracle for this');
};

function result<Answer extends { type: 'success' } | { type: 'failure'; errors: { message: string }[] }, T>(
  answer: Answer,
  read: (success: Extract<Answer, { type: 'success' }>) => T,
): OracleResult<T> {
  if (answer.type === 'success')
    return { ok: true, value: read(answer as Extract<Answer, { type: 'success' }>) };
  const problems = answer.errors.map(({ message }) => ({ message, help: null, span: null, policyId: null }));
  return { ok: false, problems };
}

/** As much of Cedar as compiling needs: that the example's policies are sound is tested where policies are. */
const parsing: CedarOracle = {
  version: cedar.getCedarVersion(),
  split: (text) =>
    result(cedar.policySetTextToParts(text), (parts) => ({
      policies: parts.policies,
      templates: parts.policy_templates,
    })),
  policyToJson: (policy) =>
    result(cedar.policyToJson(policy as cedar.Policy), (answer) => answer.json as unknown as PolicyEst),
  schemaToJson: (schema) =>
    result(cedar.schemaToJsonWithResolvedTypes(schema), (answer) => answer.json as unknown as SchemaJson),
  validate: () => ({ ok: true, value: { errors: [], warnings: [] } }),
  templateToJson: unused,
  authorizer: unused,
};

/** The real engine over a program's policies, generated ones included. */
export function engineOf(program: Program): PolicyEngine {
  const { engine, findings } = compilePolicySet({
    sources: program.policies,
    generated: dataClassPolicies(program),
    schema: policySchema,
    engine: 'compiled',
    oracle: parsing,
  });
  if (engine === null) throw new Error(findings.map(({ message }) => message).join('\n'));
  return engine;
}
