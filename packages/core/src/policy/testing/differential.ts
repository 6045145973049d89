import type { PolicyEst } from '../est.ts';
import { type CompiledPolicy, compilePolicy } from '../evaluator/compile-policy.ts';
import { EntityStore } from '../evaluator/entities.ts';
import { evaluateAll, type RawAnswer } from '../evaluator/evaluate.ts';
import { Fault } from '../evaluator/fault.ts';
import { readPlainRecord, readPlainValue, readUid } from '../evaluator/plain-values.ts';
import { indexPolicies } from '../evaluator/policy-index.ts';
import { compileRequestReader } from '../evaluator/request-reader.ts';
import { sharedTests } from '../evaluator/shared-tests.ts';
import type { Situation } from '../evaluator/situation.ts';
import type { CedarOracle, OracleAuthorizer } from '../oracle.ts';
import { readSchema, type SchemaModel } from '../schema-model.ts';
import type { PolicyRequest } from '../types.ts';
import { fuzzSchema } from './fuzz-schema.ts';
import { policyMaker } from './generate-policies.ts';
import { extensionCases, probeMaker } from './generate-probes.ts';
import { requestMaker, spoil, withActions } from './generate-requests.ts';
import { type RandomSource, seededRandom } from './random.ts';

/** One answer in comparable form; `refused` when the request itself is not accepted. */
type Comparable = string;

export interface Disagreement {
  readonly ours: Comparable;
  readonly oracle: Comparable;
  readonly withSchema: boolean;
  readonly policies: { readonly [id: string]: PolicyEst };
  readonly request: PolicyRequest;
}

export interface DifferentialResult {
  readonly seed: number;
  /** Policy × request pairs compared. */
  readonly pairs: number;
  /** Requests evaluated by both. */
  readonly requests: number;
  readonly policySets: number;
  /** How the pairs went, so that a run that only ever met errors shows. */
  readonly outcomes: { allow: number; deny: number; withErrors: number; refused: number };
  readonly disagreements: readonly Disagreement[];
}

/** Trees are worth several requests; probes hardly look at theirs. */
const treeSet = { policies: 8, requests: 10 };
const probeSet = { policies: 80, requests: 1 };

function describe(decision: string, reasons: readonly string[], errors: readonly string[]): Comparable {
  return `${decision} by [${[...reasons].sort()}] errors [${[...errors].sort()}]`;
}

/** Cedar's rule before any of ours: a forbid overrides permits, errors are skipped. */
function ofAnswer({ permits, forbids, errors }: RawAnswer): Comparable {
  const allowed = forbids.length === 0 && permits.length > 0;
  const ids = errors.map((error) => error.policyId);
  return describe(allowed ? 'allow' : 'deny', forbids.length > 0 ? forbids : permits, ids);
}

function ofOracle(authorize: OracleAuthorizer, request: PolicyRequest): Comparable {
  const answer = authorize(request);
  if (!answer.ok) return 'refused';
  const { decision, reasons, errors } = answer.value;
  return describe(
    decision,
    reasons,
    errors.map((error) => error.policyId),
  );
}

function plainSituation(request: PolicyRequest): Situation {
  const nodes = request.entities.map((entity) => ({
    uid: readUid(entity.uid),
    attrs: readPlainRecord(entity.attrs),
    parents: entity.parents.map(readUid),
    tags: entity.tags ? new Map(Object.entries(entity.tags).map(([k, v]) => [k, readPlainValue(v)])) : null,
  }));
  return {
    principal: readUid(request.principal),
    action: readUid(request.action),
    resource: readUid(request.resource),
    context: readPlainRecord(request.context),
    entities: new EntityStore(nodes, { base: null, acyclic: false }),
  };
}

type Evaluator = (request: PolicyRequest) => RawAnswer;

function evaluators(policies: readonly CompiledPolicy[], schema: SchemaModel | null): Evaluator {
  if (schema === null) return (request) => evaluateAll(policies, plainSituation(request));
  const read = compileRequestReader(schema);
  const index = indexPolicies(policies, schema);
  return (request) => index.evaluate(read(request));
}

function ofEvaluator(evaluate: Evaluator, request: PolicyRequest): Comparable {
  try {
    return ofAnswer(evaluate(request));
  } catch (thrown) {
    if (thrown instanceof Fault) return 'refused';
    throw thrown;
  }
}

function named(ests: readonly PolicyEst[]): { [id: string]: PolicyEst } {
  return Object.fromEntries(ests.map((est, n) => [`p${n}`, est]));
}

