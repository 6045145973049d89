import { luhn } from './digits.ts';

/** Issuer ranges: first and last prefix, and the lengths that cards of the range have (ISO/IEC 7812). */
const RANGES: readonly { readonly from: number; readonly to: number; readonly lengths: readonly number[] }[] =
  [
    { from: 4, to: 4, lengths: [16] },
    { from: 51, to: 55, lengths: [16] },
    { from: 2221, to: 2720, lengths: [16] },
    { from: 34, to: 34, lengths: [15] },
    { from: 37, to: 37, lengths: [15] },
    { from: 300, to: 305, lengths: [14] },
    { from: 36, to: 36, lengths: [14] },
    { from: 38, to: 39, lengths: [14] },
    { from: 6011, to: 6011, lengths: [16] },
    { from: 644, to: 659, lengths: [16] },
    { from: 3528, to: 3589, lengths: [16] },
    { from: 62, to: 62, lengths: [16, 17, 18, 19] },
    { from: 2200, to: 2204, lengths: [16] },
    { from: 5018, to: 5018, lengths: [16] },
    { from: 5020, to: 5020, lengths: [16] },
    { from: 5038, to: 5038, lengths: [16] },
    { from: 6304, to: 6304, lengths: [16] },
  ];

/** True when the digits have an issuer's prefix and one of its lengths. */
export function hasIssuer(digits: string): boolean {
  return RANGES.some((range) => {
    if (!range.lengths.includes(digits.length)) return false;
    const prefix = Number(digits.slice(0, String(range.from).length));
    return prefix >= range.from && prefix <= range.to;
  });
}

/** True for a payment card number: issuer range, length and Luhn; not one digit repeated. */
export function isCard(digits: string): boolean {
  return hasIssuer(digits) && luhn(digits) && new Set(digits).size > 2;
}
