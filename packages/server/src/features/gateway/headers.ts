import { FairleadError } from '@fairlead/core/errors';
import type { Dialect } from '@fairlead/core/wire';

/** Request headers by lower-case name, every occurrence kept. */
export type HeaderMap = ReadonlyMap<string, readonly string[]>;

/** Headers whose second occurrence another reader could prefer to the first. */
const singleHeaders = [
  'authorization',
  'x-api-key',
  'api-key',
  'x-fairlead-key',
  'x-fairlead-repository',
  'x-codex-turn-metadata',
  'content-type',
  'content-encoding',
  'content-length',
  'transfer-encoding',
  'host',
  'anthropic-version',
] as const;

/** Forwarded to every vendor. */
const commonHeaders = new Set(['accept', 'user-agent', 'idempotency-key', 'x-client-request-id']);
const forwardedNames: Record<Dialect, ReadonlySet<string>> = {
  openai: new Set([
    'openai-beta',
    'originator',
    'session-id',
    'session_id',
    'thread-id',
    'conversation_id',
    'version',
  ]),
  anthropic: new Set(['x-app']),
};
const forwardedPrefixes: Record<Dialect, readonly string[]> = {
  openai: ['x-stainless-', 'x-codex-'],
  // The vendor's published gateway contract: anthropic-* is an open list.
  anthropic: ['anthropic-', 'x-stainless-', 'x-claude-code-'],
};

/**
 * Collects Node's raw header list.
 * @throws FairleadError gateway.header-duplicated when a header that must be single stands twice.
 */
export function collectHeaders(raw: readonly string[]): HeaderMap {
  const headers = new Map<string, string[]>();
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = (raw[i] ?? '').toLowerCase();
    const values = headers.get(name);
    if (values) values.push(raw[i + 1] ?? '');
    else headers.set(name, [raw[i + 1] ?? '']);
  }
  for (const name of singleHeaders) {
    if ((headers.get(name)?.length ?? 0) > 1) {
      throw new FairleadError('gateway.header-duplicated', { message: `The header ${name} stands twice.` });
    }
  }
  return headers;
}

/** The first value of a header, undefined when absent. */
export function headerValue(headers: HeaderMap, name: string): string | undefined {
  return headers.get(name)?.[0];
}

/** The headers that go to a vendor of this dialect, in order; credentials and content headers are not among them. */
export function forwardedHeaders(
  headers: HeaderMap,
  dialect: Dialect,
): { readonly name: string; readonly value: string }[] {
  const forwarded: { name: string; value: string }[] = [];
  const names = forwardedNames[dialect];
  const prefixes = forwardedPrefixes[dialect];
  // Without an iterator, which makes a pair of every header.
  headers.forEach((values, name) => {
    const listed =
      commonHeaders.has(name) || names.has(name) || prefixes.some((prefix) => name.startsWith(prefix));
    if (listed) for (const value of values) forwarded.push({ name, value });
  });
  return forwarded;
}

const droppedFromVendor = new Set([
  'set-cookie',
  'set-cookie2',
  'location',
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-connection',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'alt-svc',
  'strict-transport-security',
]);

/**
 * The vendor's response headers that reach the client, as names and values in turn; what `Connection` names is for this
 * hop only.
 */
export function clientHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): (string | string[])[] {
  const kept: (string | string[])[] = [];
  const named = tokensOf(headers.connection);
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    const lower = name.toLowerCase();
    const dropped = droppedFromVendor.has(lower) || named.has(lower) || lower.startsWith('x-fairlead-');
    if (value !== undefined && !dropped) kept.push(lower, value);
  }
  return kept;
}

const noTokens: ReadonlySet<string> = new Set();

function tokensOf(value: string | string[] | undefined): ReadonlySet<string> {
  // What nearly every vendor says names no header.
  if (value === undefined || value === 'keep-alive') return noTokens;
  return new Set(
    [value].flat().flatMap((list) => list.split(',').map((token) => token.trim().toLowerCase())),
  );
}
