import { FairleadError, isFairleadError } from '@fairlead/core/errors';
import type { Random } from '@fairlead/core/ports';
import { type GraphqlError, graphqlError } from './answers.ts';
import type { CollectWait } from './types.ts';

/** Why a question wasn't answered. */
export interface Failure {
  /** `limit`: the host asks for patience; `failure`: it, or the way to it, failed. */
  readonly kind: 'limit' | 'failure';
  /** A condition in a word: nothing of what the other side said. */
  readonly reason: string;
  /** How long the host wants to be left alone; null where it doesn't say. */
  readonly retryAfterMs: number | null;
  /** Set where another attempt would meet the same. */
  readonly final: FairleadError | null;
}

type Headers = { readonly [name: string]: string | string[] | undefined };

/** Longer waits that a host asks for are cut to this; it is asked again then. */
const longestWaitMs = 3_600_000;
const limitWords = /secondary rate limit|abuse detection|rate limit exceeded|submitted too quickly/i;

/**
 * What went wrong, from status, headers and body (status 0: `body` is what was thrown on the way). Null: nothing, so
 * that `data` may be read. An answer with errors is no answer, even where it has data: what is missing there would read
 * as if it didn't exist. The exceptions are who was asked for a review, where a token may not see teams, and a number
 * that there is nothing of.
 */
export function failureOf(status: number, headers: Headers, body: unknown, now: number): Failure | null {
  const failure = failureOfRest(status, headers, body, now);
  if (failure !== null || status === 0) return failure;
  return graphqlFailure(body as { errors?: unknown; data?: unknown }, retryAfter(headers, now));
}

/** The same without what GraphQL says in its answers. */
export function failureOfRest(status: number, headers: Headers, body: unknown, now: number): Failure | null {
  if (status === 0) return thrown(body);
  const retryAfterMs = retryAfter(headers, now);
  const limit = (reason: string): Failure => ({ kind: 'limit', reason, retryAfterMs, final: null });
  const failure = (reason: string): Failure => ({ kind: 'failure', reason, retryAfterMs, final: null });
  if (status === 401) return final('collection.unauthorised');
  if (status === 429) return limit('too many requests');
  if (status === 403) {
    const isLimit = retryAfterMs !== null || limitWords.test(messageOf(body));
    return isLimit ? limit('secondary limit') : final('collection.forbidden');
  }
  if (status >= 500 || status === 408) return failure(`status ${status}`);
  if (status !== 200) return final('collection.answer-unknown', `The host answered with status ${status}.`);
  return typeof body === 'object' && body !== null ? null : failure('no JSON');
}

function graphqlFailure(
  { errors, data }: { errors?: unknown; data?: unknown },
  retryAfterMs: number | null,
): Failure | null {
  if (errors === undefined) return data == null ? retriable('no data', retryAfterMs) : null;
  const list = Array.isArray(errors) ? errors : [errors];
  const found = list.map((error) => graphqlError.safeParse(error).data ?? { message: '' });
  const grave = found.filter((error) => !isHarmless(error));
  if (grave.length === 0) return data == null ? retriable('no data', retryAfterMs) : null;
  const limited = grave.some(({ type, message }) => type === 'RATE_LIMITED' || limitWords.test(message));
  if (limited) return { kind: 'limit', reason: 'rate limit', retryAfterMs, final: null };
  const types = new Set(grave.map(({ type }) => type));
  if (types.has('NOT_FOUND')) return final('collection.repository-unknown');
  if (types.has('FORBIDDEN') || types.has('INSUFFICIENT_SCOPES')) return final('collection.forbidden');
  // A question that the host's schema doesn't know will never be answered.
  if (data === undefined && grave.every(({ type, path }) => type === undefined && path === undefined)) {
    const isTimeout = grave.some(({ message }) => /something went wrong|timeout|timed out/i.test(message));
    if (!isTimeout)
      return final('collection.answer-unknown', 'The host does not know a field that is asked for.');
  }
  return retriable('partial answer', retryAfterMs);
}

function isHarmless({ type, path = [] }: GraphqlError): boolean {
  const mayNot = type === 'FORBIDDEN' || type === 'INSUFFICIENT_SCOPES';
  if (mayNot) return path.at(-1) === 'requestedReviewer';
  // One of several that were asked for by number.
  return type === 'NOT_FOUND' && path.length === 2 && /^[pi]\d+$/.test(String(path[1]));
}

function retriable(reason: string, retryAfterMs: number | null): Failure {
  return { kind: 'failure', reason, retryAfterMs, final: null };
}

function final(
  code:
    | 'collection.unauthorised'
    | 'collection.forbidden'
    | 'collection.repository-unknown'
    | 'collection.answer-unknown',
  message?: string,
): Failure {
  const error = new FairleadError(code, message === undefined ? {} : { message });
  return { kind: 'failure', reason: code, retryAfterMs: null, final: error };
}

function thrown(error: unknown): Failure {
  const { name, code, cause } = error as { name?: string; code?: string; cause?: unknown };
  const ours = isFairleadError(error) ? error : isFairleadError(cause) ? cause : null;
  if (ours !== null) return { kind: 'failure', reason: ours.code, retryAfterMs: null, final: ours };
  if (name === 'TimeoutError') return retriable('timeout', null);
  return retriable(typeof code === 'string' && /^[A-Z0-9_]{1,40}$/.test(code) ? code : 'unreachable', null);
}

/** From `retry-after`, else from the host's own headers when nothing is left. */
function retryAfter(headers: Headers, now: number): number | null {
  const text = single(headers['retry-after']);
  if (text !== null && text !== '') {
    const wait = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
    if (Number.isFinite(wait)) return Math.min(Math.max(wait, 0), longestWaitMs);
  }
  const reset = single(headers['x-ratelimit-reset']);
  if (single(headers['x-ratelimit-remaining']) !== '0' || reset === null || !/^\d{1,12}$/.test(reset))
    return null;
  return Math.min(Math.max(Number(reset) * 1000 - now, 0) + 1000, longestWaitMs);
}

function single(value: string | string[] | undefined): string | null {
  return typeof value === 'string' ? value.trim() : null;
}

function messageOf(body: unknown): string {
  const { message } = (body ?? {}) as { message?: unknown };
  return typeof message === 'string' ? message : '';
}

const leastLimitMs = 60_000;
const mostLimitMs = 900_000;
const mostFailureMs = 300_000;

/**
 * How long to wait after an attempt that failed: what the host asks for; else a minute and more for its limits, a second
 * and more for its failures, twice as long each time, less up to a half by chance so that many don't come at once.
 */
export function waitAfter(
  { kind, retryAfterMs }: Failure,
  attempt: number,
  { random }: { readonly random: Random },
): CollectWait {
  if (retryAfterMs !== null) return { reason: kind, milliseconds: retryAfterMs };
  const [least, most] = kind === 'limit' ? [leastLimitMs, mostLimitMs] : [1000, mostFailureMs];
  const doubled = Math.min(least * 2 ** (attempt - 1), most);
  const share = random.bytes(1)[0]! / 256;
  // A limit's minute is the host's own advice: chance only adds to it.
  return {
    reason: kind,
    milliseconds: Math.round(kind === 'limit' ? doubled * (1 + share / 2) : doubled * (1 - share / 2)),
  };
}
