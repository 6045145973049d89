/**
 * Times the compiled policy engine on model calls as the gateway asks them.
 *
 *   node tools/bench-policy.ts [--policies 100] [--decisions 200000]
 *
 * Prints one JSON line: microseconds a decision (p50, p99 over single decisions, mean over the run), for requests built
 * anew each time, and with 10,000 further entities in a frozen list. The probe is an empty function timed the same way.
 */
import { parseArgs } from 'node:util';
import {
  compilePolicySet,
  type EntityJson,
  type PolicyEngine,
  type PolicyRequest,
  policySchema,
} from '../packages/core/src/policy/index.ts';
import { cedarWasm } from '../packages/server/src/features/policy/cedar-wasm.ts';

const conditions = [
  'context.dataClasses.contains("class-N")',
  'context.capability == "agent" && resource.classification == "restricted" && context.stage.rank < N',
  'context has now && context.vendor has evidenceValidUntil && context.vendor.evidenceValidUntil < context.now',
  '!context.stage.allowedModels.contains(context.model) && context.remoteRefs > N',
  'context.serverTools.containsAny(["web_search", "mcp", "tool-N"])',
  'principal.trainingLapsed.contains("module-N")',
];

function policyText(count: number): string {
  const annotations = (id: string) =>
    `@id("${id}") @title("t") @severity("low") @advice("a") @owner("o") @control("c")`;
  const forbids = Array.from({ length: count - 1 }, (_, n) => {
    const condition = conditions[n % conditions.length]!.replaceAll('N', String(n));
    // A third is bound to one team, as narrow policies of a large program are.
    const principal = n % 3 === 0 ? `principal in Team::"team-${n}"` : 'principal';
    const head = `${principal}, action in [Action::"SendPrompt", Action::"RequestCompletion"], resource`;
    return `${annotations(`p${n}`)}\nforbid(${head}) when { ${condition} };`;
  });
  const permit = `${annotations('call.permit')}\npermit(principal, action == Action::"SendPrompt", resource);`;
  return [permit, ...forbids].join('\n');
}

const ref = (type: string, id: string) => ({ type, id });
const value = (type: string, id: string) => ({ __entity: { type, id } });
const datetime = (arg: string) => ({ __extn: { fn: 'datetime', arg } });

function entitiesOfCall(): EntityJson[] {
  const vendor = { dialect: 'openai', evaluated: true, trainsOnData: false, dpaSigned: true };
  const lists = { regions: ['eu', 'us'], approvedFor: ['internal', 'public'] };
  const models = [value('Model', 'm-1'), value('Model', 'm-2')];
  const repository = { classification: 'internal', allowlisted: true, owner: value('Team', 'team-7') };
  return [
    {
      uid: ref('User', 'dana'),
      attrs: { trainingLapsed: [] },
      parents: [ref('Team', 'team-7'), ref('Role', 'engineer')],
    },
    {
      uid: ref('Repository', 'github.com/acme/payments'),
      attrs: repository,
      parents: [ref('Team', 'team-7')],
    },
    {
      uid: ref('Model', 'm-1'),
      attrs: { vendor: value('Vendor', 'v'), listed: true, capabilities: ['agent', 'chat', 'mcp'] },
      parents: [ref('Vendor', 'v')],
    },
    {
      uid: ref('Vendor', 'v'),
      attrs: { ...vendor, ...lists, evidenceValidUntil: datetime('2030-01-01') },
      parents: [],
    },
    {
      uid: ref('Stage', 's'),
      attrs: { rank: 2, capabilities: ['agent', 'chat'], allowedModels: models },
      parents: [],
    },
    {
      uid: ref('Assistant', 'a'),
      attrs: { approved: true, capabilities: ['agent', 'chat'] },
      parents: [],
    },
  ];
}

/** A fresh request, as `buildPolicyRequest` makes them. */
function makeRequest(n: number, entities: readonly EntityJson[]): PolicyRequest {
  const context = {
    now: datetime(new Date(1_772_445_600_000 + n * 1000).toISOString()),
    assistant: value('Assistant', 'a'),
    model: value('Model', 'm-1'),
    vendor: value('Vendor', 'v'),
    stage: value('Stage', 's'),
    stageIncluded: true,
    repositoryInStage: true,
    capability: 'agent',
    repositoryEvidence: 'key',
    repositoryMismatch: false,
    dataClasses: [],
    sharing: { denied: [], legalReview: [], redact: [], warn: [], record: [] },
    inspection: 'clean',
    tools: ['Bash', 'Edit', 'Read'],
    mcpServers: [],
    unsanctionedMcp: [],
    serverTools: [],
    serverState: [],
    remoteRefs: 0,
    serviceTier: 'none',
    budgetReserved: true,
    unpriced: false,
    exceptions: [],
  };
  const [principal, resource] = [ref('User', 'dana'), ref('Repository', 'github.com/acme/payments')];
  return { principal, action: ref('Action', 'SendPrompt'), resource, context, entities };
}

function percentile(sorted: Float64Array, share: number): number {
  return Math.round(sorted[Math.floor((sorted.length - 1) * share)]! * 10) / 10;
}

function measure(decisions: number, ask: (n: number) => unknown) {
  const batch = 64;
  for (let n = 0; n < 20_000; n += 1) ask(n);
  const times = new Float64Array(Math.ceil(decisions / batch));
  for (let i = 0; i < times.length; i += 1) {
    // A single decision is shorter than the clock is sharp: batches, each counted as its mean.
    const start = performance.now();
    for (let n = 0; n < batch; n += 1) ask(i * batch + n);
    times[i] = ((performance.now() - start) * 1000) / batch;
  }
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
  times.sort();
  return { p50: percentile(times, 0.5), p99: percentile(times, 0.99), mean: Math.round(mean * 10) / 10 };
}

function engineOf(policies: number): { readonly engine: PolicyEngine; readonly compileMs: number } {
  const started = performance.now();
  const sources = [{ file: 'bench.cedar', text: policyText(policies) }];
  const result = compilePolicySet({ sources, schema: policySchema, engine: 'compiled', oracle: cedarWasm });
  if (result.engine === null) throw new Error(JSON.stringify(result.findings[0]));
  return { engine: result.engine, compileMs: Math.round(performance.now() - started) };
}

const { values } = parseArgs({
  options: { policies: { type: 'string', default: '100' }, decisions: { type: 'string', default: '200000' } },
});
const policies = Number(values.policies);
const decisions = Number(values.decisions);
const { engine, compileMs } = engineOf(policies);
const fresh = Array.from({ length: 512 }, (_, n) => makeRequest(n, entitiesOfCall()));
const many = [
  ...entitiesOfCall(),
  ...Array.from({ length: 10_000 }, (_, n) => ({
    uid: ref('User', `user-${n}`),
    attrs: { trainingLapsed: [] },
    parents: [ref('Team', `team-${n % 24}`)],
  })),
].map((entity) => Object.freeze(entity));
const large = Object.freeze(many);
const largeRequests = Array.from({ length: 512 }, (_, n) => makeRequest(n, large));
const verdict = engine.evaluate(fresh[0]!);
const summary = {
  policies,
  decisions,
  verdict: `${verdict.decision} ${verdict.reasons.join(',')}`,
  compileMs,
  unit: 'us',
  probe: measure(decisions, (n) => n),
  decision: measure(decisions, (n) => engine.evaluate(fresh[n % 512]!)),
  decisionWith10000Entities: measure(decisions, (n) => engine.evaluate(largeRequests[n % 512]!)),
};
process.stdout.write(`${JSON.stringify(summary)}\n`);
