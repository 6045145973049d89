import type { CodeRecord, DeviceRecord, Revocation } from './types.ts';

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
  /** Forgets codes and revocations that ended before `now`. */
  prune(now: number): Promise<void>;
  close(): Promise<void>;
}
