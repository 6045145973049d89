import { dataClassPolicies } from '@fairlead/core/decision';
import {
  type CedarOracle,
  compilePolicySet,
  type PolicySetResult,
  policySchema,
} from '@fairlead/core/policy';
import type { LoadedProgram } from '@fairlead/core/program';
import type { Activation, Policy } from './api.ts';
import { cedarWasm } from './cedar-wasm.ts';
import { type EngineDisagreement, shadowed } from './shadow.ts';

export interface PolicyOptions {
  /** Defaults to cedar-wasm. */
  readonly oracle?: CedarOracle;
  /** Asks the oracle again for one decision in `oneIn`, off the path; left out, nothing is asked twice. */
  readonly shadow?: {
    readonly oneIn: number;
    readonly onDisagreement: (digest: string, disagreement: EngineDisagreement) => void;
  };
}

function compile(
  { program }: LoadedProgram,
  engine: 'compiled' | 'cedar-wasm',
  oracle: CedarOracle,
): PolicySetResult {
  return compilePolicySet({
    sources: program.policies,
    generated: dataClassPolicies(program),
    schema: policySchema,
    engine,
    oracle,
  });
}

/** Wires the policy feature. */
export function createPolicy({ oracle = cedarWasm, shadow }: PolicyOptions = {}): Policy {
  return {
    activate(loaded): Activation {
      const { digest, program } = loaded;
      const result = compile(loaded, program.engine, oracle);
      if (result.engine === null || result.engine.kind === 'cedar-wasm' || !shadow) {
        return { ...result, digest, clearDisagreement: () => {} };
      }
      const second = compile(loaded, 'cedar-wasm', oracle);
      if (second.engine === null) return { ...second, digest, clearDisagreement: () => {} };
      const { engine, clear } = shadowed(result.engine, second.engine, {
        oneIn: shadow.oneIn,
        // Which decisions are sampled need not be unpredictable.
        random: Math.random,
        later: (check) => void setImmediate(check),
        onDisagreement: (disagreement) => shadow.onDisagreement(digest, disagreement),
      });
      return { engine, findings: [], digest, clearDisagreement: clear };
    },
  };
}
