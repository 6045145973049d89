import type { OutcomeEntry } from '@fairlead/core/ledger';
import { attributeNames, spanNames } from '../../platform/telemetry/index.ts';
import type { Held } from '../budgets/api.ts';
import type { ContentOfCall } from '../content/api.ts';
import type { Caller } from '../identity/api.ts';
import { appendedLate, outcomeId } from '../ledger/api.ts';
import type { AdmittedCall, Call } from './call.ts';
import { envelope } from './entries.ts';
import { answerError } from './refuse.ts';
import type { ExchangeUnderWay, Runtime } from './runtime.ts';
import { type ExchangeResult, VendorExchange } from './vendor-exchange.ts';

/** Sends a recorded call upstream, passes the answer back and records what became of it. */
export async function forwardCall(
  runtime: Runtime,
  call: Call,
  admitted: AdmittedCall,
  caller: Caller,
): Promise<void> {
  const { deps } = runtime;
  const started = performance.now();
  const own: Record<string, string> = { 'x-fairlead-op': call.op };
  if (admitted.notices.length > 0) own['x-fairlead-notice'] = admitted.notices.join(',');
  const exchange = new VendorExchange({
    endpoint: call.endpoint,
    stream: admitted.stream,
    choices: admitted.choices,
    response: call.response,
    own,
    now: () => performance.now(),
    keep: admitted.content?.chunk,
    // Kept content goes on referring to the body.
    ...(admitted.content === null && { answered: () => runtime.spentBodies.giveBack(admitted.body) }),
  });
  const forwarded = call.span.phase(spanNames.forward);
  const underWay: ExchangeUnderWay = { exchange, caller };
  runtime.exchanges.add(underWay);
  try {
    if (call.response.destroyed) exchange.abandon();
    else dispatch(runtime, admitted, exchange);
    const result = await exchange.done;
    forwarded();
    call.span.set(() => ({
      [attributeNames.outcome]: result.outcome,
      [attributeNames.status]: result.status,
      [attributeNames.inputTokens]: result.usage?.inputTokens,
      [attributeNames.outputTokens]: result.usage?.outputTokens,
    }));
    if (result.error) answerError(call.response, call.dialect, call.op, result.error);
    deps.metrics.outcomes.inc({ outcome: result.outcome });
    await recordOutcome(runtime, call, admitted.held, result, performance.now() - started, admitted.content);
  } finally {
    runtime.exchanges.delete(underWay);
    underWay.exchange = null;
  }
}

function dispatch(runtime: Runtime, admitted: AdmittedCall, exchange: VendorExchange): void {
  const { url, headers } = admitted.target;
  runtime.egress.dispatcher.dispatch(
    {
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: 'POST',
      headers: headers as string[],
      body: admitted.body,
    },
    exchange,
  );
}

/** Records what became of a call, and settles what was set aside for it. */
export async function recordOutcome(
  runtime: Runtime,
  { op, endpoint }: Call,
  held: Held,
  result: ExchangeResult,
  latencyMs: number,
  content: ContentOfCall | null = null,
): Promise<void> {
  const { deps } = runtime;
  const { outcome, status, usage, firstByteMs, response, responseBytes, sent } = result;
  const settled = held.settle({ endpoint, usage, status, sent });
  const { cost, costBasis, prices } = settled.fields;
  const { v, id, ts, origin, instance } = envelope(deps, outcomeId(op), op);
  const entry: OutcomeEntry = {
    v,
    id,
    ts,
    op,
    origin,
    instance,
    kind: 'outcome',
    outcome,
    status,
    usage,
    firstByteMs,
    response,
    responseBytes,
    latencyMs: Math.round(latencyMs),
    cost,
    costBasis,
    prices,
    ...(content && { content: content.answered() }),
  };
  try {
    // The client has its answer: this may be written together with the next decision.
    const own = { entry, effect: settled.effect };
    await deps.ledger.append(settled.also.length === 0 ? [own] : [own, ...settled.also], true);
  } catch (error) {
    // The call is over; its decision stays open until the ledger has room, or the next start closes it as unknown.
    const later = appendedLate(error) !== null;
    deps.log.error({ op }, `the outcome could not be recorded${later ? ' yet' : ''}`);
  }
}
