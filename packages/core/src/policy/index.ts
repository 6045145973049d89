export { compilePolicySet, type PolicySetInput, type PolicySetResult } from './compile/policy-set.ts';
export type { GeneratedSource } from './compile/read-policies.ts';
export { engineAround } from './engine.ts';
export type { ConditionEst, ExprEst, PolicyEst } from './est.ts';
export {
  type ExplainedClause,
  type ExplainedPolicy,
  type Explanation,
  explainVerdict,
} from './explain/explain.ts';
export type {
  CedarOracle,
  OracleAnswer,
  OracleAuthorizer,
  OraclePolicy,
  OracleProblem,
  OracleResult,
  OracleSpan,
} from './oracle.ts';
export { type PolicyReach, policyReach } from './reach.ts';
export { policySchema } from './schema.ts';
export type { SchemaJson } from './schema-model.ts';
export {
  type CaseFile,
  type PolicyTestInput,
  type PolicyTestResult,
  type PolicyTestRun,
  runPolicyTests,
} from './test-cases.ts';
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
export { freezeDeep, isUnchanging, unchangingRequest } from './unchanging.ts';
