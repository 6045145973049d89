import { type CallDecision, decideCall } from '@fairlead/core/decision';
import { FairleadError, isFairleadError } from '@fairlead/core/errors';
import type { InspectionReport } from '@fairlead/core/inspection';
import { toHex } from '@fairlead/core/text';
import type { CallView } from '@fairlead/core/wire';
import { decodeBody, readBody, requireJson } from './body.ts';
import type { AdmittedCall, Call } from './call.ts';
import type { IdentifiedCaller } from './caller.ts';
import { type DecisionFacts, decisionDraft } from './entries.ts';
import { narrowRepositories } from './evidence.ts';
import { forwardedHeaders } from './headers.ts';
import { assistantVersion, recordableNames, sessionOf } from './recordable.ts';
import { answerRefusal } from './refuse.ts';
import type { Runtime } from './runtime.ts';
import { forwardedQuery, type Target, targetOf } from './target.ts';

/**
 * Reads, inspects, decides and durably records a call. Null when it was refused and answered.
 * @throws FairleadError for what could not be read, sent on or recorded.
 */
export async function admitCall(
  runtime: Runtime,
  call: Call,
  identified: IdentifiedCaller,
  reserve: (bytes: number) => void,
): Promise<AdmittedCall | null> {
  const { deps } = runtime;
  const known = { ...blankFacts(call, identified) };
  try {
    requireJson(call.headers);
    const query = forwardedQuery(call.dialect, call.query);
    const coded = await readBody(call.request, call.headers, deps.limits.maxBodyBytes, reserve);
    const ended = deps.metrics.beforeForward.startTimer();
    known.received = toHex(deps.hash.sha256(coded));
    const body = await decodeBody(coded, call.headers, deps.limits.maxDecodedBytes);
    if (body !== coded) {
      reserve(body.length);
      known.received = toHex(deps.hash.sha256(body));
    }
    const { view, report } = await deps.inspection.inspectCall(
      call.endpoint,
      body,
      forwardedHeaders(call.headers, call.dialect),
      identified.caller.keyId,
    );
    const facts = decideFacts(runtime, call, known, view, report);
    if (facts.decision.decision === 'deny') {
      await recordRefusal(runtime, call, facts, facts.decision);
      return null;
    }
    const target = allowedTarget(runtime, call, identified, facts.vendor, query);
    await deps.ledger.append([decisionDraft(deps, facts)]);
    ended();
    deps.metrics.calls.inc({ decision: 'allow', endpoint: call.endpoint });
    return { target, body, stream: view.stream, notices: facts.decision.notices };
  } catch (error) {
    // What an authenticated caller sent and we would not read, or could not send on, is a decision too.
    if (isFairleadError(error) && error.status < 500 && error.status !== 413) {
      await recordUnread(runtime, call, known, error);
    }
    throw error;
  }
}

type Known = { -readonly [K in keyof DecisionFacts]: DecisionFacts[K] };
type Decided = DecisionFacts & { readonly decision: CallDecision };

function blankFacts(call: Call, { caller }: IdentifiedCaller): Known {
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
    reasons: [],
  };
}

function decideFacts(
  { deps }: Runtime,
  call: Call,
  known: Known,
  view: CallView,
  report: InspectionReport,
): Decided {
  const { caller } = known;
  const { index, engine } = call.bundle;
  const clean = report.result === 'clean';
  const names = (values: readonly string[]) => recordableNames(deps.hash, values, clean);
  const where = narrowRepositories(index, caller.repositories, call.headers, view.codexTurnMetadata);
  const listing = index.vendorsOf(view.model, call.dialect);
  const chosen = caller.vendor === null ? listing : listing.filter((vendor) => vendor.id === caller.vendor);
  const vendor = chosen.length === 1 ? (chosen[0]?.id ?? null) : null;
  const model = vendor === null ? (names([view.model])[0] ?? null) : view.model;
  const question = {
    principal: caller.principal,
    repositories: where.repositories,
    repositoryEvidence: where.evidence,
    repositoryMismatch: where.mismatch,
    assistant: caller.assistant,
    model: model ?? 'unnamed',
    vendor,
    capability: view.capability,
    tools: names(view.tools),
    mcpServers: names(view.mcpServers),
    serverTools: names(view.serverTools),
    serverState: names(view.serverState),
    remoteRefs: view.remoteRefs,
    serviceTier: view.serviceTier === null ? null : (names([view.serviceTier])[0] ?? null),
    dataClasses: report.dataClasses,
    inspection: report.result,
    exceptions: [],
    ambiguousModel: chosen.length > 1,
  };
  const decision = decideCall(index, engine, question, deps.clock.now());
  const session = sessionOf(deps.hash, deps.sessionKey, caller.keyId, call.headers, view);
  return { ...known, session, evidence: where.evidence, vendor, model, report, decision };
}

function allowedTarget(
  runtime: Runtime,
  call: Call,
  identified: IdentifiedCaller,
  vendorId: string | null,
  query: string,
): Target {
  const vendor = vendorId === null ? undefined : call.bundle.index.vendor(vendorId);
  // Unreachable while decideCall refuses calls without a vendor; kept so that no path forwards without one.
  if (!vendor) throw new FairleadError('server.internal');
  const place = { path: call.path, query };
  const target = targetOf(vendor, runtime.deps.vendors, call.headers, identified.token, place);
  runtime.egress.check(target.url);
  return target;
}

async function recordRefusal(
  runtime: Runtime,
  call: Call,
  facts: DecisionFacts,
  decision: CallDecision,
): Promise<void> {
  const op = await recordOrFold(runtime, facts, decision.policyIds);
  runtime.deps.metrics.calls.inc({ decision: 'deny', endpoint: call.endpoint });
  runtime.deps.metrics.refusals.inc({ reason: decision.refusals[0]?.policyId ?? 'default.no-permit' });
  answerRefusal(call.response, call.dialect, op, decision.refusals);
}

async function recordUnread(runtime: Runtime, call: Call, known: Known, error: FairleadError): Promise<void> {
  // Aborted by the client before it was read: nothing was decided.
  if (error.code === 'gateway.body-incomplete') return;
  await recordOrFold(runtime, { ...known, decision: null, reasons: [error.code] }, [error.code]);
  runtime.deps.metrics.calls.inc({ decision: 'deny', endpoint: call.endpoint });
}

/** The op the refusal is recorded under: its own, or the first one's when it repeats that. */
async function recordOrFold(
  runtime: Runtime,
  facts: DecisionFacts,
  reasons: readonly string[],
): Promise<string> {
  const body = facts.received ?? '';
  const first = runtime.repeats.repeatOf(facts.caller.keyId, body, reasons);
  if (first !== null) return first;
  await runtime.deps.ledger.append([decisionDraft(runtime.deps, facts)]);
  runtime.repeats.remember(facts.caller.keyId, body, reasons, facts.op);
  return facts.op;
}
