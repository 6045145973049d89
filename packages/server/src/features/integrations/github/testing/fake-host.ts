/* A made-up GitHub behind HTTP. It validates every query against GitHub's schema, counts its cost, and fails as told. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DocumentNode, execute, GraphQLError, parse, validate } from 'graphql';
import { costOf } from './cost.ts';
import { drawing, type FakeWorld } from './model.ts';
import { restAnswer } from './rest-compare.ts';
import { githubSchema, rootOf } from './schema.ts';

export type Fault =
  | 'bad-gateway'
  | 'secondary-limit'
  | 'abuse'
  | 'rate-limited'
  | 'too-many'
  | 'partial'
  | 'reset'
  | 'cut-off'
  | 'html';

export const allFaults: readonly Fault[] = [
  'bad-gateway',
  'secondary-limit',
  'abuse',
  'rate-limited',
  'too-many',
  'partial',
  'reset',
  'cut-off',
  'html',
];

export interface FakeHostOptions {
  readonly world: FakeWorld;
  /** Seed of the faults. */
  readonly seed?: string;
  /** Share of requests that meet a fault; 0 unless told. */
  readonly faultShare?: number;
  readonly faults?: readonly Fault[];
  /** Points an hour; 5,000 unless told. */
  readonly limit?: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Called before each request is answered: the host's life goes on. */
  readonly beforeRequest?: (request: number, world: FakeWorld) => void;
  /** The token may not read contents. */
  readonly hidesCommits?: boolean;
  /** Milliseconds until it begins to answer. */
  readonly answersAfterMs?: number;
  /** Answers of unchanged worlds are kept, to measure whoever asks. */
  readonly remember?: boolean;
}

export interface FakeHost {
  readonly api: string;
  readonly token: string;
  readonly stats: {
    requests: number;
    points: number;
    /** Requests to the REST API. */
    comparisons: number;
    mostNodes: number;
    /** Requests that were under way at once. */
    mostAtOnce: number;
    invalid: string[];
    readonly faults: { [fault: string]: number };
    executedMs: number;
  };
  /** Faults from now on. */
  setFaultShare(share: number): void;
  close(): Promise<void>;
}

const token = 'token-of-the-fake-host';

