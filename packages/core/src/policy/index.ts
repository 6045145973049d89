export { compilePolicySet, type PolicySetInput, type PolicySetResult } from './compile/policy-set.ts';
export type { GeneratedSource } from './compile/read-policies.ts';
export type { ConditionEst, ExprEst, PolicyEst } from './est.ts';
export type {
  CedarOracle,
  OracleAnswer,
  OracleAuthorizer,
  OraclePolicy,
  OracleProblem,
  OracleResult,
  OracleSpan,
} from './oracle.ts';
export { policySchema } from './schema.ts';
export type { SchemaJson } from './schema-model.ts';
export type {
  CedarJson,
  EntityJson,
  EntityRef,
  EvaluationError,
  NearestPermit,
  PolicyEngine,
  PolicyMeta,
  PolicyRequest,
  PolicySource,
  PolicyVerdict,
} from './types.ts';
