import { FairleadError } from '@fairlead/core/errors';
import { request } from 'undici';
import type { z } from 'zod';
import { fairleadVersion } from '../../../platform/process/version.ts';
import type { Egress } from '../../gateway/egress/api.ts';
import type { Failure } from './failures.ts';
import type { Budget, CollectorPorts, CollectWait } from './types.ts';

export interface ClientOptions extends CollectorPorts {
  /** Address of the GraphQL API. */
  readonly api: URL;
  readonly token: string;
  readonly egress: Egress;
  readonly onWait?: (wait: CollectWait) => void;
  /** Points that are left to others who use the same credential; 200 unless told. */
  readonly reserve?: number;
  /** Attempts of one query; 10 unless told. */
  readonly attempts?: number;
  /** Of a whole request; 60 s unless told. */
  readonly timeoutMs?: number;
}

/** What one attempt came to. */
export interface Outcome {
  readonly answer?: unknown;
  readonly failure: Failure | null;
  /** Undefined: the answer says nothing of it. */
  readonly budget?: Budget | null | undefined;
}

export interface Answered {
  readonly status: number;
  readonly headers: { readonly [name: string]: string | string[] | undefined };
  /** Undefined for what isn't JSON: an error page of something in between. */
  readonly body: unknown;
}

const longestAnswer = 64 * 1024 * 1024;

/** One request to the host. @throws what the way to it throws; FairleadError `collection.answer-unknown` when it is too long. */
export async function exchange(
  url: URL,
  query: string | null,
  { token, egress, timeoutMs = 60_000 }: ClientOptions,
  signal: AbortSignal,
): Promise<Answered> {
  egress.check(url);
  const response = await request(url, {
    method: query === null ? 'GET' : 'POST',
    dispatcher: egress.dispatcher,
    headers: {
      authorization: `bearer ${token}`,
      ...(query !== null && { 'content-type': 'application/json' }),
      accept: 'application/json',
      'user-agent': `fairlead/${fairleadVersion}`,
    },
    body: query,
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
  });
  const body = parsed(await textOf(response.body));
  return { status: response.statusCode, headers: response.headers, body };
}

async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > longestAnswer) throw new FairleadError('collection.answer-unknown');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function readAnswer(answer: z.ZodType, data: unknown): Outcome {
  const result = answer.safeParse(data);
  if (result.success) return { answer: result.data, failure: null };
  const [issue] = result.error.issues;
  const final = new FairleadError('collection.answer-unknown', {
    message: `The host’s answer is not understood at ${issue?.path.join('.').slice(0, 200) || 'its root'}.`,
  });
  return { failure: { kind: 'failure', reason: 'answer', retryAfterMs: null, final } };
}
