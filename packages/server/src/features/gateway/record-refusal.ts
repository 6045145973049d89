import type { CallDecision } from '@fairlead/core/decision';
import type { FairleadError } from '@fairlead/core/errors';
import type { Call } from './call.ts';
import type { IdentifiedCaller } from './caller.ts';
import { blankFacts, type KnownFacts } from './decide-call.ts';
import { type DecisionFacts, decisionDraft } from './entries.ts';
import { answerRefusal } from './refuse.ts';
import type { Runtime } from './runtime.ts';

/** Records a refusal by policy and answers with it. */
export async function recordRefusal(
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

/** Records what an authenticated caller sent and we would not read, or could not send on. */
export async function recordUnread(
  runtime: Runtime,
  call: Call,
  known: KnownFacts,
  error: FairleadError,
): Promise<void> {
  // Aborted by the client before it was read: nothing was decided.
  if (error.code === 'gateway.body-incomplete') return;
  await recordOrFold(runtime, { ...known, decision: null, held: null, reasons: [error.code] }, [error.code]);
  runtime.deps.metrics.calls.inc({ decision: 'deny', endpoint: call.endpoint });
}

/**
 * Records that a key was over its limits of calls: the first refusal at once, the rest of the window as a count, also
 * when they arrive together: a flood must leave few entries. Nothing was read of the call.
 */
export async function recordLimited(
  runtime: Runtime,
  call: Call,
  identified: IdentifiedCaller,
  { code }: FairleadError,
): Promise<void> {
  const { keyId } = identified.caller;
  runtime.deps.metrics.calls.inc({ decision: 'deny', endpoint: call.endpoint });
  if (runtime.repeats.repeatOf(keyId, code, [code]) !== null) return;
  runtime.repeats.remember(keyId, code, [code], call.op);
  const facts = { ...blankFacts(call, identified), reasons: [code] };
  try {
    await runtime.deps.ledger.append([decisionDraft(runtime.deps, facts)]);
  } catch (error) {
    // The next one is recorded: a count would be of something that isn't there.
    runtime.repeats.forget(keyId, code, call.op);
    throw error;
  }
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
