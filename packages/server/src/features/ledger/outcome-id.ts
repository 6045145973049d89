import { sha256Hex } from '../../platform/crypto/index.ts';

/** Digits of the two high bits that RFC 9562 sets to 10. */
const variants = '89ab';

/** Id of the outcome entry of `op`: a retry of the append writes the same entry. Core's `outcomeId`, on hexadecimal. */
export function outcomeId(op: string): string {
  const hex = sha256Hex(`outcome${op}`);
  const variant = variants[Number.parseInt(hex[16] as string, 16) % 4] as string;
  return (
    `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-` +
    `${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
  );
}
