import { timingSafeEqual } from 'node:crypto';
import type { Hash } from '@fairlead/core/ports';
import { parseCookie, stringifySetCookie } from 'cookie';

/** A session's cookie: which session, and the how many-eth cookie of it. */
export interface SessionCookie {
  readonly sessionId: string;
  readonly generation: number;
}

/** Writes and reads the cookie of one installation. */
export interface CookieJar {
  /** Reads the `Cookie` header; null when it holds none of ours, or one that this installation did not write. */
  read(header: string | readonly string[] | undefined): SessionCookie | null;
  /** A `Set-Cookie` value. */
  write(value: SessionCookie): string;
  /** A `Set-Cookie` value that removes it. */
  clear(): string;
}

const formed = /^([0-9a-f]{32})\.(0|[1-9]\d{0,8})\.([0-9a-f]{64})$/;

/**
 * Cookies are shared by all ports of a host, hence a name of its own for each installation; under TLS the `__Host-`
 * prefix also keeps other hosts of the domain from setting it. The value is authenticated with the installation's key,
 * so that a session's next cookie needs no storing.
 */
export function createCookieJar(
  hash: Hash,
  {
    installation,
    key,
    secure,
  }: { readonly installation: string; readonly key: Uint8Array; readonly secure: boolean },
): CookieJar {
  const name = `${secure ? '__Host-' : ''}fairlead-${installation}`;
  const seal = ({ sessionId, generation }: SessionCookie): Buffer =>
    Buffer.from(hash.hmacSha256(key, Buffer.from(`cookie\n${sessionId}\n${generation}`)));
  const attributes = { path: '/', httpOnly: true, sameSite: 'strict', secure } as const;
  return {
    read(header) {
      if (typeof header !== 'string') return null;
      const match = formed.exec(parseCookie(header)[name] ?? '');
      if (match === null) return null;
      const found = { sessionId: match[1]!, generation: Number(match[2]) };
      return timingSafeEqual(Buffer.from(match[3]!, 'hex'), seal(found)) ? found : null;
    },
    write(value) {
      const text = `${value.sessionId}.${value.generation}.${seal(value).toString('hex')}`;
      return stringifySetCookie({ name, value: text, ...attributes });
    },
    clear: () => stringifySetCookie({ name, value: '', ...attributes, maxAge: 0 }),
  };
}
