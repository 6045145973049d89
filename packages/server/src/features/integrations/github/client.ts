import type { z } from 'zod';
import { rateLimit } from './answers.ts';
import { type Answered, type ClientOptions, exchange, type Outcome, readAnswer } from './exchange.ts';
import { failureOf, failureOfRest } from './failures.ts';
import { createLimited } from './patience.ts';
import type { Budget } from './types.ts';

export type { ClientOptions };

export interface Query<Answer extends z.ZodType> {
  readonly text: string;
  readonly variables: { readonly [name: string]: unknown };
  readonly answer: Answer;
  /** Called before an attempt that follows a failure: a smaller page is what a host that times out can answer. */
  readonly smaller?: (variables: Query<Answer>['variables'], attempt: number) => Query<Answer>['variables'];
}

/** `moved`: what is asked for has another address now. */
export type Got<Answer> =
  | { readonly kind: 'found'; readonly value: Answer }
  | { readonly kind: 'missing' | 'moved' };

export interface GithubClient {
  /** @throws FairleadError `collection.*`; the signal's reason when it ends the run. */
  ask<Answer extends z.ZodType>(query: Query<Answer>, signal: AbortSignal): Promise<z.output<Answer>>;
  /** One object of the REST API, for what GraphQL can't say. `path` begins with a slash. @throws as `ask`. */
  get<Answer extends z.ZodType>(
    path: string,
    answer: Answer,
    signal: AbortSignal,
  ): Promise<Got<z.output<Answer>>>;
  /** Of GraphQL. */
  budget(): Budget | null;
  close(): Promise<void>;
}

/** Questions that are under way at once, of each API: well below the hundred that GitHub bears. */
const questionsAtOnce = { graphql: 6, rest: 2 };

/** Asks GitHub, a few questions at once, as fast as its limits allow. */
export function createGithubClient(options: ClientOptions): GithubClient {
  const graphql = createLimited(options, questionsAtOnce.graphql);
  const rest = createLimited(options, questionsAtOnce.rest);
  const base = restOf(options.api);
  return {
    async ask(query, signal) {
      let { variables } = query;
      const answer = await graphql.until((failed) => {
        if (failed > 0 && query.smaller) variables = query.smaller(variables, failed);
        return graphqlAttempt({ ...query, variables }, options, signal);
      }, signal);
      return answer as z.output<typeof query.answer>;
    },
    async get(path, answer, signal) {
      const url = new URL(`${base}${path}`);
      const got = await rest.until(() => restAttempt(url, answer, options, signal), signal);
      return got as Got<z.output<typeof answer>>;
    },
    budget: () => graphql.budget(),
    close: () => options.egress.close(),
  };
}

/** Where the REST API is: beside GraphQL at github.com, under `/api/v3` of a GitHub Enterprise Server. */
export function restOf(api: URL): string {
  const path = api.pathname.replace(/\/+$/, '');
  const rest = path.endsWith('/api/graphql')
    ? path.replace(/graphql$/, 'v3')
    : path.replace(/\/graphql$/, '');
  return `${api.origin}${rest}`;
}

async function graphqlAttempt(
  { text, variables, answer }: Query<z.ZodType>,
  options: ClientOptions,
  signal: AbortSignal,
): Promise<Outcome> {
  const now = options.clock.now();
  try {
    const query = JSON.stringify({ query: text, variables });
    const { status, headers, body } = await exchange(options.api, query, options, signal);
    const failure = failureOf(status, headers, body, options.clock.now());
    const budget = budgetOf(body);
    if (failure !== null) return { failure, budget };
    return { ...readAnswer(answer, (body as { data?: unknown }).data), budget };
  } catch (error) {
    return { failure: failureOf(0, {}, error, now) };
  }
}

async function restAttempt(
  url: URL,
  answer: z.ZodType,
  options: ClientOptions,
  signal: AbortSignal,
): Promise<Outcome> {
  const now = options.clock.now();
  try {
    const answered = await exchange(url, null, options, signal);
    const { status, headers, body } = answered;
    const budget = headerBudget(answered);
    // 422: no commit can be of this id.
    if (status === 404 || status === 422) return { answer: { kind: 'missing' }, failure: null, budget };
    if (status === 301 || status === 307 || status === 308)
      return { answer: { kind: 'moved' }, failure: null, budget };
    const failure = failureOfRest(status, headers, body, options.clock.now());
    if (failure !== null) return { failure, budget };
    const read = readAnswer(answer, body);
    return read.failure === null
      ? { answer: { kind: 'found', value: read.answer }, failure: null, budget }
      : { ...read, budget };
  } catch (error) {
    return { failure: failureOfRest(0, {}, error, now) };
  }
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

/** What the headers say of the REST API's own limit. */
function headerBudget({ headers }: Answered): Budget | undefined {
  const number = (name: string) => {
    const value = headers[`x-ratelimit-${name}`];
    return typeof value === 'string' && /^\d{1,12}$/.test(value) ? Number(value) : null;
  };
  const [limit, remaining, reset] = [number('limit'), number('remaining'), number('reset')];
  if (limit === null || remaining === null || reset === null) return undefined;
  return { limit, remaining, resetAt: reset * 1000 };
}
