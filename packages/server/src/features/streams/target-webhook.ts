import { createHmac } from 'node:crypto';
import { isFairleadError } from '@fairlead/core/errors';
import { type Dispatcher, request } from 'undici';
import type { Egress } from '../gateway/egress/api.ts';
import type { Delivery, StreamBatch, StreamTarget } from './types.ts';

export interface WebhookTargetOptions {
  readonly stream: string;
  readonly url: string;
  /** Name of the log. */
  readonly log: () => string;
  readonly auth: { readonly scheme: 'bearer' | 'hmac-sha256'; readonly secret: string } | null;
  readonly egress: Egress;
  readonly version: string;
  readonly now: () => number;
  /** For a whole request; 15 s unless told. */
  readonly timeoutMs?: number;
}

const answerAtMost = 16_384;
/** Longer waits that a receiver asks for are cut to this. */
const longestWaitMs = 3_600_000;

/**
 * Posts batches as lines of JSON. Any 2xx confirms a batch; everything else is tried again, so a receiver may see a
 * batch twice: `x-fairlead-first` and the index in each line tell. Redirects are not followed.
 */
export function webhookTarget(options: WebhookTargetOptions): StreamTarget {
  const url = new URL(options.url);
  return {
    holds: async () => null,
    async deliver(batch, signal) {
      try {
        options.egress.check(url);
        return await post(url, batch, options, signal);
      } catch (error) {
        return { kind: 'failed', reason: reasonOf(error), retryAfterMs: null };
      }
    },
    close: () => options.egress.close(),
  };
}

async function post(
  url: URL,
  batch: StreamBatch,
  options: WebhookTargetOptions,
  signal: AbortSignal,
): Promise<Delivery> {
  const body = batch.lines.map((line) => `${line}\n`).join('');
  const bound = AbortSignal.any([signal, AbortSignal.timeout(options.timeoutMs ?? 15_000)]);
  const {
    statusCode,
    headers,
    body: answer,
  } = await request(url, {
    method: 'POST',
    dispatcher: options.egress.dispatcher,
    headers: headersOf(batch, body, options),
    body,
    signal: bound,
  });
  // What the receiver writes is read to its end, so that the connection can be used again, and not looked at.
  await answer.dump({ limit: answerAtMost, signal: bound });
  if (statusCode >= 200 && statusCode < 300) {
    return { kind: 'delivered', expects: expectsOf(headers['x-fairlead-expects']) };
  }
  return {
    kind: 'failed',
    reason: `status ${statusCode}`,
    retryAfterMs: retryAfter(headers['retry-after'], options.now()),
    tooLarge: statusCode === 413,
  };
}

function headersOf(
  { first, next }: StreamBatch,
  body: string,
  { stream, auth, version, now, log }: WebhookTargetOptions,
): Record<string, string> {
  const headers = {
    'content-type': 'application/x-ndjson',
    'user-agent': `fairlead/${version}`,
    'x-fairlead-stream': stream,
    'x-fairlead-log': log(),
    'x-fairlead-first': String(first),
    'x-fairlead-next': String(next),
  };
  if (auth === null) return headers;
  if (auth.scheme === 'bearer') return { ...headers, authorization: `Bearer ${auth.secret}` };
  const at = Math.floor(now() / 1000);
  const mac = createHmac('sha256', auth.secret).update(`${at}.${body}`).digest('hex');
  return { ...headers, 'x-fairlead-signature': `t=${at},v1=${mac}` };
}

function single(value: string | string[] | undefined): string | null {
  return typeof value === 'string' ? value.trim() : null;
}

function expectsOf(value: Dispatcher.ResponseData['headers'][string]): number | null {
  const text = single(value);
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** Seconds, or a date of HTTP; null for anything else. */
function retryAfter(value: Dispatcher.ResponseData['headers'][string], now: number): number | null {
  const text = single(value);
  if (text === null || text === '') return null;
  const wait = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isFinite(wait) ? Math.min(Math.max(wait, 0), longestWaitMs) : null;
}

/** A condition in a word: nothing of what the other side said. */
function reasonOf(error: unknown): string {
  if (isFairleadError(error)) return error.code;
  const { name, code, cause } = error as { name?: string; code?: string; cause?: unknown };
  if (name === 'TimeoutError') return 'timeout';
  if (name === 'AbortError') return 'stopped';
  if (cause !== undefined && isFairleadError(cause)) return cause.code;
  return typeof code === 'string' && /^[A-Z0-9_]{1,40}$/.test(code) ? code : 'unreachable';
}
