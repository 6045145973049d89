import { didYouMean } from '../../program/suggest.ts';
import type { Program, ProgramFinding } from '../../program/types.ts';
import { internalsOf } from '../engine.ts';
import type { SchemaModel } from '../schema-model.ts';
import type { PolicyEngine, PolicyRequest, PolicyVerdict } from '../types.ts';
import { callRequestOf } from './call-request.ts';
import { type ConcreteCase, expandTestFile } from './expand.ts';
import { type CaseFile, type Fixtures, readFixtures } from './fixtures.ts';
import { CaseProblem } from './problem.ts';
import { rawRequestOf } from './raw-request.ts';

/** How one case went. */
export interface PolicyTestResult {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly suite: string;
  readonly name: string;
  readonly ok: boolean;
  /** One sentence each: what is not as expected. Empty when `ok`. */
  readonly problems: readonly string[];
  /** Null when the case could not be asked. */
  readonly verdict: PolicyVerdict | null;
}

export interface PolicyTestRun {
  /** Tests and fixtures that cannot be understood. With any, the run is not a pass. */
  readonly findings: readonly ProgramFinding[];
  readonly results: readonly PolicyTestResult[];
}

export interface PolicyTestInput {
  /** `tests/**\/*.test.yaml` */
  readonly tests: readonly CaseFile[];
  /** `fixtures/*.yaml` */
  readonly fixtures: readonly CaseFile[];
  readonly program: Program;
  readonly engine: PolicyEngine;
}

/** Answers that no policy gives. */
const builtIn = ['default.no-permit', 'engine.error'];

function sorted(ids: readonly string[]): string[] {
  return [...new Set(ids)].sort();
}

function compare({ expected }: ConcreteCase, verdict: PolicyVerdict, engine: PolicyEngine): string[] {
  const problems: string[] = [];
  const { decision, reasons, nearest, errors } = verdict;
  if (decision !== expected.decision) {
    problems.push(`expected ${expected.decision}, got ${decision} (${reasons.join(', ')})`);
  }
  const wanted = expected.deciding;
  if (wanted && sorted(wanted).join('\n') !== sorted(reasons).join('\n')) {
    problems.push(
      `expected to be decided by ${sorted(wanted).join(', ') || 'nothing'}, got ${reasons.join(', ')}`,
    );
  }
  // An error denies: without this a broken case would pass as an expected deny.
  if (reasons.includes('engine.error') && !wanted?.includes('engine.error')) {
    problems.push(`the engine failed: ${errors.map((e) => `${e.policyId}: ${e.message}`).join('; ')}`);
  }
  const advices = engine.policies
    .filter((policy) => reasons.includes(policy.id))
    .map((policy) => policy.annotations.advice ?? '');
  if (expected.advice !== undefined && !advices.some((advice) => advice.includes(expected.advice!))) {
    problems.push(`expected the advice to say "${expected.advice}"`);
  }
  for (const id of expected.nearest ?? []) {
    if (!nearest.some((permit) => permit.policyId === id))
      problems.push(`expected ${id} among the nearest permits`);
  }
  return problems;
}

function refuseUnknownIds({ expected }: ConcreteCase, engine: PolicyEngine): void {
  const known = [...engine.policies.map((policy) => policy.id), ...builtIn];
  for (const id of [...(expected.deciding ?? []), ...(expected.nearest ?? [])]) {
    if (!known.includes(id)) throw new CaseProblem(`There is no policy ${id}.${didYouMean(id, known)}`);
  }
}

/** The request a case asks. */
export function requestOf(
  { question, now }: ConcreteCase,
  program: Program,
  fixtures: Fixtures,
  schema: SchemaModel,
): PolicyRequest {
  if ('request' in question) return rawRequestOf(question.request, schema, now);
  return callRequestOf(question.call, program, fixtures, schema, now);
}

function runCase(
  one: ConcreteCase,
  input: PolicyTestInput,
  fixtures: Fixtures,
  schema: SchemaModel,
): PolicyTestResult {
  const { file, line, column, suite, name } = one;
  const place = { file, line, column, suite, name };
  try {
    refuseUnknownIds(one, input.engine);
    const verdict = input.engine.evaluate(requestOf(one, input.program, fixtures, schema));
    const problems = compare(one, verdict, input.engine);
    return { ...place, ok: problems.length === 0, problems, verdict };
  } catch (error) {
    if (!(error instanceof CaseProblem)) throw error;
    return { ...place, ok: false, problems: [error.message], verdict: null };
  }
}

/**
 * Runs the policy tests of a program. Pure: the clock is each case's own.
 * @param input.engine an engine made by `compilePolicySet`
 */
export function runPolicyTests(input: PolicyTestInput): PolicyTestRun {
  const internals = internalsOf(input.engine);
  if (!internals) throw new TypeError('Policy tests need an engine made by compilePolicySet.');
  const { fixtures, findings } = readFixtures(input.fixtures);
  const files = input.tests.map((test) => expandTestFile(test, fixtures));
  return {
    findings: [...findings, ...files.flatMap((file) => file.findings)],
    results: files.flatMap(({ cases }) =>
      cases.map((one) => runCase(one, input, fixtures, internals.schema)),
    ),
  };
}
