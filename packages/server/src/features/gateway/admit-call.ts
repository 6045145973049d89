import { FairleadError, isFairleadError } from '@fairlead/core/errors';
import { toHex } from '@fairlead/core/text';
import { attributeNames, type SpanAttributes, spanNames } from '../../platform/telemetry/index.ts';
import type { Held } from '../budgets/api.ts';
import type { ContentOfCall } from '../content/api.ts';
import { appendedLate, fullAccount, isUnwritten } from '../ledger/api.ts';
import { decodeBody, readBody, requireJson } from './body.ts';
import type { AdmittedCall, Call } from './call.ts';
import type { IdentifiedCaller } from './caller.ts';
import { blankFacts, type DecidedCall, decideFacts } from './decide-call.ts';
import { decisionDraft } from './entries.ts';
import { recordOutcome } from './forward-call.ts';
import { forwardedHeaders } from './headers.ts';
import { recordRefusal, recordUnread } from './record-refusal.ts';
import type { Runtime } from './runtime.ts';
import { forwardedQuery, type Target, targetOf } from './target.ts';
import { unmade } from './vendor-exchange.ts';

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
  const known = blankFacts(call, identified);
  try {
    requireJson(call.headers);
    const query = forwardedQuery(call.dialect, call.query);
    const read = call.span.phase(spanNames.read);
    const coded = await readBody(call.request, call.headers, deps.limits.maxBodyBytes, reserve);
    const arrived = performance.now();
    known.received = toHex(deps.hash.sha256(coded));
    const body = await decodeBody(coded, call.headers, deps.limits.maxDecodedBytes);
    if (body !== coded) {
      reserve(body.length);
      known.received = toHex(deps.hash.sha256(body));
    }
    read();
    const inspected = call.span.phase(spanNames.inspect);
    const { view, report } = await deps.inspection.inspectCall(
      call.endpoint,
      body,
      forwardedHeaders(call.headers, call.dialect),
      identified.caller.keyId,
    );
    inspected();
    const decided = call.span.phase(spanNames.decide);
    const facts = decideFacts(runtime, call, known, view, report, body.length);
    decided();
    call.span.set(() => attributesOf(facts));
    const place = { identified, query, body };
    const admitted = await admitDecided(runtime, call, facts, place);
    if (admitted === null) return null;
    deps.metrics.beforeForward.observe((performance.now() - arrived) / 1_000);
    deps.metrics.calls.inc({ decision: 'allow', endpoint: call.endpoint });
    const { target, notices, held, content } = admitted;
    const { stream, choices } = view;
    return { target, body, stream, choices, notices, held, content };
  } catch (error) {
    // What an authenticated caller sent and we would not read, or could not send on, is a decision too.
    if (isFairleadError(error) && isDecision(error)) {
      await recordUnread(runtime, call, known, error);
    }
    throw error;
  }
}

/** Allowed, but the operator gave nothing or nowhere to send it with: no record of an allowed call was made. */
const unsendable: ReadonlySet<string> = new Set([
  'gateway.vendor-credential-missing',
  'gateway.vendor-address',
]);

/** Whether a call was turned away for what it is, not for the state that we are in. */
function isDecision({ code, status }: FairleadError): boolean {
  return unsendable.has(code) || (status < 500 && status !== 413 && status !== 429);
}

/** What a trace says of a decision: names and ids, as the entry has them. */
function attributesOf({ caller, decision, vendor, model, session, report }: DecidedCall): SpanAttributes {
  return {
    [attributeNames.assistant]: caller.assistant,
    [attributeNames.decision]: decision.decision,
    [attributeNames.policyIds]: decision.policyIds,
    [attributeNames.repository]: decision.repository,
    [attributeNames.vendor]: vendor,
    [attributeNames.model]: model,
    [attributeNames.session]: session,
    [attributeNames.dataClasses]: report?.dataClasses ?? [],
  };
}

interface Place {
  readonly identified: IdentifiedCaller;
  readonly query: string;
  readonly body: Buffer;
}

/**
 * Records what was decided. Null when it was a refusal, which is answered then. What was set aside is given back
 * unless the call may be made, or its record may have become durable.
 */
async function admitDecided(
  runtime: Runtime,
  call: Call,
  facts: DecidedCall,
  place: Place,
): Promise<Pick<AdmittedCall, 'target' | 'notices' | 'held' | 'content'> | null> {
  const { held, decision } = facts;
  if (decision.decision === 'deny') {
    held.release();
    await recordRefusal(runtime, call, facts, decision);
    return null;
  }
  let recording = false;
  let content: ContentOfCall | null = null;
  try {
    const target = allowedTarget(runtime, call, facts.vendor, place);
    content = contentOf(runtime, facts, place.body);
    recording = true;
    const recorded = call.span.phase(spanNames.record);
    const draft = decisionDraft(runtime.deps, facts, content?.request);
    try {
      await runtime.deps.ledger.append([draft]);
    } finally {
      recorded();
    }
    content?.recorded();
    return { target, notices: decision.notices, held, content };
  } catch (error) {
    content?.drop();
    const full = fullAccount(error);
    if (full) return admitDecided(runtime, call, facts.redecide(held.refused(full)), place);
    if (!recording || isUnwritten(error)) held.release();
    else void settleUnmade(runtime, call, held, appendedLate(error));
    throw error;
  }
}

/**
 * Closes a call that was not made because its record came too late: it cost nothing. Where nobody will say whether
 * there is a record (the ledger has failed), what was set aside stays so until the next start.
 */
async function settleUnmade(
  runtime: Runtime,
  call: Call,
  held: Held,
  late: Promise<boolean> | null,
): Promise<void> {
  if (late === null) return;
  if (await late) await recordOutcome(runtime, call, held, unmade, 0);
  else held.release();
}

/** Sets the request aside where the program keeps content of such calls. */
function contentOf({ deps }: Runtime, facts: DecidedCall, body: Buffer): ContentOfCall | null {
  const { op, session, caller, vendor, decision, report } = facts;
  const { repository } = decision;
  const actor = caller.actor.pseudonym;
  const dataClasses = report?.dataClasses ?? [];
  return deps.content?.begin({ op, session, actor, repository, vendor, dataClasses }, body) ?? null;
}

function allowedTarget(runtime: Runtime, call: Call, vendorId: string | null, place: Place): Target {
  const vendor = vendorId === null ? undefined : call.bundle.index.vendor(vendorId);
  // Unreachable while decideCall refuses calls without a vendor; kept so that no path forwards without one.
  if (!vendor) throw new FairleadError('server.internal');
  const { identified, query } = place;
  const where = { path: call.path, query };
  const target = targetOf(vendor, runtime.deps.vendors, call.headers, identified.token, where);
  runtime.egress.check(target.url);
  return target;
}
