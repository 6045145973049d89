import { FairleadError } from '@fairlead/core/errors';
import { request } from 'undici';
import type { z } from 'zod';
import { fairleadVersion } from '../../../platform/process/version.ts';
import type { Egress } from '../../gateway/egress/api.ts';
import { rateLimit } from './answers.ts';
import { type Failure, failureOf, waitAfter } from './failures.ts';
import type { Budget, CollectorPorts, CollectWait } from './types.ts';

export interface Query<Answer extends z.ZodType> {
  readonly text: string;
  readonly variables: { readonly [name: string]: unknown };
  readonly answer: Answer;
  /** Called before an attempt that follows a failure: a smaller page is what a host that times out can answer. */
  readonly smaller?: (variables: Query<Answer>['variables'], attempt: number) => Query<Answer>['variables'];
}

export interface GithubClient {
  /** @throws FairleadError `collection.*`; the signal's reason when it ends the run. */
  ask<Answer extends z.ZodType>(query: Query<Answer>, signal: AbortSignal): Promise<z.output<Answer>>;
  budget(): Budget | null;
  close(): Promise<void>;
}

export interface ClientOptions extends CollectorPorts {
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

const usualReserve = 200;
const usualAttempts = 10;
/** Being asked for patience isn't being refused: it is borne this many times as often. */
const limitPatience = 6;
const longestAnswer = 64 * 1024 * 1024;

/** Asks GitHub's GraphQL API, one question at a time, as fast as its limits allow. */
export function createGithubClient(options: ClientOptions): GithubClient {
  const { clock, sleep, egress, onWait = () => undefined } = options;
  const state: { budget: Budget | null } = { budget: null };
  const pause = async (wait: CollectWait, signal: AbortSignal) => {
    onWait(wait);
    await sleep(wait.milliseconds, signal);
  };
  const withinBudget = async (signal: AbortSignal) => {
    const { budget } = state;
    const reserve = Math.min(options.reserve ?? usualReserve, (budget?.limit ?? 0) / 2);
    const wait = budget === null || budget.remaining > reserve ? 0 : budget.resetAt - clock.now();
    if (wait <= 0) return;
    // A second more, since the host's clock isn't ours.
    await pause({ reason: 'budget', milliseconds: wait + 1000 }, signal);
    state.budget = null;
  };
  return {
    async ask(query, signal) {
      let { variables } = query;
      const attempts = { failure: 0, limit: 0 };
      for (;;) {
        signal.throwIfAborted();
        await withinBudget(signal);
        const outcome = await attemptOf({ ...query, variables }, options, signal);
        if (outcome.budget !== undefined) state.budget = outcome.budget;
        if (outcome.failure === null) return outcome.answer as z.output<typeof query.answer>;
        signal.throwIfAborted();
        if (outcome.failure.final !== null) throw outcome.failure.final;
        const { kind, reason } = outcome.failure;
        const attempt = ++attempts[kind];
        if (attempt >= (options.attempts ?? usualAttempts) * (kind === 'limit' ? limitPatience : 1)) {
          throw new FairleadError('collection.host-failed', {
            message: `The host did not answer in spite of ${attempt} attempts (${reason}).`,
          });
        }
        await pause(waitAfter(outcome.failure, attempt, options), signal);
        if (kind === 'failure' && query.smaller) variables = query.smaller(variables, attempt);
      }
    },
    budget: () => state.budget,
    close: () => egress.close(),
  };
}

interface Outcome {
  readonly answer?: unknown;
  readonly failure: Failure | null;
  readonly budget?: Budget | null;
}

async function attemptOf(
  { text, variables, answer }: Query<z.ZodType>,
  options: ClientOptions,
  signal: AbortSignal,
): Promise<Outcome> {
  const { api, token, egress, timeoutMs = 60_000 } = options;
  try {
    egress.check(api);
    const response = await request(api, {
      method: 'POST',
      dispatcher: egress.dispatcher,
      headers: {
        authorization: `bearer ${token}`,
        'content-type': 'application/json',
        accept: 'application/json',
        'user-agent': `fairlead/${fairleadVersion}`,
      },
      body: JSON.stringify({ query: text, variables }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    const body = parsed(await textOf(response.body));
    const failure = failureOf(response.statusCode, response.headers, body, options.clock.now());
    const budget = budgetOf(body);
    return failure === null ? { ...read(answer, body), budget } : { failure, budget };
  } catch (error) {
    return { failure: failureOf(0, {}, error, options.clock.now()) };
  }
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

/** Undefined for what isn't JSON: an error page of something in between. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function read(answer: z.ZodType, body: unknown): Outcome {
  const result = answer.safeParse((body as { data?: unknown }).data);
  if (result.success) return { answer: result.data, failure: null };
  const [issue] = result.error.issues;
  const final = new FairleadError('collection.answer-unknown', {
    message: `The host’s answer is not understood at ${issue?.path.join('.').slice(0, 200) || 'its root'}.`,
  });
  return { failure: { kind: 'failure', reason: 'answer', retryAfterMs: null, final } };
}

function budgetOf(body: unknown): Budget | null | undefined {
  const data = (body as { data?: { rateLimit?: unknown } | null } | undefined)?.data;
  if (data?.rateLimit === undefined) return undefined;
  const told = rateLimit.safeParse(data.rateLimit);
  if (!told.success || told.data === null) return null;
  const { limit, remaining, resetAt } = told.data;
  const at = Date.parse(resetAt);
  return Number.isNaN(at) ? null : { limit, remaining, resetAt: at };
}
