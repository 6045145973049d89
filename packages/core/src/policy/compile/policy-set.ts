import type { ProgramFinding } from '../../program/types.ts';
import { compiledEngine, oracleEngine, type PolicyParts } from '../engine.ts';
import { type CompiledPolicy, compilePolicy } from '../evaluator/compile-policy.ts';
import { UnknownSyntax } from '../evaluator/known-syntax.ts';
import { sharedTests } from '../evaluator/shared-tests.ts';
import type { CedarOracle, OraclePolicy, OracleProblem } from '../oracle.ts';
import { readSchema, type SchemaModel } from '../schema-model.ts';
import type { PolicyEngine, PolicyMeta, PolicySource } from '../types.ts';
import { annotationsOf } from './annotations.ts';
import { effectivePolicy } from './effective.ts';
import { policyFinding } from './policy-findings.ts';
import { type GeneratedSource, problemFinding, type ReadPolicy, readPolicies } from './read-policies.ts';

export interface PolicySetInput {
  readonly sources: readonly PolicySource[];
  /** Policies made by Fairlead itself (`dataClassPolicies`); they pass the same checks. */
  readonly generated?: readonly GeneratedSource[];
  /** Cedar schema text. */
  readonly schema: string;
  readonly engine: PolicyEngine['kind'];
  readonly oracle: CedarOracle;
}

/** Either an engine and no findings, or findings (errors, sorted by place) and no engine. */
export type PolicySetResult =
  | { readonly engine: PolicyEngine; readonly findings: readonly [] }
  | { readonly engine: null; readonly findings: readonly ProgramFinding[] };

type Effective = { readonly [id: string]: OraclePolicy };

function sortByPlace(findings: readonly ProgramFinding[]): ProgramFinding[] {
  const unique = [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()];
  return unique.sort(
    (a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) || a.line - b.line || a.column - b.column,
  );
}

function refused(findings: readonly ProgramFinding[]): PolicySetResult {
  return { engine: null, findings: sortByPlace(findings) };
}

function schemaFinding(message: string): ProgramFinding {
  return policyFinding('policy.schema-invalid', { file: '(schema)', line: 1, column: 1 }, message);
}

function loadSchema(input: PolicySetInput): SchemaModel | ProgramFinding[] {
  const json = input.oracle.schemaToJson(input.schema);
  if (!json.ok) return json.problems.map((problem) => schemaFinding(problem.message));
  try {
    return readSchema(json.value);
  } catch (error) {
    return [schemaFinding(error instanceof Error ? error.message : 'The schema cannot be read.')];
  }
}

function distinct(policies: readonly ReadPolicy[]): ReadPolicy[] {
  const named = policies.filter((policy) => policy.id !== '');
  return [...new Map(named.map((policy) => [policy.id, policy])).values()];
}

/** The validator repeats a mistake for every kind of request it concerns: one of them is enough. */
function oncePerSpan(problems: readonly OracleProblem[]): OracleProblem[] {
  const groups = new Map<string, OracleProblem[]>();
  for (const problem of problems) {
    const key = JSON.stringify([
      problem.policyId,
      problem.span,
      problem.message.replace(/Action::"[^"]*"/, ''),
    ]);
    groups.set(key, [...(groups.get(key) ?? []), problem]);
  }
  return [...groups.values()].map((group) => {
    const first = [...group].sort((a, b) => (a.message < b.message ? -1 : 1))[0]!;
    const others = group.length - 1;
    return others === 0 ? first : { ...first, message: `${first.message} (and for ${others} more)` };
  });
}

