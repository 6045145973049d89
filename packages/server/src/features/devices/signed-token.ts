import { type KeyObject, sign, verify } from 'node:crypto';

/*
 * A signed token is `fla_` and a JWT (RFC 7519, compact JWS with EdDSA over Ed25519). It is written and read by this
 * process alone, so there is one spelling of everything: the header is compared as text, never parsed.
 */

export const tokenPrefix = 'fla_';
export const tokenAudience = 'fairlead-gateway';

/** What a token says. Times in seconds since the epoch. */
export interface TokenClaims {
  /** The installation that signed it. */
  readonly iss: string;
  readonly aud: typeof tokenAudience;
  /** Pseudonym of the principal. */
  readonly sub: string;
  /** Repository ids. */
  readonly repo: readonly string[];
  /** Id of the device that asked for it. */
  readonly dev: string;
  readonly jti: string;
  readonly iat: number;
  readonly exp: number;
  /** Assistant id. */
  readonly asst: string;
  /** How the repository is known. */
  readonly ev: 'token' | 'claim';
}

const longest = 8_192;
const signatureDigits = 86;

/** The one header of tokens signed with a key. */
export function headerOf(kid: string): string {
  return encode(JSON.stringify({ alg: 'EdDSA', typ: 'JWT', kid }));
}

export function signToken(claims: TokenClaims, key: KeyObject, kid: string): string {
  const signed = `${headerOf(kid)}.${encode(JSON.stringify(claims))}`;
  return `${tokenPrefix}${signed}.${sign(null, Buffer.from(signed), key).toString('base64url')}`;
}

/**
 * The claims of a token that one of the keys signed; null for anything else. `keys` maps the header text of
 * {@link headerOf} to the public key. Expiry and revocation are the caller's to judge.
 */
export function verifyToken(token: string, keys: ReadonlyMap<string, KeyObject>): TokenClaims | null {
  if (!token.startsWith(tokenPrefix) || token.length > longest) return null;
  const [header = '', payload = '', signature = '', ...more] = token.slice(tokenPrefix.length).split('.');
  const key = keys.get(header);
  if (key === undefined || more.length > 0 || signature.length !== signatureDigits) return null;
  const bytes = Buffer.from(signature, 'base64url');
  // The last digit has bits to spare: only the one spelling that we write is taken.
  if (bytes.toString('base64url') !== signature) return null;
  if (!verify(null, Buffer.from(`${header}.${payload}`), key, bytes)) return null;
  // Signed by us, so its form is known.
  return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as TokenClaims;
}

function encode(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64url');
}
