import { admitCall } from './admit-call.ts';
import type { Call } from './call.ts';
import { identifyCaller } from './caller.ts';
import { forwardCall } from './forward-call.ts';
import { answerError } from './refuse.ts';
import type { Runtime } from './runtime.ts';

/**
 * Governs one model call: identify, read, inspect, decide, record durably, then forward. Every way out answers the
 * client; nothing goes upstream unless its decision is on disk.
 */
export async function governCall(runtime: Runtime, call: Call): Promise<void> {
  let buffered = 0;
  const reserve = (bytes: number) => {
    buffered += bytes;
    runtime.reserveBuffer(bytes);
  };
  try {
    const identified = identifyCaller(call.headers, runtime.deps.identity);
    const admitted = await admitCall(runtime, call, identified, reserve);
    if (admitted) await forwardCall(runtime, call, admitted);
  } catch (error) {
    const known = answerError(call.response, call.dialect, call.op, error);
    if (known.code === 'identity.key-invalid') runtime.countUnauthenticated();
    else runtime.deps.metrics.refusals.inc({ reason: known.code });
    if (known.code === 'server.internal') runtime.deps.log.error({ op: call.op, err: error }, 'call failed');
  } finally {
    runtime.releaseBuffer(buffered);
  }
}
