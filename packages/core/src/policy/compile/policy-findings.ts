import type { ProgramFinding } from '../../program/types.ts';

/** What compiling a policy set can say, with what to do about it unless the oracle knows better. */
export const policyFindings = {
  'policy.schema-invalid': 'Correct the schema; no policy can be checked without it.',
  'policy.syntax': 'Correct the policy text at this place.',
  'policy.annotation-missing': 'Add the annotation.',
  'policy.annotation-unknown': 'Remove the annotation or correct its spelling.',
  'policy.annotation-value': 'Correct the value of the annotation.',
  'policy.id-duplicate': 'Give every policy its own @id.',
  'policy.id-invalid': 'Use lower-case letters, digits, ".", "_", "/" and "-", beginning with a letter.',
  'policy.literal-out-of-range': 'Keep whole numbers within ±9007199254740991.',
  'policy.template-unsupported': 'Write the policy out for the entities it is meant for.',
  'policy.invalid': 'Correct the policy so that it validates against the schema.',
  'policy.warning': 'Correct the policy; a set is only activated without warnings.',
  'policy.exceptionable': 'Limit the policy to actions that know exceptions, or remove @exceptionable.',
  'policy.unsupported': 'Rewrite the policy without this construct, or set `engine: cedar-wasm`.',
} as const;

export type PolicyFindingCode = keyof typeof policyFindings;

/** Where a finding about a policy stands. */
export interface PolicyPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export function policyFinding(
  code: PolicyFindingCode,
  { file, line, column }: PolicyPlace,
  message: string,
  fix: string = policyFindings[code],
): ProgramFinding {
  return { code, severity: 'error', file, line, column, message, fix };
}