/** @throws Error when the port can't be had. */
export async function startFakeHost(options: FakeHostOptions): Promise<FakeHost> {
  const schema = githubSchema();
  const root = rootOf(options.world, options);
  const draw = drawing(options.seed ?? 'faults');
  const stats: FakeHost['stats'] = {
    requests: 0,
    points: 0,
    comparisons: 0,
    mostNodes: 0,
    mostAtOnce: 0,
    invalid: [],
    faults: {},
    executedMs: 0,
  };
  const documents = new Map<string, DocumentNode>();
  const remembered = new Map<string, string>();
  const limit = options.limit ?? 5000;
  let share = options.faultShare ?? 0;
  let used = 0;
  let underWay = 0;
  let resetAt = options.now() + 3_600_000;

  const budget = () => {
    if (options.now() >= resetAt) {
      used = 0;
      resetAt = options.now() + 3_600_000;
    }
    return { limit, remaining: Math.max(0, limit - used), resetAt: new Date(resetAt).toISOString() };
  };

  const answer = async (query: string, variables: { readonly [name: string]: unknown }): Promise<object> => {
    let document = documents.get(query);
    if (document === undefined) {
      document = parse(query);
      const errors = validate(schema, document);
      if (errors.length > 0) {
        stats.invalid.push(...errors.map(({ message }) => message));
        return { errors: errors.map(({ message }) => ({ message })) };
      }
      documents.set(query, document);
    }
    const { points, nodes } = costOf(document, variables);
    stats.mostNodes = Math.max(stats.mostNodes, nodes);
    if (nodes > 500_000) return { errors: [{ type: 'MAX_NODE_LIMIT_EXCEEDED', message: 'too many nodes' }] };
    const { remaining } = budget();
    if (remaining < points) return { errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }] };
    used += points;
    stats.points += points;
    const rateLimit = { cost: points, used, nodeCount: nodes, ...budget() };
    const start = performance.now();
    const result = await execute({
      schema,
      document,
      variableValues: variables,
      rootValue: { ...root, rateLimit },
    });
    stats.executedMs += performance.now() - start;
    const data = result.data as { readonly [field: string]: unknown } | null | undefined;
    for (const field of ['repository', 'node']) {
      if (data?.[field] !== null) continue;
      const missing = { type: 'NOT_FOUND', path: [field], message: 'Could not resolve' };
      return { data, errors: [missing] };
    }
    const errors = (result.errors ?? []).map((error) =>
      error instanceof GraphQLError ? error.toJSON() : error,
    );
    return errors.length === 0 ? { data } : { data, errors };
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    stats.requests++;
    const body = await textOf(request);
    if (request.headers.authorization !== `bearer ${token}`) {
      return send(response, 401, { message: 'Bad credentials' });
    }
    if (options.answersAfterMs !== undefined) await sleep(options.answersAfterMs);
    options.beforeRequest?.(stats.requests, options.world);
    if (options.beforeRequest !== undefined) root.changed();
    const fault = draw.chance(share) ? draw.pick(options.faults ?? allFaults) : null;
    if (fault !== null) stats.faults[fault] = (stats.faults[fault] ?? 0) + 1;
    if (fault !== null && fault !== 'partial' && fault !== 'cut-off') {
      // With status 200 only GraphQL refuses.
      return fail(response, request.method === 'GET' && fault === 'rate-limited' ? 'abuse' : fault);
    }
    const known = remembered.get(request.method === 'GET' ? (request.url ?? '') : body);
    if (request.method === 'GET') stats.comparisons++;
    if (known !== undefined) {
      response.writeHead(200, json).end(known);
      return;
    }
    if (request.method === 'GET') {
      if (fault !== null) return fail(response, 'reset');
      if (options.hidesCommits) return send(response, 404, { message: 'Not Found' });
      const [status, told, headers] = restAnswer(options.world, request.url ?? '');
      if (options.remember && status === 200) remembered.set(request.url ?? '', JSON.stringify(told));
      return send(response, status, told, headers);
    }
    const { query, variables } = JSON.parse(body) as {
      query: string;
      variables: { [name: string]: unknown };
    };
    const full = await answer(query, variables);
    const text = JSON.stringify(fault === 'partial' ? partial(full) : full);
    if (options.remember) remembered.set(body, text);
    if (fault === 'cut-off') {
      response.writeHead(200, { ...json, 'content-length': Buffer.byteLength(text) });
      response.write(text.slice(0, Math.floor(text.length / 2)), () => response.destroy());
      return;
    }
    response.writeHead(200, json).end(text);
  };

  const server = createServer((request, response) => {
    stats.mostAtOnce = Math.max(stats.mostAtOnce, ++underWay);
    response.once('close', () => underWay--);
    serve(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    api: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    token,
    stats,
    setFaultShare: (next) => {
      share = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const json = { 'content-type': 'application/json' };

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function send(
  response: ServerResponse,
  status: number,
  body: object,
  headers: { [name: string]: string } = {},
): void {
  response.writeHead(status, { ...json, ...headers }).end(JSON.stringify(body));
}

function fail(response: ServerResponse, fault: Exclude<Fault, 'partial' | 'cut-off'>): void {
  if (fault === 'reset') response.socket?.destroy();
  else if (fault === 'bad-gateway' || fault === 'html') {
    response
      .writeHead(fault === 'html' ? 200 : 502, { 'content-type': 'text/html' })
      .end('<html>Sorry</html>');
  } else send(response, ...refusals[fault]);
}

type Refusal = readonly [status: number, body: object, headers?: { [name: string]: string }];

const refusals: { readonly [fault in 'secondary-limit' | 'abuse' | 'too-many' | 'rate-limited']: Refusal } = {
  'secondary-limit': [
    403,
    { message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.' },
    { 'retry-after': '30' },
  ],
  abuse: [403, { message: 'You have triggered an abuse detection mechanism.' }],
  'too-many': [429, { message: 'Too many requests' }, { 'retry-after': '5' }],
  'rate-limited': [200, { errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }] }],
};

/** An answer in which something is missing, as when a part of the host is overloaded. */
function partial(full: object): object {
  const { data } = full as { data?: { node?: { [field: string]: unknown } } };
  const message = 'Something went wrong while executing your query.';
  if (data?.node == null) return { data: null, errors: [{ message }] };
  const { nameWithOwner, ...rest } = data.node;
  const [field] = Object.keys(rest);
  if (field === undefined) return { data: null, errors: [{ message }] };
  const node = {
    ...(nameWithOwner === undefined ? {} : { nameWithOwner }),
    ...rest,
    [field]: { nodes: [], totalCount: 0, pageInfo: { hasNextPage: false, endCursor: null } },
  };
  return { data: { ...data, node }, errors: [{ path: ['node', field], message }] };
}
