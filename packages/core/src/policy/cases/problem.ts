import type { ProgramFinding } from '../../program/types.ts';
import type { PathLocator } from '../../program/yaml.ts';

/** What is wrong with a test or fixture, as opposed to what is wrong with a policy. */
export class CaseProblem extends Error {
  /** Where in the case, for a finding's position. */
  readonly path: readonly PropertyKey[];

  constructor(message: string, path: readonly PropertyKey[] = []) {
    super(message);
    this.path = path;
  }
}

export function caseFinding(
  file: string,
  locate: PathLocator,
  path: readonly PropertyKey[],
  message: string,
): ProgramFinding {
  const { line, column } = locate(path);
  const fix = 'Correct the test or fixture.';
  return { code: 'policy-test.invalid', severity: 'error', file, line, column, message, fix };
}
