import { entryVersion, type OutcomeEntry, outcomeId } from '@fairlead/core/ledger';
import type { AdmittedCall, Call } from './call.ts';
import { envelope } from './entries.ts';
import { answerError } from './refuse.ts';
import type { Runtime } from './runtime.ts';
import { type ExchangeResult, VendorExchange } from './vendor-exchange.ts';

/** Sends a recorded call upstream, passes the answer back and records what became of it. */
export async function forwardCall(runtime: Runtime, call: Call, admitted: AdmittedCall): Promise<void> {
  const { deps } = runtime;
  const started = performance.now();
  const own: Record<string, string> = { 'x-fairlead-op': call.op };
  if (admitted.notices.length > 0) own['x-fairlead-notice'] = admitted.notices.join(',');
  const exchange = new VendorExchange({
    endpoint: call.endpoint,
    stream: admitted.stream,
    response: call.response,
    own,
    now: () => performance.now(),
  });
  runtime.exchanges.add(exchange);
  try {
    if (call.response.destroyed) exchange.abandon();
    else dispatch(runtime, admitted, exchange);
    const result = await exchange.done;
    if (result.error) answerError(call.response, call.dialect, call.op, result.error);
    deps.metrics.outcomes.inc({ outcome: result.outcome });
    await recordOutcome(runtime, call.op, result, performance.now() - started);
  } finally {
    runtime.exchanges.delete(exchange);
  }
}

function dispatch(runtime: Runtime, admitted: AdmittedCall, exchange: VendorExchange): void {
  const { url, headers } = admitted.target;
  runtime.egress.dispatcher.dispatch(
    {
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: 'POST',
      headers: headers as Record<string, string | string[]>,
      body: admitted.body,
    },
    exchange,
  );
}

async function recordOutcome(
  runtime: Runtime,
  op: string,
  result: ExchangeResult,
  latencyMs: number,
): Promise<void> {
  const { deps } = runtime;
  const { error: _, ...fields } = result;
  const { v: __, ...rest } = envelope(deps, outcomeId(deps.hash, op), op);
  const entry: OutcomeEntry = {
    v: entryVersion,
    ...rest,
    kind: 'outcome',
    ...fields,
    latencyMs: Math.round(latencyMs),
  };
  try {
    await deps.ledger.append([{ entry }]);
  } catch {
    // The call is over; its decision stays open, and the next start closes it as `outcome unknown`.
    deps.log.error({ op }, 'the outcome could not be recorded');
  }
}
