import type { Actor, RepositoryEvidence } from '@fairlead/core/ledger';

export { checkExpiry } from './expiry.ts';
export { withLastingRevocations } from './lasting-revocations.ts';
export { digestOf, isWellFormed, newSecret } from './secrets.ts';

/** What a valid key or token says of its caller. */
export interface Caller {
  /** Id of the key; for a token that of the device, which stays the same while its tokens come and go. */
  readonly keyId: string;
  /** Id (`jti`) of an assistant's token; absent for keys. */
  readonly tokenId?: string;
  /** Member id from teams.yaml; never written to the ledger. */
  readonly principal: string;
  readonly actor: Actor;
  /** Normalised repository ids, at least one. */
  readonly repositories: readonly string[];
  /** What says that: `key` unless given. */
  readonly repositoryEvidence?: RepositoryEvidence;
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
  readonly beyondGrants: readonly string[];
}

/** Who asked for an administrative act, as it stands in the entry: `operator`, `token:ID` or `person:PSEUDONYM`. */
export type RequestedBy = string;

export interface KeyRow {
  readonly id: string;
  readonly principal: string;
  readonly repositories: readonly string[];
  readonly assistant: string;
  readonly device: string | null;
  readonly vendor: string | null;
  readonly label: string | null;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly revokedAt: number | null;
}

/** A key as those see it who look after them. */
export interface ListedKey extends KeyRow {
  /** Repositories of it that no team of its holder owns or lists today. */
  readonly beyondGrants: readonly string[];
}

/** Scopes of control-plane tokens. `admin` includes every other. */
export const tokenScopes = ['admin', 'metrics', 'witness', 'audit', 'keys', 'incidents'] as const;
export type TokenScope = (typeof tokenScopes)[number];

/** What a token of a scope lets its holder do, in the words of policy; null: everything. */
export const actionsOfScope: { readonly [scope in TokenScope]: readonly string[] | null } = {
  admin: null,
  metrics: ['ReadConfiguration'],
  witness: ['ReadAudit'],
  audit: ['ReadAudit', 'ReadOverview', 'ReadBudgets', 'ReadRetention'],
  keys: ['IssueKey', 'RevokeKey', 'ResumeKey', 'ReadConfiguration'],
  incidents: ['ReportIncident'],
};

export interface TokenRequest {
  readonly scope: TokenScope;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly label?: string | null;
}

export interface IssuedToken {
  readonly id: string;
  /** `flt_…`, shown once. */
  readonly token: string;
  readonly scope: TokenScope;
  readonly expiresAt: number;
}

export interface TokenRow {
  readonly id: string;
  readonly scope: TokenScope;
  /** What it is for, in the issuer's words. */
  readonly label: string | null;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly revokedAt: number | null;
}

/** Who calls the control plane. Its routes find it as `request.caller`. */
export type ControlCaller =
  /** Whoever can read the token file of this machine. */
  | { readonly kind: 'operator'; readonly by: RequestedBy; readonly scope: 'admin' }
  | {
      readonly kind: 'token';
      readonly by: RequestedBy;
      readonly scope: TokenScope;
      readonly expiresAt: number;
    }
  /** A person who signed in to the console; what they may do is for policy to say. */
  | {
      readonly kind: 'session';
      readonly by: RequestedBy;
      readonly principal: string;
      readonly sessionId: string;
      readonly expiresAt: number;
    };

/** The id of the token that a caller holds. */
export function tokenIdOf({ by }: Extract<ControlCaller, { kind: 'token' }>): string {
  return by.slice('token:'.length);
}

/**
 * Keys, tokens and pseudonyms. Every change is a ledger entry first (kind `admin`), then a row.
 * Errors: `identity.request-invalid`, `identity.principal-unknown`, `identity.assistant-unknown`,
 * `identity.grant-unknown`, and the ledger's own.
 */
export interface Identity {
  /** In memory and synchronous: the data plane calls it once a request. Null: unknown, malformed, expired, revoked. */
  authenticate(key: string): Caller | null;
  /** Whether the key behind a caller was revoked after it was let in. */
  isRevoked(caller: Caller): boolean;
  issueKey(request: KeyRequest, by: RequestedBy): Promise<IssuedKey>;
  /** Every key ever issued, newest first. */
  listKeys(): readonly ListedKey[];
  revokeKey(id: string, reason: string, by: RequestedBy): Promise<void>;
  /** Issues a successor with the same binding and revokes the old key. */
  rotateKey(id: string, expiresAt: number, by: RequestedBy): Promise<IssuedKey>;
  issueToken(request: TokenRequest, by: RequestedBy): Promise<IssuedToken>;
  /** Null when the token is unknown, expired or revoked. */
  authenticateToken(
    token: string,
  ): { readonly id: string; readonly scope: TokenScope; readonly expiresAt: number } | null;
  /** Whether a token that was let in is still good: in memory, and asked again and again. */
  isTokenLive(id: string): boolean;
  listTokens(): readonly TokenRow[];
  revokeToken(id: string, reason: string, by: RequestedBy): Promise<void>;
  /** The stable random name of a principal in entries; made the first time it is asked for. */
  actorOf(principal: string): Promise<Actor>;
  /** Whose pseudonym this is; null when it is nobody's. Callers record first that they ask. */
  principalOf(pseudonym: string): Promise<string | null>;
  /** Reads again what other replicas may have changed. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}
