import type { CedarJson, EntityJson, PolicyRequest } from '../policy/types.ts';
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

function sharingFacts(index: ProgramIndex, facts: CallFacts): { [key: string]: CedarJson } {
  const classes = inOrder(facts.dataClasses);
  const of = (...rules: SharingRule[]) =>
    classes.filter((c) => rules.includes(sharingRule(index, c, facts.vendor)));
  return {
    // Redaction and review requests are not built yet: until then both refuse.
    denied: of('deny', 'redact', 'legal-review'),
    legalReview: of('legal-review'),
    redact: of('redact'),
    warn: of('warn'),
    record: of('record'),
  };
}

function isRepositoryInStage(index: ProgramIndex, id: string): boolean {
  const { repositories } = index.stage;
  return repositories.length === 0 || repositories.includes(id);
}

/** Each value once, sorted. Most of these lists are empty. */
function inOrder(values: readonly string[]): string[] {
  return values.length < 2 ? [...values] : [...new Set(values)].sort();
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
  const context: Record<string, CedarJson> = {
    now: datetime(new Date(now).toISOString()),
    assistant: refValue('Assistant', facts.assistant),
    model: refValue('Model', facts.model),
    vendor: refValue('Vendor', facts.vendor ?? unknownVendor),
    stage: refValue('Stage', index.stage.id),
    stageIncluded: index.teamsOf(facts.principal).some((team) => index.includedTeams.has(team)),
    repositoryInStage: isRepositoryInStage(index, repository),
    capability: facts.capability,
    repositoryEvidence: facts.repositoryEvidence,
    repositoryMismatch: facts.repositoryMismatch,
    dataClasses: inOrder(facts.dataClasses),
    sharing: sharingFacts(index, facts),
    inspection: facts.inspection,
    tools: inOrder(facts.tools),
    mcpServers: inOrder(facts.mcpServers),
    unsanctionedMcp: inOrder(facts.mcpServers.filter((server) => !sanctioned.has(server))),
    serverTools: inOrder(facts.serverTools),
    serverState: inOrder(facts.serverState),
    remoteRefs: facts.remoteRefs,
    serviceTier: facts.serviceTier ?? 'none',
    budgetReserved: facts.budgetReserved,
    unpriced: facts.unpriced,
    exceptions: inOrder(facts.exceptions),
  };
  return {
    principal: principalRef(index, facts.principal),
    action: ref('Action', callAction),
    resource: ref('Repository', repository),
    context,
    entities: entitiesOf(index, facts, repository),
  };
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

function freezeDeep<Value extends object>(value: Value): Value {
  for (const inner of Object.values(value))
    if (typeof inner === 'object' && inner !== null) freezeDeep(inner);
  return Object.freeze(value);
}
