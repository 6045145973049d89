import {
  compilePolicySet,
  type EntityJson,
  type PolicyEngine,
  type PolicyRequest,
  type PolicySetResult,
  policySchema,
} from '@fairlead/core/policy';
import { cedarWasm } from '../cedar-wasm.ts';

export const engineKinds = ['compiled', 'cedar-wasm'] as const;

/** Annotations of a well-formed policy. */
export const annotated = (id: string, more = '') =>
  `@id("${id}") @title("Title of ${id}") @severity("high") @advice("Advice of ${id}") @owner("security") @control("c")${more}`;

export const head = 'principal, action == Action::"SendPrompt", resource';

export function compileText(text: string, engine: PolicyEngine['kind'] = 'compiled'): PolicySetResult {
  return compilePolicySet({
    sources: [{ file: 'policies/sample.cedar', text }],
    schema: policySchema,
    engine,
    oracle: cedarWasm,
  });
}

/** The engine of a text that must compile. */
export function engineOf(text: string, kind: PolicyEngine['kind'] = 'compiled'): PolicyEngine {
  const { engine, findings } = compileText(text, kind);
  if (engine === null) throw new Error(findings.map((f) => `${f.line}:${f.column} ${f.message}`).join('\n'));
  return engine;
}

const ref = (type: string, id: string) => ({ type, id });
const value = (type: string, id: string) => ({ __entity: { type, id } });
const empty = { attrs: {}, parents: [] };

const entities: readonly EntityJson[] = [
  { uid: ref('User', 'dana'), attrs: { trainingLapsed: [] }, parents: [ref('Team', 'payments')] },
  { uid: ref('Team', 'payments'), ...empty },
  {
    uid: ref('Repository', 'github.com/acme/payments'),
    attrs: { classification: 'internal', allowlisted: true },
    parents: [],
  },
  {
    uid: ref('Model', 'm'),
    attrs: { vendor: value('Vendor', 'v'), listed: true, capabilities: ['chat'] },
    parents: [ref('Vendor', 'v')],
  },
  {
    uid: ref('Vendor', 'v'),
    attrs: {
      dialect: 'openai',
      evaluated: true,
      trainsOnData: false,
      dpaSigned: true,
      regions: [],
      approvedFor: ['internal'],
      evidenceValidUntil: { __extn: { fn: 'datetime', arg: '2026-06-30' } },
    },
    parents: [],
  },
  { uid: ref('Stage', 's'), attrs: { rank: 1, capabilities: ['chat'], allowedModels: [] }, parents: [] },
  { uid: ref('Assistant', 'a'), attrs: { approved: true, capabilities: ['chat'] }, parents: [] },
];

/** A sound call of one engineer in one repository. */
export const sampleRequest: PolicyRequest = {
  principal: ref('User', 'dana'),
  action: ref('Action', 'SendPrompt'),
  resource: ref('Repository', 'github.com/acme/payments'),
  context: {
    now: { __extn: { fn: 'datetime', arg: '2026-03-02T10:00:00Z' } },
    assistant: value('Assistant', 'a'),
    model: value('Model', 'm'),
    vendor: value('Vendor', 'v'),
    stage: value('Stage', 's'),
    stageIncluded: true,
    repositoryInStage: true,
    capability: 'chat',
    repositoryEvidence: 'key',
    repositoryMismatch: false,
    dataClasses: [],
    sharing: { denied: [], legalReview: [], redact: [], warn: [], record: [] },
    inspection: 'clean',
    tools: [],
    mcpServers: [],
    unsanctionedMcp: [],
    serverTools: [],
    serverState: [],
    remoteRefs: 0,
    serviceTier: 'none',
    budgetReserved: true,
    unpriced: false,
    exceptions: [],
  },
  entities,
};

/** The sample request with other context attributes. */
export function withContext(changes: PolicyRequest['context']): PolicyRequest {
  return { ...sampleRequest, context: { ...sampleRequest.context, ...changes } };
}

/** The sample request without the entities of a type. */
export function withoutEntities(type: string): PolicyRequest {
  return { ...sampleRequest, entities: entities.filter((entity) => entity.uid.type !== type) };
}
