import type { z } from 'zod';
import { issueFindings } from '../../program/issues.ts';
import { didYouMean } from '../../program/suggest.ts';
import type { ProgramFinding } from '../../program/types.ts';
import { type PathLocator, readYaml } from '../../program/yaml.ts';
import { type CaseFile, callFixture, type Fixtures, overBase } from './fixtures.ts';
import { CaseProblem, caseFinding } from './problem.ts';
import {
  type CallFields,
  callFields,
  type Expectation,
  expectation,
  moment,
  type Natural,
  type RawRequest,
  type TestCaseSource,
  type TestFileSource,
  testFile,
  testFileKeys,
} from './schema.ts';

/** One concrete question with its expected answer: a row of a table and a cell of a matrix each make one. */
export interface ConcreteCase {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly suite: string;
  readonly name: string;
  /** ISO 8601, UTC. */
  readonly now: string;
  readonly question: { readonly call: CallFields } | { readonly request: RawRequest };
  readonly expected: Expectation & { readonly decision: 'allow' | 'deny' };
}

export interface ExpandedFile {
  readonly cases: readonly ConcreteCase[];
  readonly findings: readonly ProgramFinding[];
}

const expectColumns = ['decision', 'deciding', 'advice'] as const;
/** More would be a slip, and slow. */
const maxMatrix = 10_000;

interface Variant {
  readonly suffix: string;
  readonly path: readonly PropertyKey[];
  readonly fields: { readonly [field: string]: Natural };
}

function short(value: Natural): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function rowsOf({ columns, rows }: NonNullable<TestCaseSource['table']>): Variant[] {
  return rows.map((row, index) => {
    const path = ['table', 'rows', index];
    if (row.length !== columns.length) {
      throw new CaseProblem(`The row has ${row.length} values for ${columns.length} columns.`, path);
    }
    const fields = Object.fromEntries(columns.map((column, at) => [column, row[at]!]));
    const shown = columns.flatMap((column, at) =>
      (expectColumns as readonly string[]).includes(column) ? [] : [short(row[at]!)],
    );
    const suffix = typeof fields.name === 'string' ? fields.name : shown.join(', ');
    return { suffix: `: ${suffix || `row ${index + 1}`}`, path, fields };
  });
}

function combinationsOf(matrix: NonNullable<TestCaseSource['matrix']>): Variant[] {
  let combinations: { [field: string]: Natural }[] = [{}];
  for (const [field, values] of Object.entries(matrix)) {
    combinations = combinations.flatMap((fields) => values.map((value) => ({ ...fields, [field]: value })));
    if (combinations.length > maxMatrix)
      throw new CaseProblem(`The matrix has more than ${maxMatrix} cells.`);
  }
  return combinations.map((fields) => {
    const suffix = `: ${Object.values(fields).map(short).join(', ')}`;
    return { suffix, path: ['matrix'], fields };
  });
}

function variantsOf(source: TestCaseSource): Variant[] {
  const { call, table, matrix, request } = source;
  if (request && (call !== undefined || table || matrix)) {
    throw new CaseProblem('A raw request stands alone: without call, table or matrix.');
  }
  if (table && matrix) throw new CaseProblem('A case is a table or a matrix, not both.');
  if (table) return rowsOf(table);
  if (matrix) return combinationsOf(matrix);
  if (!request && call === undefined) throw new CaseProblem('A case needs call, table, matrix or request.');
  return [{ suffix: '', path: [], fields: {} }];
}

/** Splits the fields of a row or cell into those of the call and those of the expectation. */
function readVariant(variant: Variant) {
  const { name: _, now, decision, deciding, advice, ...call } = variant.fields;
  const parsedCall = callFields.safeParse(call);
  if (!parsedCall.success) throw new CaseProblem(issueText(parsedCall.error.issues[0]), variant.path);
  const parsedNow = moment.optional().safeParse(now);
  if (!parsedNow.success) throw new CaseProblem('now must be a moment in UTC.', variant.path);
  const given = Object.entries({ decision, deciding, advice }).filter(([, value]) => value !== undefined);
  const parsed = expectation.safeParse(Object.fromEntries(given));
  if (!parsed.success) throw new CaseProblem(expectationText(parsed.error.issues[0]), variant.path);
  return { call: parsedCall.data, now: parsedNow.data, expected: parsed.data };
}

