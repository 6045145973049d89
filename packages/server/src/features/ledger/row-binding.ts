import { canonicalJson } from '@fairlead/core/json';
import { sha256Hex } from '../../platform/crypto/index.ts';

/** What a row of the state says, member by member; lists as lists, times in milliseconds. */
export type BoundRow = { readonly [member: string]: string | number | null | readonly string[] };

/**
 * A commitment to a row that grants something, for the entry that records the grant: `fairlead ledger fsck` recomputes
 * it, so that an edited row is found. A row must hold something nobody can guess (the digest of a secret), or the
 * commitment could be used to try out values.
 */
export function rowBinding(row: BoundRow): string {
  return sha256Hex(canonicalJson(row as Parameters<typeof canonicalJson>[0]));
}
