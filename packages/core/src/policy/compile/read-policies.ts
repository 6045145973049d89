import type { ProgramFinding } from '../../program/types.ts';
import type { PolicyEst } from '../est.ts';
import type { CedarOracle, OraclePolicy, OracleProblem, OracleSpan } from '../oracle.ts';
import type { PolicySource } from '../types.ts';
import { checkAnnotations } from './annotations.ts';
import { excessOf } from './effective.ts';
import { type PolicyPlace, policyFinding } from './policy-findings.ts';
import { indexOfByte, positionAt, type Statement, statementsOf } from './policy-text.ts';

/** A policy made by Fairlead from other program files, as Cedar's JSON syntax tree. */
export interface GeneratedSource {
  readonly id: string;
  readonly json: { readonly [key: string]: unknown };
  /** The program file it was made from. */
  readonly file: string;
}

/** A policy that parsed, before validation. */
export interface ReadPolicy {
  readonly id: string;
  readonly est: PolicyEst;
  /** As it was written, for spans; a generated one has no text. */
  readonly written: OraclePolicy;
  readonly place: PolicyPlace;
  /** Place of a span inside the policy. */
  readonly placeOf: (span: OracleSpan | null) => PolicyPlace;
}

export interface ReadPolicies {
  readonly policies: readonly ReadPolicy[];
  readonly findings: readonly ProgramFinding[];
}

function placeIn(source: PolicySource, index: number): PolicyPlace {
  return { file: source.file, ...positionAt(source.text, index) };
}

/** Words of the oracle as a sentence of ours: one line, a capital first, a full stop last. */
function sentence(words: string): string {
  const line = words.replace(/\s+/g, ' ').trim();
  return `${line.charAt(0).toUpperCase()}${line.slice(1)}${/[.?!]$/.test(line) ? '' : '.'}`;
}

/** The oracle's words as a finding: its advice, when it has any, is better than ours. */
export function problemFinding(
  code: 'policy.syntax' | 'policy.invalid' | 'policy.warning' | 'policy.exceptionable',
  place: PolicyPlace,
  problem: OracleProblem,
): ProgramFinding {
  const words = problem.message.replace(/^for policy `[^`]*`, /, '');
  return policyFinding(code, place, sentence(words), problem.help ? sentence(problem.help) : undefined);
}

/** True when the oracle found the same statements: ours only say where they stand. */
function agrees(statements: readonly Statement[], parts: readonly string[]): boolean {
  const ours = statements.map((statement) => statement.text).sort();
  const theirs = [...parts].sort();
  return ours.length === theirs.length && ours.every((text, index) => text === theirs[index]);
}

function excessFindings(est: PolicyEst, place: PolicyPlace): ProgramFinding[] {
  switch (excessOf(est)) {
    case 'number':
      return [policyFinding('policy.literal-out-of-range', place, 'A number in this policy is too large.')];
    case 'depth': {
      const fix = 'Split the policy, or write a long chain of comparisons as a set.';
      return [policyFinding('policy.unsupported', place, 'This policy is nested too deeply.', fix)];
    }
    default:
      return [];
  }
}

function readStatement(source: PolicySource, statement: Statement, oracle: CedarOracle): ReadPolicies {
  const place = placeIn(source, statement.start);
  const placeOf = (span: OracleSpan | null) =>
    span === null ? place : placeIn(source, statement.start + indexOfByte(statement.text, span.start));
  const parsed = oracle.policyToJson(statement.text);
  if (!parsed.ok) {
    const findings = parsed.problems.map((problem) =>
      problemFinding('policy.syntax', placeOf(problem.span), problem),
    );
    return { policies: [], findings };
  }
  const est = parsed.value;
  const excess = excessFindings(est, place);
  // A tree that is too deep must reach neither the validator nor the compiler.
  if (excess.some(({ code }) => code === 'policy.unsupported')) return { policies: [], findings: excess };
  const findings = [...checkAnnotations(est, place), ...excess];
  const id = est.annotations?.id ?? '';
  return { policies: [{ id, est, written: statement.text, place, placeOf }], findings };
}

function readSource(source: PolicySource, oracle: CedarOracle): ReadPolicies {
  const parts = oracle.split(source.text);
  if (!parts.ok) {
    const findings = parts.problems.map((problem) =>
      problemFinding(
        'policy.syntax',
        placeIn(source, indexOfByte(source.text, problem.span?.start ?? 0)),
        problem,
      ),
    );
    return { policies: [], findings };
  }
  const statements = statementsOf(source.text);
  if (!agrees(statements, [...parts.value.policies, ...parts.value.templates])) {
    const message = 'The policies of this file cannot be told apart.';
    return { policies: [], findings: [policyFinding('policy.syntax', placeIn(source, 0), message)] };
  }
  const templates = new Set(parts.value.templates);
  const read = statements.map((statement): ReadPolicies => {
    if (!templates.has(statement.text)) return readStatement(source, statement, oracle);
    const message = 'This is a template (it has a ?slot), and nothing links templates to entities.';
    const place = placeIn(source, statement.start);
    return { policies: [], findings: [policyFinding('policy.template-unsupported', place, message)] };
  });
  return {
    policies: read.flatMap((part) => part.policies),
    findings: read.flatMap((part) => part.findings),
  };
}

function readGenerated(generated: GeneratedSource, oracle: CedarOracle): ReadPolicies {
  const place = { file: generated.file, line: 1, column: 1 };
  const parsed = oracle.policyToJson(generated.json as unknown as PolicyEst);
  if (!parsed.ok) {
    const findings = parsed.problems.map((problem) => problemFinding('policy.syntax', place, problem));
    return { policies: [], findings };
  }
  const findings = [...checkAnnotations(parsed.value, place), ...excessFindings(parsed.value, place)];
  if (parsed.value.annotations?.id !== generated.id) {
    const message = `The generated policy ${generated.id} carries another @id.`;
    findings.push(policyFinding('policy.id-invalid', place, message));
  }
  const policy = { id: generated.id, est: parsed.value, written: parsed.value, place, placeOf: () => place };
  return { policies: [policy], findings };
}

function duplicates(policies: readonly ReadPolicy[]): ProgramFinding[] {
  const first = new Map<string, PolicyPlace>();
  const findings: ProgramFinding[] = [];
  for (const { id, place } of policies) {
    const other = first.get(id);
    if (id === '' || other === undefined) {
      first.set(id, place);
      continue;
    }
    const message = `The policy id ${id} is used twice; first in ${other.file}:${other.line}:${other.column}.`;
    findings.push(policyFinding('policy.id-duplicate', place, message));
  }
  return findings;
}

/** Parses all policies and checks everything that needs no schema: syntax, annotations, ids, literals. */
export function readPolicies(
  sources: readonly PolicySource[],
  generated: readonly GeneratedSource[],
  oracle: CedarOracle,
): ReadPolicies {
  const read = [
    ...sources.map((source) => readSource(source, oracle)),
    ...generated.map((source) => readGenerated(source, oracle)),
  ];
  const policies = read.flatMap((part) => part.policies);
  return { policies, findings: [...read.flatMap((part) => part.findings), ...duplicates(policies)] };
}