function expectationText(issue: { readonly path: readonly PropertyKey[] } | undefined): string {
  switch (issue?.path[0]) {
    case 'deciding':
      return 'deciding must be a list of policy ids.';
    case 'advice':
      return 'advice must be a text.';
    default:
      return 'decision must be allow or deny.';
  }
}

function issueText(
  issue: { readonly code?: string; readonly path: readonly PropertyKey[] } | undefined,
): string {
  const keys = (issue as { readonly keys?: readonly string[] } | undefined)?.keys;
  if (keys) {
    const hint = didYouMean(keys[0]!, Object.keys(callFields.shape));
    return `"${keys[0]}" is not a field of a call.${hint}`;
  }
  return `The value of ${String(issue?.path[0] ?? 'a field')} is not one that a call can have.`;
}

function questionOf(
  source: TestCaseSource,
  own: CallFields,
  base: CallFields | null,
  fixtures: Fixtures,
): ConcreteCase['question'] {
  if (source.request) return { request: source.request };
  const below =
    typeof source.call === 'string'
      ? callFixture(source.call, fixtures)
      : overBase(source.call ?? {}, base, fixtures);
  return { call: overBase(own, below, fixtures) };
}

function expectationOf(source: TestCaseSource, own: Partial<Expectation>): ConcreteCase['expected'] {
  const expected = { ...source.expect, ...own };
  const { decision } = expected;
  if (decision !== undefined) return { ...expected, decision };
  throw new CaseProblem('The case does not say which decision it expects: allow or deny.');
}

interface CaseContext {
  readonly file: string;
  readonly parsed: TestFileSource;
  readonly base: CallFields | null;
  readonly locate: PathLocator;
  readonly fixtures: Fixtures;
}

function expandCase(source: TestCaseSource, index: number, context: CaseContext): ConcreteCase[] {
  const { file, parsed, base, locate, fixtures } = context;
  return variantsOf(source).map((variant) => {
    const { call, now, expected } = readVariant(variant);
    const path = variant.path.length === 3 ? ['cases', index, ...variant.path] : ['cases', index];
    return {
      file,
      ...locate(path),
      suite: parsed.suite,
      name: `${source.name}${variant.suffix}`,
      now: now ?? source.now ?? parsed.now,
      question: questionOf(source, call, base, fixtures),
      expected: expectationOf(source, expected),
    };
  });
}

function baseOf({ defaults }: TestFileSource, fixtures: Fixtures): CallFields | null {
  if (defaults === undefined) return null;
  return typeof defaults === 'string' ? callFixture(defaults, fixtures) : overBase(defaults, null, fixtures);
}

type Issue = z.core.$ZodIssue;

/** A call that is a mapping is meant to be one: what is wrong with it as a name helps nobody. */
function ofMapping(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const inner = issue.errors.find((branch) =>
    branch.some(({ code, path }) => code !== 'invalid_type' || path.length > 0),
  );
  return inner ? inner.map((one) => ({ ...one, path: [...issue.path, ...one.path] })) : [issue];
}

/** Reads one test file into its concrete cases; what cannot be understood becomes findings. */
export function expandTestFile({ file, text }: CaseFile, fixtures: Fixtures): ExpandedFile {
  const { data, locate, findings: slips } = readYaml(file, text);
  if (data === undefined) return { cases: [], findings: slips };
  const result = testFile.safeParse(data);
  if (!result.success) {
    return {
      cases: [],
      findings: [
        ...slips,
        ...issueFindings(file, testFileKeys, data, result.error.issues.flatMap(ofMapping), locate),
      ],
    };
  }
  const findings: ProgramFinding[] = [...slips];
  const guarded = <T>(path: readonly PropertyKey[], make: () => T, otherwise: T): T => {
    try {
      return make();
    } catch (error) {
      if (!(error instanceof CaseProblem)) throw error;
      findings.push(caseFinding(file, locate, [...path, ...error.path], error.message));
      return otherwise;
    }
  };
  const parsed = result.data;
  const base = guarded(['defaults'], () => baseOf(parsed, fixtures), null);
  const context: CaseContext = { file, parsed, base, locate, fixtures };
  const cases = parsed.cases.flatMap((source, index) =>
    guarded(['cases', index], () => expandCase(source, index, context), []),
  );
  return { cases, findings };
}
