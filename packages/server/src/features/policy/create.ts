import { dataClassPolicies } from '@fairlead/core/decision';
import { type CedarOracle, compilePolicySet, policySchema } from '@fairlead/core/policy';
import type { Policy } from './api.ts';
import { cedarWasm } from './cedar-wasm.ts';

export interface PolicyOptions {
  /** Defaults to cedar-wasm. */
  readonly oracle?: CedarOracle;
}

/** Wires the policy feature. */
export function createPolicy({ oracle = cedarWasm }: PolicyOptions = {}): Policy {
  return {
    activate({ program, digest }) {
      const result = compilePolicySet({
        sources: program.policies,
        generated: dataClassPolicies(program),
        schema: policySchema,
        engine: program.engine,
        oracle,
      });
      return { ...result, digest };
    },
  };
}
