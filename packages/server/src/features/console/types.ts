/** A one-time sign-in link as it is kept; times are milliseconds since the epoch. */
export interface LinkRecord {
  /** SHA-256 of the token, lower-case hex. */
  readonly digest: string;
  readonly principal: string;
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** A session as it is kept. Its cookie is not: it follows from id, generation and a key of the installation. */
export interface SessionRecord {
  readonly id: string;
  /** SHA-256 of the session token, lower-case hex. */
  readonly tokenDigest: string;
  readonly principal: string;
  readonly createdAt: number;
  /** However much it is used. */
  readonly expiresAt: number;
  /** Last request that a person caused. */
  readonly seenAt: number;
  /** Counts the cookies it has had. */
  readonly generation: number;
  /** When the cookie of this generation was first seen. */
  readonly rotatedAt: number;
  readonly endedAt: number | null;
}
