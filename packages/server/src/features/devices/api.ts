import type { Caller, RequestedBy } from '../identity/api.ts';

/** What an enrolment code is asked for with. */
export interface CodeRequest {
  readonly principal: string;
  /** Narrows the login to these, in any spelling; null: every repository granted to the principal, now or later. */
  readonly repositories?: readonly string[] | null;
  /** When the login ends that the code makes; milliseconds since the epoch. */
  readonly loginExpiresAt: number;
}

export interface IssuedCode {
  readonly id: string;
  /** `flc_…`, shown once, works once. */
  readonly code: string;
  readonly expiresAt: number;
}

/** A device that was enrolled: one principal's machine, which asks for tokens by itself. */
export interface DeviceRow {
  readonly id: string;
  readonly principal: string;
  /** Ids in force; null when the login isn't narrowed. */
  readonly repositories: readonly string[] | null;
  /** What its user calls it. */
  readonly name: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly revokedAt: number | null;
}

export interface EnrolledDevice {
  readonly device: DeviceRow;
  /** `fld_…`, shown once. */
  readonly login: string;
}

/** What a run is asked for with. */
export interface RunRequest {
  /** Id from assistants.yaml. */
  readonly assistant: string;
  /** Every remote of the working copy, in any spelling, at least one. */
  readonly remotes: readonly string[];
}

/** What a run may do: known before anything is started. */
export interface RunGrant {
  readonly repositories: readonly string[];
  /**
   * `token` when the login is for this one repository, so that the credential itself says it; `claim` when the git
   * remote chose it among those granted.
   */
  readonly evidence: 'token' | 'claim';
}

export interface MintedToken extends RunGrant {
  readonly id: string;
  /** `fla_…`. */
  readonly token: string;
  readonly lifeSeconds: number;
}

/** `refresh`: short, renewed while the run lasts. `session`: as long as a working day, for what can't renew it. */
export type TokenUse = 'refresh' | 'session';

/**
 * Enrolled devices and the tokens they mint. Every grant is a ledger entry first (kind `admin`), then a row.
 * Errors: `identity.code-invalid`, `identity.login-invalid`, `identity.device-unknown`, `identity.principal-unknown`,
 * `identity.assistant-unknown`, `identity.request-invalid`, `identity.repository-not-granted`,
 * `identity.repository-not-allowlisted`, `identity.too-many-tokens`, and the ledger's own.
 */
export interface Devices {
  issueCode(request: CodeRequest, by: RequestedBy): Promise<IssuedCode>;
  /** Makes a login of a code, once. */
  enrol(code: string, name: string): Promise<EnrolledDevice>;
  /** In memory. Null: unknown, malformed, expired, revoked. */
  authenticateLogin(login: string): DeviceRow | null;
  /** Every device ever enrolled, newest first. */
  list(): readonly DeviceRow[];
  /** Ends the login and every token that it minted, at once. */
  revoke(id: string, reason: string, by: RequestedBy): Promise<void>;
  /** Whether a run would get a token, without minting one. */
  grant(device: DeviceRow, request: RunRequest): RunGrant;
  mint(device: DeviceRow, request: RunRequest, use: TokenUse): Promise<MintedToken>;
  /** Ends one token by its id. */
  revokeToken(jti: string, reason: string, by: RequestedBy): Promise<void>;
  /** Ends one of a device's own tokens, for runs that are over. */
  endToken(device: DeviceRow, token: string): Promise<void>;
  /** A new signing key. The old ones verify until their last token has expired, or no more at all with `atOnce`. */
  rotateSigningKey(atOnce: boolean, by: RequestedBy): Promise<{ readonly kid: string }>;
  /** In memory and synchronous, for `fla_…` tokens. Null: malformed, not ours, expired, revoked, no longer granted. */
  authenticate(token: string): Caller | null;
  /** Whether the device or token behind a caller was revoked after it was let in. */
  isRevoked(caller: Caller): boolean;
  readonly tokenLifeSeconds: number;
  /** Reads again what other replicas may have changed. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}
