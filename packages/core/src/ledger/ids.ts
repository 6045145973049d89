import type { Hash } from '../ports/index.ts';
import { encodeUtf8, toHex } from '../text/index.ts';

/*
 * Ids that follow from an operation, as UUID version 8 (RFC 9562): whoever retries the append writes the same id, and
 * the ledger keeps one entry.
 */

/** Id of the outcome entry of `op`. */
export function outcomeId(hash: Hash, op: string): string {
  return derivedUuid(hash, `outcome${op}`);
}

/** Id of the recovery entry of `op`. */
export function recoveryId(hash: Hash, op: string): string {
  return derivedUuid(hash, `recovery${op}`);
}

function derivedUuid(hash: Hash, text: string): string {
  const bytes = hash.sha256(encodeUtf8(text)).slice(0, 16);
  bytes[6] = (bytes[6]! % 16) + 0x80;
  bytes[8] = (bytes[8]! % 64) + 0x80;
  const hex = toHex(bytes);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
