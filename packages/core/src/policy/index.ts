export { policySchema } from './schema.ts';
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
