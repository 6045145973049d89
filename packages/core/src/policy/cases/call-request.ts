import { buildPolicyRequest, type CallFacts, indexProgram } from '../../decision/index.ts';
import { didYouMean } from '../../program/suggest.ts';
import type { Program, ProgramMember } from '../../program/types.ts';
import type { RecordModel, SchemaModel } from '../schema-model.ts';
import type { CedarJson, EntityJson, EntityRef, PolicyRequest } from '../types.ts';
import type { Fixtures } from './fixtures.ts';
import { attributesOf, cedarRecord } from './natural-values.ts';
import { CaseProblem } from './problem.ts';
import type { CallFields, PrincipalFixture, RepositoryFixture, SetFields } from './schema.ts';

function required(call: CallFields, field: 'principal' | 'repository' | 'assistant' | 'model'): string {
  const value = call[field];
  if (value === undefined)
    throw new CaseProblem(`The call has no ${field}, and nothing it starts from has one.`);
  return value;
}

function principalFixtureOf(name: string, fixtures: Fixtures, program: Program): PrincipalFixture {
  const fixture = fixtures.principals.get(name);
  if (fixture) return fixture;
  const members = program.teams.flatMap((team) => team.members.map((member) => member.id));
  if (members.includes(name)) return { id: name };
  const hint = didYouMean(name, [...fixtures.principals.keys(), ...members]);
  throw new CaseProblem(`"${name}" is neither a principal of the fixtures nor a member of a team.${hint}`);
}

function repositoryFixtureOf(name: string, fixtures: Fixtures, program: Program): RepositoryFixture {
  const fixture = fixtures.repositories.get(name);
  if (fixture) return fixture;
  // A repository that the program does not list is a case worth testing, as long as it is named in full.
  if (/^[^/\s]+\/[^/\s]+\/[^\s]+$/.test(name)) return { id: name };
  const known = [...fixtures.repositories.keys(), ...program.repositories.map((repository) => repository.id)];
  const hint = didYouMean(name, known);
  throw new CaseProblem(`"${name}" is neither a repository of the fixtures nor a full name.${hint}`);
}

/** The program with the fixture's person in the fixture's teams, where the fixture says anything of that. */
function withPrincipal(program: Program, fixture: PrincipalFixture): Program {
  const { id, kind, teams, roles } = fixture;
  if (kind === undefined && teams === undefined && roles === undefined) return program;
  const known = program.teams.flatMap((team) => team.members).find((member) => member.id === id);
  const current = program.teams.filter((team) => team.members.some((member) => member.id === id));
  const wanted = teams ?? current.map((team) => team.id);
  const missing = wanted.find((team) => !program.teams.some(({ id: existing }) => existing === team));
  if (missing !== undefined) {
    const hint = didYouMean(
      missing,
      program.teams.map((team) => team.id),
    );
    throw new CaseProblem(`The fixture of ${id} names a team that does not exist: ${missing}.${hint}`);
  }
  const member: ProgramMember = {
    id,
    name: known?.name ?? id,
    kind: kind ?? known?.kind ?? 'human',
    roles: roles ?? known?.roles ?? [],
  };
  const changed = program.teams.map((team) => {
    const others = team.members.filter((other) => other.id !== id);
    return { ...team, members: wanted.includes(team.id) ? [...others, member] : others };
  });
  return { ...program, teams: changed };
}

function withRepository(program: Program, fixture: RepositoryFixture): Program {
  const { id, classification, allowlisted, owner, service } = fixture;
  if (
    classification === undefined &&
    allowlisted === undefined &&
    owner === undefined &&
    service === undefined
  ) {
    return program;
  }
  const known = program.repositories.find((repository) => repository.id === id);
  const team = owner ?? known?.team ?? program.teams[0]?.id ?? '';
  const changed = {
    id,
    aliases: known?.aliases ?? [],
    classification: classification ?? known?.classification ?? 'internal',
    allowlisted: allowlisted ?? known?.allowlisted ?? true,
    team,
    service: service ?? known?.service ?? null,
  };
  return { ...program, repositories: [...program.repositories.filter((r) => r.id !== id), changed] };
}

function withStage(program: Program, stage: string | undefined): Program {
  if (stage === undefined) return program;
  const ids = program.stages.map((candidate) => candidate.id);
  if (ids.includes(stage)) return { ...program, currentStage: stage };
  throw new CaseProblem(`There is no stage ${stage}.${didYouMean(stage, ids)}`);
}

