import type { Actor } from '@fairlead/core/ledger';

/** What a valid key says of its caller. */
export interface Caller {
  readonly keyId: string;
  /** Member id from teams.yaml; never written to the ledger. */
  readonly principal: string;
  readonly actor: Actor;
  /** Normalised repository ids, at least one. */
  readonly repositories: readonly string[];
  readonly assistant: string;
  readonly device: string | null;
  /** Vendor id when the key names one, to settle ambiguous models. */
  readonly vendor: string | null;
}

export interface KeyRequest {
  readonly principal: string;
  readonly repositories: readonly string[];
  readonly assistant: string;
  readonly device?: string | null;
  readonly vendor?: string | null;
  /** Milliseconds since the epoch; everything granted expires. */
  readonly expiresAt: number;
  readonly label?: string | null;
}

export interface IssuedKey {
  readonly id: string;
  /** `flk_…`, shown once. */
  readonly key: string;
  readonly expiresAt: number;
}

export interface KeyRow {
  readonly id: string;
  readonly principal: string;
  readonly repositories: readonly string[];
  readonly assistant: string;
  readonly label: string | null;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly revokedAt: number | null;
}

/** Scopes of control-plane tokens. `admin` includes every other. */
export type TokenScope = 'admin' | 'metrics' | 'witness' | 'audit' | 'keys';

export interface IssuedToken {
  readonly id: string;
  /** `flt_…`, shown once. */
  readonly token: string;
  readonly scope: TokenScope;
  readonly expiresAt: number;
}

/** Keys, tokens and pseudonyms. Every change is a ledger entry first (kind `admin`). */
export interface Identity {
  /** In memory and synchronous: the data plane calls it once a request. Null: unknown, malformed, expired, revoked. */
  authenticate(key: string): Caller | null;
  issueKey(request: KeyRequest): Promise<IssuedKey>;
  listKeys(): Promise<readonly KeyRow[]>;
  revokeKey(id: string, reason: string): Promise<void>;
  /** Issues a successor with the same binding and revokes the old key. */
  rotateKey(id: string, expiresAt: number): Promise<IssuedKey>;
  issueToken(scope: TokenScope, expiresAt: number): Promise<IssuedToken>;
  /** Null when the token is unknown, expired or revoked. */
  authenticateToken(token: string): { readonly id: string; readonly scope: TokenScope } | null;
  revokeToken(id: string, reason: string): Promise<void>;
}
