import {
  type Day,
  type LoadedProgram,
  type ProgramFinding,
  sortFindings,
  type Validation,
} from '@fairlead/core/program';
import { readProgram } from './service.ts';

/** Says what Cedar has to say about the policies of a program (the policy feature's `activate`). */
export type CheckPolicies = (loaded: LoadedProgram) => { readonly findings: readonly ProgramFinding[] };

export interface ValidateOptions {
  /** The day as of which expiries are judged. */
  readonly today: Day;
  readonly checkPolicies: CheckPolicies;
}

/**
 * Everything `fairlead validate` has to say about a directory: the files, what they refer to, and the policies.
 * @throws FairleadError `program.not-found` or `program.unreadable`.
 */
export async function validateDirectory(directory: string, options: ValidateOptions): Promise<Validation> {
  const read = await readProgram(directory, { today: options.today });
  const { draft, digest, findings } = read;
  const policies = draft === null ? [] : options.checkPolicies({ program: draft, digest }).findings;
  return { at: options.today, digest, findings: withPolicies(findings, policies) };
}

/** Both readings of a policy text see the same slips: of two findings on one, the more exact one stays. */
function withPolicies(own: readonly ProgramFinding[], cedar: readonly ProgramFinding[]): ProgramFinding[] {
  const syntax = new Set(cedar.filter((item) => item.code === 'policy.syntax').map((item) => item.file));
  const kept = own.filter((item) => !(item.code === 'program.policy-text' && syntax.has(item.file)));
  const places = new Set(kept.filter((item) => item.severity === 'error').map(placeOf));
  const repeated = new Set([
    'policy.annotation-missing',
    'policy.annotation-value',
    'policy.id-duplicate',
    'policy.id-invalid',
  ]);
  return sortFindings([
    ...kept,
    ...cedar.filter((item) => !(repeated.has(item.code) && places.has(placeOf(item)))),
  ]);
}

function placeOf({ file, line, column }: ProgramFinding): string {
  return `${file}:${line}:${column}`;
}
