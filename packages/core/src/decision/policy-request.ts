import type { CedarJson, EntityJson, PolicyRequest } from '../policy/types.ts';
import { freezeDeep } from '../policy/unchanging.ts';
import type { SharingRule } from '../program/types.ts';
import {
  assistantEntity,
  datetime,
  modelEntity,
  principalEntity,
  principalRef,
  ref,
  refValue,
  repositoryEntity,
  stageEntity,
  unknownVendor,
  vendorEntity,
} from './entities.ts';
import type { CallFacts, ProgramIndex } from './types.ts';

/** What the sharing matrix says of one data class at one vendor. A missing cell is a deny. */
export function sharingRule(index: ProgramIndex, dataClass: string, vendor: string | null): SharingRule {
  const row = cell(index.program.sharing, dataClass) ?? {};
  return (vendor === null ? undefined : cell(row, vendor)) ?? cell(row, '*') ?? 'deny';
}

/** Own properties only: what every object inherits (`constructor`) must not pass for something the program says. */
function cell<T>(of: { readonly [key: string]: T }, key: string): T | undefined {
  return Object.hasOwn(of, key) ? of[key] : undefined;
}

/** Parts of contexts that are the same in nearly every call: frozen, so that their text can be remembered. */
const none: CedarJson = Object.freeze([]) as unknown as CedarJson;
const nothingToShare = freezeDeep({
  denied: none,
  legalReview: none,
  record: none,
  redact: none,
  warn: none,
});

function sharingFacts(index: ProgramIndex, facts: CallFacts): { readonly [key: string]: CedarJson } {
  if (facts.dataClasses.length === 0) return nothingToShare;
  const classes = inOrder(facts.dataClasses) as readonly string[];
  const of = (...rules: SharingRule[]): CedarJson =>
    classes.filter((c) => rules.includes(sharingRule(index, c, facts.vendor)));
  return {
    // Redaction and review requests are not built yet: until then both refuse.
    denied: of('deny', 'redact', 'legal-review'),
    legalReview: of('legal-review'),
    record: of('record'),
    redact: of('redact'),
    warn: of('warn'),
  };
}

function isRepositoryInStage(index: ProgramIndex, id: string): boolean {
  const { repositories } = index.stage;
  return repositories.length === 0 || repositories.includes(id);
}

let lastMoment = { now: Number.NaN, value: none };

/** A time as a request has it: the same value for all that is decided at that time. */
function momentOf(now: number): CedarJson {
  if (now !== lastMoment.now) {
    const value = freezeDeep(datetime(new Date(now).toISOString()) as object) as CedarJson;
    lastMoment = { now, value };
  }
  return lastMoment.value;
}

/** Each value once, sorted. Most of these lists are empty. */
function inOrder(values: readonly string[]): CedarJson {
  if (values.length === 0) return none;
  return values.length === 1 ? [...values] : [...new Set(values)].sort();
}

/** Ids of the sanctioned MCP servers, by program. */
const sanctionedServers = new WeakMap<ProgramIndex, ReadonlySet<string>>();

function sanctionedOf(index: ProgramIndex): ReadonlySet<string> {
  const known = sanctionedServers.get(index);
  if (known !== undefined) return known;
  const ids = new Set(index.program.mcpServers.filter((s) => s.sanctioned).map((s) => s.id));
  sanctionedServers.set(index, ids);
  return ids;
}

/** The action that a model call is decided as. */
export const callAction = 'SendPrompt';

/**
 * The complete, content-free request that a model call in one repository is decided on.
 * @param now milliseconds since the epoch; recorded, so that the decision can be made again.
 */
export function buildPolicyRequest(index: ProgramIndex, facts: CallFacts, now: number): PolicyRequest {
  // By its present name: a policy on a repository must not be walked around with a key made out to an earlier one.
  const repository = index.repository(facts.repository)?.id ?? facts.repository;
  const sanctioned = sanctionedOf(index);
  const named = (type: string, id: string) => namedIn(index, type, id);
  // In the order of canonical JSON, so that nothing has to be sorted for it.
  const context: Record<string, CedarJson> = {
    assistant: named('Assistant', facts.assistant),
    budgetReserved: facts.budgetReserved,
    capability: facts.capability,
    dataClasses: inOrder(facts.dataClasses),
    exceptions: inOrder(facts.exceptions),
    inspection: facts.inspection,
    mcpServers: inOrder(facts.mcpServers),
    model: named('Model', facts.model),
    now: momentOf(now),
    remoteRefs: facts.remoteRefs,
    repositoryEvidence: facts.repositoryEvidence,
    repositoryInStage: isRepositoryInStage(index, repository),
    repositoryMismatch: facts.repositoryMismatch,
    serverState: inOrder(facts.serverState),
    serverTools: inOrder(facts.serverTools),
    serviceTier: facts.serviceTier ?? 'none',
    sharing: sharingFacts(index, facts),
    stage: named('Stage', index.stage.id),
    stageIncluded: index.teamsOf(facts.principal).some((team) => index.includedTeams.has(team)),
    tools: inOrder(facts.tools),
    unpriced: facts.unpriced,
    unsanctionedMcp: inOrder(facts.mcpServers.filter((server) => !sanctioned.has(server))),
    vendor: named('Vendor', facts.vendor ?? unknownVendor),
  };
  return {
    principal: principalRef(index, facts.principal),
    action: ref('Action', callAction),
    resource: ref('Repository', repository),
    context,
    entities: entitiesOf(index, facts, repository),
  };
}

/** References to entities that are kept per program, frozen. */
const references = new WeakMap<ProgramIndex, Map<string, CedarJson>>();

function namedIn(index: ProgramIndex, type: string, id: string): CedarJson {
  let known = references.get(index);
  if (known === undefined) {
    known = new Map();
    references.set(index, known);
  }
  const key = `${type}\n${id}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const reference = freezeDeep(refValue(type, id) as object) as CedarJson;
  if (known.size >= mostLists) known.clear();
  known.set(key, reference);
  return reference;
}

/** Lists of entities that are kept per program: callers, repositories and models of many calls are the same. */
const mostLists = 4_096;
const lists = new WeakMap<ProgramIndex, Map<string, readonly EntityJson[]>>();

/**
 * The entities of a request. The same ones are the same frozen list, which engines read only once; whatever is not in
 * the key must come from the program alone.
 */
function entitiesOf(index: ProgramIndex, facts: CallFacts, repository: string): readonly EntityJson[] {
  const { principal, model, vendor, assistant } = facts;
  let known = lists.get(index);
  if (known === undefined) {
    known = new Map();
    lists.set(index, known);
  }
  const key = [principal, repository, model, vendor ?? '', assistant].join('\n');
  const found = known.get(key);
  if (found !== undefined) return found;
  const entities = freezeDeep([
    principalEntity(index, principal),
    repositoryEntity(index, repository),
    modelEntity(index, facts),
    vendorEntity(vendor === null ? undefined : index.vendor(vendor)),
    stageEntity(index),
    assistantEntity(index, assistant),
  ]);
  // Names of models come from clients, so the number of lists is bounded.
  if (known.size >= mostLists) known.clear();
  known.set(key, entities);
  return entities;
}