function vendorOf(call: CallFields, model: string, program: Program): string | null {
  if (call.vendor !== undefined) {
    const ids = program.vendors.map((vendor) => vendor.id);
    if (ids.includes(call.vendor)) return call.vendor;
    throw new CaseProblem(`There is no vendor ${call.vendor}.${didYouMean(call.vendor, ids)}`);
  }
  const vendors = [...new Set(program.models.filter(({ id }) => id === model).map(({ vendor }) => vendor))];
  if (vendors.length > 1) throw new CaseProblem(`Several vendors list ${model}: add \`vendor\`.`);
  return vendors[0] ?? null;
}

function factsOf(call: CallFields, principal: string, repository: string, program: Program): CallFacts {
  const model = required(call, 'model');
  const { tools = [], mcpServers = [], dataClasses = [] } = call;
  const declared = mcpServers.length > 0 ? 'mcp' : tools.length > 0 ? 'agent' : 'chat';
  return {
    principal,
    repository,
    repositoryEvidence: call.repositoryEvidence ?? 'key',
    repositoryMismatch: call.repositoryMismatch ?? false,
    assistant: required(call, 'assistant'),
    model,
    vendor: vendorOf(call, model, program),
    capability: call.capability ?? declared,
    tools,
    mcpServers,
    serverTools: call.serverTools ?? [],
    serverState: call.serverState ?? [],
    remoteRefs: call.remoteRefs ?? 0,
    serviceTier: call.serviceTier ?? null,
    budgetReserved: call.budgetReserved ?? true,
    unpriced: call.unpriced ?? false,
    dataClasses,
    inspection: call.inspection ?? (dataClasses.length > 0 ? 'findings' : 'clean'),
    exceptions: call.exceptions ?? [],
  };
}

type Attributes = { readonly [name: string]: CedarJson };

/** Lays written attributes over given ones; a `null` removes an attribute. */
function overlay(
  given: Attributes,
  written: NonNullable<SetFields['context']>,
  type: RecordModel,
  name: string,
): Attributes {
  const kept = Object.entries(written).filter(([, value]) => value !== null);
  const removed = Object.keys(written).filter((key) => written[key] === null);
  const changed = { ...given, ...cedarRecord(Object.fromEntries(kept), type, name) };
  return Object.fromEntries(Object.entries(changed).filter(([key]) => !removed.includes(key)));
}

function entityIn(context: Attributes, name: string): EntityRef | undefined {
  return (context[name] as unknown as { readonly __entity?: EntityRef } | undefined)?.__entity;
}

/** `set`: the last word on the context and on the entities of the call. */
function applySet(request: PolicyRequest, set: SetFields, schema: SchemaModel): PolicyRequest {
  const action = schema.actions.get(schema.actionKey(request.action.type, request.action.id));
  const context =
    set.context && action
      ? overlay(request.context, set.context, action.context, 'context')
      : request.context;
  const targets: readonly (readonly [keyof SetFields, EntityRef | undefined])[] = [
    ['principal', request.principal],
    ['repository', request.resource],
    ['model', entityIn(request.context, 'model')],
    ['vendor', entityIn(request.context, 'vendor')],
    ['stage', entityIn(request.context, 'stage')],
    ['assistant', entityIn(request.context, 'assistant')],
  ];
  const entities = request.entities.map((entity): EntityJson => {
    const field = targets.find(([, uid]) => uid?.type === entity.uid.type && uid.id === entity.uid.id)?.[0];
    const written = field && set[field];
    if (!field || !written) return entity;
    const type = attributesOf(schema, entity.uid.type);
    return { ...entity, attrs: overlay(entity.attrs, written, type, field) };
  });
  return { ...request, context, entities };
}

/**
 * Builds the request of a call, exactly as the gateway would (`buildPolicyRequest`), from a program that the fixtures
 * may have changed.
 * @param now ISO 8601, UTC
 * @throws CaseProblem when the call names what does not exist
 */
export function callRequestOf(
  call: CallFields,
  program: Program,
  fixtures: Fixtures,
  schema: SchemaModel,
  now: string,
): PolicyRequest {
  const principal = principalFixtureOf(required(call, 'principal'), fixtures, program);
  const repository = repositoryFixtureOf(required(call, 'repository'), fixtures, program);
  const changed = withStage(withRepository(withPrincipal(program, principal), repository), call.stage);
  const facts = factsOf(call, principal.id, repository.id, changed);
  const built = buildPolicyRequest(indexProgram(changed), facts, Date.parse(now));
  const request = { ...built, action: { type: 'Action', id: call.action ?? 'SendPrompt' } };
  const lapsed: SetFields = principal.trainingLapsed
    ? { principal: { trainingLapsed: [...principal.trainingLapsed] } }
    : {};
  return applySet(applySet(request, lapsed, schema), call.set ?? {}, schema);
}
