import type { ServerResponse } from 'node:http';
import type { RefusalReason } from '@fairlead/core/decision';
import { FairleadError, isFairleadError } from '@fairlead/core/errors';
import { type Dialect, policyRefusalStatus, renderRefusal } from '@fairlead/core/wire';

/** Seconds a client should wait before it tries a 503 again. */
const retryAfter = '5';

function answer(
  response: ServerResponse,
  dialect: Dialect,
  refusal: Parameters<typeof renderRefusal>[1],
  headers: Readonly<Record<string, string>>,
): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const { contentType, body } = renderRefusal(dialect, refusal);
  response.writeHead(refusal.status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
    'x-fairlead-op': refusal.op,
    ...headers,
  });
  response.end(body);
}

/**
 * A policy refusal in the caller's own error dialect: 400 on OpenAI-shaped routes, 451 on Anthropic's, and a header
 * that tells clients not to try again (each status was measured with real clients; 403 makes them sign in again).
 */
export function answerRefusal(
  response: ServerResponse,
  dialect: Dialect,
  op: string,
  reasons: readonly RefusalReason[],
): void {
  const first = reasons[0];
  const others = reasons.slice(1).map((reason) => reason.policyId);
  const also = others.length > 0 ? ` (also: ${others.join(', ')})` : '';
  const refusal = {
    status: policyRefusalStatus[dialect],
    code: first?.policyId ?? 'default.no-permit',
    message: `${first?.title ?? 'No policy permits this call.'}${also}`,
    whatToDo: first?.advice ?? '',
    op,
  };
  answer(response, dialect, refusal, {
    'x-should-retry': 'false',
    'x-fairlead-reason': reasons.map((reason) => reason.policyId).join(','),
  });
}

/** Any other refusal or failure. Unknown errors say nothing of their cause. */
export function answerError(
  response: ServerResponse,
  dialect: Dialect,
  op: string,
  error: unknown,
): FairleadError {
  const known = isFairleadError(error) ? error : new FairleadError('server.internal', { cause: error });
  const headers: Record<string, string> = { 'x-fairlead-reason': known.code };
  if (known.status === 503) headers['retry-after'] = retryAfter;
  else if (known.retryAfter !== undefined) headers['retry-after'] = String(known.retryAfter);
  // A vendor that can't be reached now may be in a moment: that is for the client to decide.
  else if (known.code !== 'gateway.vendor-unreachable') headers['x-should-retry'] = 'false';
  const { status, code, message } = known;
  answer(response, dialect, { status, code, message, whatToDo: known.fix, op }, headers);
  return known;
}
