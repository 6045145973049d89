import type { CodeRecord, DeviceRecord, Revocation, SealedKey } from './types.ts';

/** Where codes, devices and revoked tokens are kept. Ids and digests are unique. */
export interface DeviceStore {
  insertCode(code: CodeRecord): Promise<void>;
  /** The unused code of a digest, null when there is none. */
  findCode(digest: string): Promise<CodeRecord | null>;
  /** False when it was used before: of two at once one gets true. */
  useCode(id: string, at: number): Promise<boolean>;
  insertDevice(device: DeviceRecord): Promise<void>;
  revokeDevice(id: string, at: number): Promise<boolean>;
  /** Oldest first. */
  devices(): Promise<readonly DeviceRecord[]>;
  /** Keeps the first revocation of a token. */
  insertRevocation(revocation: Revocation): Promise<void>;
  revocations(now: number): Promise<readonly Revocation[]>;
  /** Keys that sign tokens, oldest first; only replicas that share a database keep them here. */
  signingKeys(): Promise<readonly SealedKey[]>;
  insertSigningKey(key: SealedKey): Promise<void>;
  /** Ends every key by then at the latest, and begins the next one. */
  endSigningKeys(verifiesUntil: number, next: SealedKey): Promise<void>;
  /** Forgets codes, revocations and signing keys that ended before `now`. */
  prune(now: number): Promise<void>;
  close(): Promise<void>;
}
