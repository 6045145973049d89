import { type CallDecision, type CallQuestion, decideCall } from '@fairlead/core/decision';
import type { InspectionReport } from '@fairlead/core/inspection';
import type { CallSize } from '@fairlead/core/money';
import type { CallView } from '@fairlead/core/wire';
import type { Held } from '../budgets/api.ts';
import type { Caller } from '../identity/api.ts';
import type { Call } from './call.ts';
import type { IdentifiedCaller } from './caller.ts';
import type { DecisionFacts } from './entries.ts';
import { type Evidence, narrowRepositories } from './evidence.ts';
import { assistantVersion, recordableNames, sessionOf } from './recordable.ts';
import type { Runtime } from './runtime.ts';

/** Facts of a call while they are gathered. */
export type KnownFacts = { -readonly [K in keyof DecisionFacts]: DecisionFacts[K] };

/** A call with its decision and with what is set aside for it. */
export type DecidedCall = DecisionFacts & {
  readonly decision: CallDecision;
  readonly held: Held;
  /** Decides again, on what the budgets say now. */
  redecide(held: Held): DecidedCall;
};

/** What is known before anything was read. */
export function blankFacts(call: Call, { caller }: IdentifiedCaller): KnownFacts {
  return {
    op: call.op,
    endpoint: call.endpoint,
    caller,
    bundle: call.bundle,
    assistantVersion: assistantVersion(call.headers),
    session: null,
    evidence: null,
    vendor: null,
    model: null,
    report: null,
    received: null,
    decision: null,
    held: null,
    reasons: [],
  };
}

/** Decides a call that was read and inspected. The most it may cost is set aside first, so that it's a fact. */
export function decideFacts(
  { deps }: Runtime,
  call: Call,
  known: KnownFacts,
  view: CallView,
  report: InspectionReport,
  bytes: number,
): DecidedCall {
  const { caller } = known;
  const { index, engine } = call.bundle;
  const where = narrowRepositories(
    index,
    caller.repositories,
    call.headers,
    view.codexTurnMetadata,
    caller.repositoryEvidence,
  );
  const listing = index.vendorsOf(view.model, call.dialect);
  const chosen = caller.vendor === null ? listing : listing.filter((vendor) => vendor.id === caller.vendor);
  const vendor = chosen.length === 1 ? (chosen[0]?.id ?? null) : null;
  const names = namesOf(deps.hash, view, report.result === 'clean');
  const model = vendor === null ? names.model : view.model;
  const session = sessionOf(deps.hash, deps.sessionKey, caller.keyId, call.headers, view);
  const facts: QuestionFacts = { caller, where, view, report, names, model, vendor, listed: chosen.length };
  const redecide = (held: Held): DecidedCall => {
    const decision = decideCall(index, engine, questionOf(facts, held), wholeSecond(deps.clock.now()));
    const evidence = where.evidence;
    return decidedOf(known, { session, evidence, vendor, model, report, decision, held, redecide });
  };
  const { keyId, principal } = caller;
  const size = sizeOf(view, bytes, names.serviceTier);
  const ask = {
    op: call.op,
    index,
    keyId,
    principal,
    repositories: where.repositories,
    session,
    vendor,
    model: view.model,
    size,
  };
  return decideHolding(redecide, deps.budgets.reserve(ask));
}

/**
 * The time that calls are decided at, milliseconds: the second they fall into. Whoever calls twice within it asks the same
 * question, which is answered and recorded once.
 */
function wholeSecond(now: number): number {
  return now - (now % 1_000);
}

/** What a question is made of, the budgets left out. */
interface QuestionFacts {
  readonly caller: Caller;
  readonly where: Evidence;
  readonly view: CallView;
  readonly report: InspectionReport;
  readonly names: ReturnType<typeof namesOf>;
  readonly model: string | null;
  readonly vendor: string | null;
  /** How many vendors list the model. */
  readonly listed: number;
}

/** Every member by name, here and below: those behind a spread are defined one by one, each by a call into the engine. */
function questionOf(
  { caller, where, view, report, names, model, vendor, listed }: QuestionFacts,
  { facts }: Held,
): CallQuestion {
  return {
    principal: caller.principal,
    repositories: where.repositories,
    repositoryEvidence: where.evidence,
    repositoryMismatch: where.mismatch,
    assistant: caller.assistant,
    model: model ?? 'unnamed',
    vendor,
    capability: view.capability,
    tools: names.tools,
    mcpServers: names.mcpServers,
    serverTools: names.serverTools,
    serverState: names.serverState,
    serviceTier: names.serviceTier,
    remoteRefs: view.remoteRefs,
    dataClasses: report.dataClasses,
    inspection: report.result,
    exceptions: [],
    ambiguousModel: listed > 1,
    budgetReserved: facts.budgetReserved,
    unpriced: facts.unpriced,
    exhausted: facts.exhausted,
    keyPaused: facts.keyPaused,
  };
}

type FoundLater = 'session' | 'evidence' | 'vendor' | 'model' | 'report' | 'decision' | 'held' | 'redecide';

function decidedOf(known: KnownFacts, found: Pick<DecidedCall, FoundLater>): DecidedCall {
  return {
    op: known.op,
    endpoint: known.endpoint,
    caller: known.caller,
    bundle: known.bundle,
    assistantVersion: known.assistantVersion,
    session: found.session,
    evidence: found.evidence,
    vendor: found.vendor,
    model: found.model,
    report: found.report,
    received: known.received,
    decision: found.decision,
    held: found.held,
    reasons: known.reasons,
    redecide: found.redecide,
  };
}

function decideHolding(decide: (held: Held) => DecidedCall, held: Held): DecidedCall {
  try {
    return decide(held);
  } catch (error) {
    held.release();
    throw error;
  }
}

/** The names that the client chose, fit for the record. */
function namesOf(hash: Parameters<typeof recordableNames>[0], view: CallView, clean: boolean) {
  const names = (values: readonly string[]) => recordableNames(hash, values, clean);
  return {
    model: names([view.model])[0] ?? null,
    tools: names(view.tools),
    mcpServers: names(view.mcpServers),
    serverTools: names(view.serverTools),
    serverState: names(view.serverState),
    serviceTier: view.serviceTier === null ? null : (names([view.serviceTier])[0] ?? null),
  };
}

/** Vendor-side state that is no text which the vendor would add to the call. */
const stateWithoutText = new Set(['store', 'background', 'container']);

function sizeOf(view: CallView, bytes: number, serviceTier: string | null): CallSize {
  const { endpoint, images, imageBytes, remoteRefs, maxTokens, choices = 1 } = view;
  const vendorText =
    view.serverTools.length > 0 || view.serverState.some((state) => !stateWithoutText.has(state));
  const tools = view.tools.length > 0;
  return {
    endpoint,
    bytes,
    images,
    imageBytes,
    remoteRefs,
    vendorText,
    tools,
    maxTokens,
    choices,
    serviceTier,
  };
}
