import type { Dialect, Endpoint } from './types.ts';

/** One governed path. */
export interface EndpointRow {
  readonly path: string;
  readonly endpoint: Endpoint;
  readonly dialect: Dialect;
}

/** Every path that carries a governed call. Raw paths, compared byte for byte; anything else is refused. */
export const endpointRows: readonly EndpointRow[] = [
  { path: '/v1/chat/completions', endpoint: 'chat-completions', dialect: 'openai' },
  { path: '/v1/responses', endpoint: 'responses', dialect: 'openai' },
  { path: '/v1/embeddings', endpoint: 'embeddings', dialect: 'openai' },
  { path: '/v1/messages', endpoint: 'messages', dialect: 'anthropic' },
  { path: '/v1/messages/count_tokens', endpoint: 'count-tokens', dialect: 'anthropic' },
];

const byPath = new Map(endpointRows.map((row) => [row.path, row]));

/**
 * The endpoint of a raw request path (the part before `?`), or null when no call is governed there. No decoding, no
 * case folding and no trailing slash: a path that only resembles a known one is unknown.
 */
export function endpointOf(rawPath: string): EndpointRow | null {
  return byPath.get(rawPath) ?? null;
}

/**
 * HTTP status of a refusal by policy. Measured on the assistants: these are the statuses at which they show the
 * message and stop asking (with `x-should-retry: false`); 403 makes them blame the key.
 */
export const policyRefusalStatus: Readonly<Record<Dialect, number>> = { openai: 400, anthropic: 451 };
