import type { Hash } from '@fairlead/core/ports';
import { encodeUtf8, toHex } from '@fairlead/core/text';
import type { CallView } from '@fairlead/core/wire';
import { type HeaderMap, headerValue } from './headers.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const sessionHeaders = ['x-claude-code-session-id', 'session-id', 'session_id', 'x-session-id'] as const;

function shortHash(hash: Hash, text: string): string {
  return `h:${toHex(hash.sha256(encodeUtf8(text))).slice(0, 24)}`;
}

/**
 * The session a call belongs to: the client's own id where it sends one, else a keyed hash of the key and the first
 * user text. Anything but a UUID is hashed, because a client chooses it and the ledger must hold no content.
 */
export function sessionOf(
  hash: Hash,
  sessionKey: Uint8Array,
  keyId: string,
  headers: HeaderMap,
  view: Pick<CallView, 'bodySession' | 'firstUserText'>,
): string {
  let named: string | undefined;
  for (const name of sessionHeaders) named ??= headerValue(headers, name);
  const session = named ?? view.bodySession;
  if (session) return uuid.test(session) ? session.toLowerCase() : shortHash(hash, session);
  const seed = encodeUtf8(`${keyId}\n${view.firstUserText ?? ''}`);
  return `k:${toHex(hash.hmacSha256(sessionKey, seed)).slice(0, 24)}`;
}

/**
 * Names the client chose (models, tools, MCP servers), fit for the record: hashed when they could hide content,
 * that is when they look unlike a name, or are long while inspection found something in the call.
 */
export function recordableNames(hash: Hash, names: readonly string[], clean: boolean): string[] {
  if (names.length === 0) return [];
  const limit = clean ? 96 : 24;
  const fit = (name: string) => name.length <= limit && /^[A-Za-z0-9][A-Za-z0-9_.:/+-]*$/.test(name);
  return names.map((name) => (fit(name) ? name : shortHash(hash, name)));
}

/** `name/1.2.3` out of a user agent: only the version, since the assistant's name comes from the key. */
export function assistantVersion(headers: HeaderMap): string | null {
  const agent = headerValue(headers, 'user-agent') ?? '';
  return /(?:^|[ /])v?(\d{1,5}\.\d{1,5}\.\d{1,7})(?:$|[ ()+;-])/.exec(agent)?.[1] ?? null;
}