/** Cedar's strict validation; a warning counts like an error. */
function validate(policies: readonly ReadPolicy[], { schema, oracle }: PolicySetInput): ProgramFinding[] {
  const byId = new Map(policies.map((policy) => [policy.id, policy]));
  const written: Effective = Object.fromEntries(policies.map((policy) => [policy.id, policy.written]));
  const result = oracle.validate(schema, written);
  const fallback = { file: policies[0]?.place.file ?? '(policies)', line: 1, column: 1 };
  const placed = (problem: OracleProblem) =>
    byId.get(problem.policyId ?? '')?.placeOf(problem.span) ?? fallback;
  if (!result.ok) return result.problems.map((p) => problemFinding('policy.invalid', placed(p), p));
  const { errors, warnings } = result.value;
  const findings = [
    ...oncePerSpan(errors).map((problem) => problemFinding('policy.invalid', placed(problem), problem)),
    ...oncePerSpan(warnings).map((problem) => problemFinding('policy.warning', placed(problem), problem)),
  ];
  // The effective form is validated once the written one is sound, so that nothing is said twice.
  return findings.length > 0 ? findings : validateExceptions(policies, schema, oracle);
}

function validateExceptions(
  policies: readonly ReadPolicy[],
  schema: string,
  oracle: CedarOracle,
): ProgramFinding[] {
  const marked = policies.filter(({ est }) => est.annotations?.exceptionable !== undefined);
  if (marked.length === 0) return [];
  const places = new Map(marked.map((policy) => [policy.id, policy.place]));
  const effective = Object.fromEntries(marked.map(({ id, est }) => [id, effectivePolicy(id, est)]));
  const result = oracle.validate(schema, effective);
  const problems = result.ok ? [...result.value.errors, ...result.value.warnings] : result.problems;
  return oncePerSpan(problems).map((problem) => {
    const place = places.get(problem.policyId ?? '') ?? marked[0]!.place;
    return problemFinding('policy.exceptionable', place, { ...problem, help: null });
  });
}

function compileAll(policies: readonly ReadPolicy[]): CompiledPolicy[] | ProgramFinding[] {
  const findings: ProgramFinding[] = [];
  const compiled: CompiledPolicy[] = [];
  const effective = policies.map((policy) => ({ ...policy, est: effectivePolicy(policy.id, policy.est) }));
  const share = sharedTests(effective.map(({ est }) => est));
  for (const { id, est, place } of effective) {
    try {
      compiled.push(compilePolicy(id, est, share));
    } catch (error) {
      if (!(error instanceof UnknownSyntax)) throw error;
      const message = `The evaluator cannot compile ${id}: ${error.message}.`;
      findings.push(policyFinding('policy.unsupported', place, message));
    }
  }
  return findings.length > 0 ? findings : compiled;
}

function isFindings(list: readonly (CompiledPolicy | ProgramFinding)[]): list is ProgramFinding[] {
  return list.length > 0 && 'severity' in list[0]!;
}

function metaOf({ id, est, place }: ReadPolicy): PolicyMeta {
  return { id, effect: est.effect, annotations: annotationsOf(est), ...place };
}

function oracleFor(
  parts: PolicyParts,
  policies: readonly ReadPolicy[],
  input: PolicySetInput,
): PolicySetResult {
  const effective: Effective = Object.fromEntries(
    policies.map(({ id, est }) => [id, effectivePolicy(id, est)]),
  );
  const authorizer = input.oracle.authorizer(effective, input.schema);
  if (!authorizer.ok) return refused(authorizer.problems.map((problem) => schemaFinding(problem.message)));
  return { engine: oracleEngine(parts, authorizer.value), findings: [] };
}

/**
 * Reads, validates and compiles a policy set. Activation needs zero errors and zero warnings: with any finding there
 * is no engine.
 */
export function compilePolicySet(input: PolicySetInput): PolicySetResult {
  const schema = loadSchema(input);
  if (Array.isArray(schema)) return refused(schema);
  const read = readPolicies(input.sources, input.generated ?? [], input.oracle);
  // Policies that parsed are validated even beside others that did not: everything wrong is said at once.
  const findings = [...read.findings, ...validate(distinct(read.policies), input)];
  if (findings.length > 0) return refused(findings);
  const compiled = compileAll(read.policies);
  if (isFindings(compiled)) return refused(compiled);
  const parts = { policies: compiled, metas: read.policies.map(metaOf), schema };
  if (input.engine === 'cedar-wasm') return oracleFor(parts, read.policies, input);
  return { engine: compiledEngine(parts), findings: [] };
}
