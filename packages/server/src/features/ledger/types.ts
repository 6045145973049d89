import type { Account } from '@fairlead/core/money';
import type { DecisionInput, Effect, Receipt } from './api.ts';

/** An entry as it goes to a store: serialised once, so that what is hashed is what is stored. */
export interface PreparedDraft {
  readonly id: string;
  readonly op: string | null;
  readonly kind: string;
  /** Milliseconds since the epoch, from the entry's `ts`. */
  readonly ts: number;
  /** The entry's JSON; its UTF-8 bytes are the leaf. */
  readonly json: string;
  /** An allowed call opens its operation; an outcome or recovery closes it. */
  readonly operation: 'opens' | 'closes' | null;
  readonly instance: string;
  readonly incarnation: string;
  readonly inputs: readonly DecisionInput[];
  readonly effect: Effect | null;
}

/**
 * What a store says of a draft: where it stands, or the account that had no room, so that nothing was written;
 * `unwritten` when the database went away before it was, which is known for certain.
 */
export type StoreReceipt = Receipt & { readonly refused?: Account; readonly unwritten?: boolean };

/** An entry as it stands in a store. */
export interface StoredEntry {
  readonly index: number;
  readonly id: string;
  readonly op: string | null;
  readonly kind: string;
  readonly ts: number;
  /** RFC 6962 leaf hash, stored with the entry. */
  readonly leaf: Uint8Array;
  /** The exact bytes that are hashed. */
  readonly bytes: Uint8Array;
}

/** A signed checkpoint: `note` is the signed text. */
export interface StoredCheckpoint {
  readonly size: number;
  readonly root: Uint8Array;
  readonly note: string;
}

/** One hash of a tile above level 0. */
export interface TreeHash {
  readonly level: number;
  readonly index: number;
  readonly hash: Uint8Array;
}

/** What sealing writes in one transaction. */
export interface Seal {
  readonly checkpoint: StoredCheckpoint;
  readonly hashes: readonly TreeHash[];
}

/** Who the log is: the origin in its checkpoints and the key that signs them. */
export interface LogIdentity {
  readonly origin: string;
  readonly vkey: string;
}

/** A change of the signing key. */
export interface StoredRotation {
  /** Size of the checkpoint at which it happened; the entry that says so stands below it. */
  readonly size: number;
  readonly from: string;
  readonly to: string;
  /** That checkpoint, signed by both keys. */
  readonly note: string;
}
