import type { CallSlot } from '../budgets/api.ts';
import { admitCall } from './admit-call.ts';
import type { Call } from './call.ts';
import { type IdentifiedCaller, identifyCaller } from './caller.ts';
import { forwardCall } from './forward-call.ts';
import { recordLimited } from './record-refusal.ts';
import { answerError } from './refuse.ts';
import type { Runtime } from './runtime.ts';

/**
 * Governs one model call: identify, read, inspect, decide, record durably, then forward. Every way out answers the
 * client; nothing goes upstream unless its decision is on disk.
 */
export async function governCall(runtime: Runtime, call: Call): Promise<void> {
  let buffered = 0;
  let slot: CallSlot | null = null;
  let identified: IdentifiedCaller | null = null;
  let failed = false;
  const reserve = (bytes: number) => {
    slot?.hold(bytes);
    buffered += bytes;
    runtime.reserveBuffer(bytes);
  };
  try {
    identified = identifyCaller(call.headers, runtime.deps.identity);
    slot = runtime.deps.budgets.admit(call.bundle.index, identified.caller.keyId);
    const admitted = await admitCall(runtime, call, identified, reserve);
    if (admitted) await forwardCall(runtime, call, admitted, identified.caller);
  } catch (error) {
    failed = true;
    const known = answerError(call.response, call.dialect, call.op, error);
    if (known.code === 'identity.key-invalid') runtime.countUnauthenticated();
    else runtime.deps.metrics.refusals.inc({ reason: known.code });
    if (known.status === 429 && identified) {
      await recordLimited(runtime, call, identified, known).catch(() =>
        runtime.deps.log.error({ op: call.op }, 'a refusal over a limit of calls could not be recorded'),
      );
    }
    if (known.code === 'server.internal') runtime.deps.log.error({ op: call.op, err: error }, 'call failed');
  } finally {
    runtime.releaseBuffer(buffered);
    slot?.release();
    call.span.end(failed);
  }
}
