import type { DeviceRow } from './api.ts';

/** A device as it is kept: its login only as SHA-256 in lower-case hex. */
export interface DeviceRecord extends DeviceRow {
  readonly digest: string;
  /** The code it came from. */
  readonly codeId: string;
}

/** An enrolment code as it is kept. */
export interface CodeRecord {
  readonly id: string;
  readonly digest: string;
  readonly principal: string;
  readonly repositories: readonly string[] | null;
  readonly loginExpiresAt: number;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly usedAt: number | null;
}

/** A token that was revoked by its id; kept until it would have expired. */
export interface Revocation {
  readonly jti: string;
  readonly revokedAt: number;
  readonly until: number;
}

/** A key that signs tokens, as the database of several replicas has it. */
export interface SealedKey {
  readonly kid: string;
  /** Nonce, tag and the encrypted PKCS #8 PEM, base64. */
  readonly sealed: string;
  /** Milliseconds since the epoch; null while it signs. */
  readonly verifiesUntil: number | null;
  readonly createdAt: number;
}