function treePolicies(schema: SchemaModel, random: RandomSource): { [id: string]: PolicyEst } {
  const maker = policyMaker(schema, random, random.pick([0, 0, 0.05, 0.3]));
  // With one effect throughout, every policy's own result shows in the answer; mixed sets test the combination.
  const forbids = random.pick([0, 0, 1, 0.3]);
  const made: PolicyEst[] = [];
  while (made.length < treeSet.policies) {
    const effect = random.chance(forbids) ? ('forbid' as const) : ('permit' as const);
    const policy = { ...maker.policy(), effect };
    // Policies of a set often have conditions in common, which the evaluator computes once.
    const other = made.length > 0 && random.chance(0.3) ? random.pick(made).conditions : [];
    made.push({ ...policy, conditions: [...policy.conditions, ...other] });
  }
  return named(made);
}

function must<T>(
  result: { ok: true; value: T } | { ok: false; problems: readonly { message: string }[] },
): T {
  if (result.ok) return result.value;
  throw new Error(`The oracle refuses generated input: ${result.problems[0]?.message}`);
}

interface Tally {
  pairs: number;
  requests: number;
  policySets: number;
  readonly outcomes: DifferentialResult['outcomes'];
  readonly disagreements: Disagreement[];
}

function newTally(): Tally {
  const outcomes = { allow: 0, deny: 0, withErrors: 0, refused: 0 };
  return { pairs: 0, requests: 0, policySets: 0, outcomes, disagreements: [] };
}

function compareSet(
  oracle: CedarOracle,
  policies: { readonly [id: string]: PolicyEst },
  schema: SchemaModel | null,
  requests: readonly PolicyRequest[],
  tally: Tally,
): void {
  const share = sharedTests(Object.values(policies));
  const compiled = Object.entries(policies).map(([id, est]) => compilePolicy(id, est, share));
  const evaluate = evaluators(compiled, schema);
  const authorize = must(oracle.authorizer(policies, schema === null ? null : fuzzSchema));
  tally.policySets += 1;
  for (const request of requests) {
    const [ours, theirs] = [ofEvaluator(evaluate, request), ofOracle(authorize, request)];
    tally.requests += 1;
    tally.pairs += compiled.length;
    if (theirs === 'refused') tally.outcomes.refused += 1;
    else tally.outcomes[theirs.startsWith('allow') ? 'allow' : 'deny'] += 1;
    if (!theirs.endsWith('errors []') && theirs !== 'refused') tally.outcomes.withErrors += 1;
    if (ours === theirs) continue;
    tally.disagreements.push({ ours, oracle: theirs, withSchema: schema !== null, policies, request });
  }
}

/**
 * Compares the compiled evaluator with Cedar's reference implementation on random policy sets and requests: decision,
 * deciding ids and the ids of policies that had errors, below the rule that errors deny.
 */
export function runDifferential(oracle: CedarOracle, seed: number, pairs: number): DifferentialResult {
  const random = seededRandom(seed);
  const schema = readSchema(must(oracle.schemaToJson(fuzzSchema)));
  const makeRequest = requestMaker(schema, random);
  const makeProbe = probeMaker(random);
  const tally = newTally();
  while (tally.pairs < pairs && tally.disagreements.length < 10) {
    const withSchema = random.chance(0.6);
    const probing = tally.policySets % 2 === 1;
    const policies = probing
      ? named(Array.from({ length: probeSet.policies }, makeProbe))
      : treePolicies(schema, random);
    const requests = Array.from({ length: (probing ? probeSet : treeSet).requests }, () => {
      const sound = makeRequest();
      if (!withSchema) return withActions(sound, schema);
      return !probing && random.chance(0.1) ? spoil(sound, random) : sound;
    });
    compareSet(oracle, policies, withSchema ? schema : null, requests, tally);
  }
  return { seed, ...tally };
}

/** Compares every extension function on every known text, good and bad: no randomness. */
export function runExtensionCases(oracle: CedarOracle): DifferentialResult {
  const request: PolicyRequest = {
    principal: { type: 'User', id: 'u' },
    action: { type: 'Action', id: 'a' },
    resource: { type: 'Doc', id: 'd' },
    context: {},
    entities: [],
  };
  const cases = extensionCases();
  const tally = newTally();
  for (let from = 0; from < cases.length; from += 100) {
    compareSet(oracle, named(cases.slice(from, from + 100)), null, [request], tally);
  }
  return { seed: 0, ...tally };
}
