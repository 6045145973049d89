import type { Random } from '@fairlead/core/ports';
import { sha256Hex } from '../../platform/crypto/index.ts';

/*
 * Keys read `flk_`, tokens of the control API `flt_`, enrolment codes `flc_`, logins of devices `fld_`, one-time
 * sign-in tokens `fli_`, the tokens of console sessions `fls_`: then 32 random bytes as 43 base-62 digits and a
 * checksum of 6. Letters and digits
 * only, so that a double click takes the whole; the checksum tells a mistyped or planted look-alike from a real one.
 */

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const bodyDigits = 43;
const checkDigits = 6;

export type SecretPrefix = 'flk' | 'flt' | 'flc' | 'fld' | 'fli' | 'fls';

function base62(value: bigint, digits: number): string {
  let text = '';
  for (let rest = value; text.length < digits; rest /= 62n) text = alphabet[Number(rest % 62n)] + text;
  return text;
}

function checksum(text: string): string {
  // 32 bits: an ordinary number does, and every request has a key to check.
  let rest = Number.parseInt(sha256Hex(text).slice(0, 8), 16);
  let digits = '';
  while (digits.length < checkDigits) {
    digits = alphabet[rest % 62] + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}

export function newSecret(prefix: SecretPrefix, random: Random): string {
  const body = base62(BigInt(`0x${Buffer.from(random.bytes(32)).toString('hex')}`), bodyDigits);
  const text = `${prefix}_${body}`;
  return text + checksum(text);
}

/** Whether a text has the length and the prefix of a secret of ours. */
export function hasForm(prefix: SecretPrefix, text: string): boolean {
  return text.length === prefix.length + 1 + bodyDigits + checkDigits && text.startsWith(`${prefix}_`);
}

/** Whether a text has the form of a secret of ours, checksum included. */
export function isWellFormed(prefix: SecretPrefix, text: string): boolean {
  if (!hasForm(prefix, text)) return false;
  const body = text.slice(0, -checkDigits);
  return /^[0-9A-Za-z]+$/.test(text.slice(prefix.length + 1)) && checksum(body) === text.slice(-checkDigits);
}

/** What is kept of a secret: enough to recognise it, too little to use it. The secret itself has 256 random bits. */
export function digestOf(secret: string): string {
  return sha256Hex(secret);
}
