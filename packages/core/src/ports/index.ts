/**
 * What core needs from the outside world. Core itself reads no clock, no files and no randomness: servers and
 * browsers pass their own versions of these in.
 */

/** Cryptographic digests. Implementations must be synchronous and must not keep what they are given. */
export interface Hash {
  /** SHA-256 of the concatenated parts, 32 bytes. */
  sha256(...parts: readonly Uint8Array[]): Uint8Array;
  /** HMAC-SHA-256 under `key`, 32 bytes. */
  hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array;
}

/** Wall clock, in milliseconds since the Unix epoch. */
export interface Clock {
  now(): number;
}

/** Cryptographically strong random bytes. */
export interface Random {
  bytes(length: number): Uint8Array;
}
