import type { KeyRecord, TokenRecord } from './types.ts';

/** Where keys, tokens and the pseudonyms of people are kept. Ids and digests are unique. */
export interface IdentityStore {
  insertKey(key: KeyRecord): Promise<void>;
  /** False when there is no such key, or it was revoked before. */
  revokeKey(id: string, at: number): Promise<boolean>;
  /** Oldest first. */
  keys(): Promise<readonly KeyRecord[]>;
  insertToken(token: TokenRecord): Promise<void>;
  revokeToken(id: string, at: number): Promise<boolean>;
  tokens(): Promise<readonly TokenRecord[]>;
  /** The pseudonym of a principal: `proposed` if it had none. Two callers at once get the same. */
  pseudonym(principal: string, proposed: string): Promise<string>;
  /** The principal of a pseudonym; null when it is nobody's. */
  principalOf(pseudonym: string): Promise<string | null>;
  /** Every principal that has a pseudonym, with it. */
  knownPseudonyms(): Promise<ReadonlyMap<string, string>>;
  close(): Promise<void>;
}
