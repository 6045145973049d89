import { base62, crc32 } from '../validators/crc32.ts';

/**
 * Specimens for the detectors' own cases, drawn from a seed. The source so holds no text that looks like a live
 * credential (code hosts refuse pushes that do), and nothing here was ever issued by anyone.
 */
export const ALPHABETS = {
  hex: '0123456789abcdef',
  HEX: '0123456789ABCDEF',
  digits: '0123456789',
  lower: 'abcdefghijklmnopqrstuvwxyz',
  lower36: 'abcdefghijklmnopqrstuvwxyz0123456789',
  upper36: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789',
  base32: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567',
  letters: 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ',
  base62: '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
  base64: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
  base64url: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_',
  bech32: 'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L',
} as const;

export type AlphabetId = keyof typeof ALPHABETS;

/** `length` characters of the alphabet, the same for the same seed (mulberry32). */
export function draw(alphabet: AlphabetId, length: number, seed = 1): string {
  const letters = ALPHABETS[alphabet];
  let state = (seed * 0x9e3779b1 + length * 0x85ebca6b) >>> 0;
  let text = '';
  for (let i = 0; i < length; i += 1) {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    text += letters.charAt(((mixed ^ (mixed >>> 14)) >>> 0) % letters.length);
  }
  return text;
}

/** 30 random characters and their base-62 CRC-32, as GitHub and npm append it. */
export function withChecksum(seed: number): string {
  const body = draw('base62', 30, seed);
  return body + base62(crc32(body), 6);
}

/** A random UUID. */
export function uuid(seed: number): string {
  const hex = draw('hex', 32, seed);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

const BASE64 = ALPHABETS.base64;

/** Standard base64 of an ASCII text. */
export function base64Of(text: string): string {
  let out = '';
  for (let i = 0; i < text.length; i += 3) {
    const unit = (k: number): number => text.charCodeAt(i + k) || 0;
    const group = (unit(0) << 16) | (unit(1) << 8) | unit(2);
    const left = text.length - i;
    out += BASE64.charAt(group >> 18) + BASE64.charAt((group >> 12) & 63);
    out += left > 1 ? BASE64.charAt((group >> 6) & 63) : '=';
    out += left > 2 ? BASE64.charAt(group & 63) : '=';
  }
  return out;
}

/** base64url without padding of an ASCII text. */
export function base64UrlOf(text: string): string {
  return base64Of(text).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

/** A shell or template variable, `${name}`, as text. */
export function variable(name: string): string {
  return `$\{${name}}`;
}
