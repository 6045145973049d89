const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const INVALID = 255;
const VALUES = new Uint8Array(128).fill(INVALID);
for (let i = 0; i < 64; i += 1) VALUES[ALPHABET.charCodeAt(i)] = i;

/** Standard base64 of `bytes` (RFC 4648 section 4, with padding). */
export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const group = ((bytes[i] as number) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    text += ALPHABET.charAt(group >> 18) + ALPHABET.charAt((group >> 12) & 63);
    text += left > 1 ? ALPHABET.charAt((group >> 6) & 63) : '=';
    text += left > 2 ? ALPHABET.charAt(group & 63) : '=';
  }
  return text;
}

function sextet(text: string, index: number): number {
  const code = text.charCodeAt(index);
  return code < 128 ? (VALUES[code] as number) : INVALID;
}

/**
 * The bytes of standard, padded base64. Exactly one text decodes to each byte string: white space, missing padding
 * and non-zero spare bits are refused, so that a signed or hashed text cannot be re-spelled.
 * @throws TypeError when `text` is not canonical base64.
 */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  if (text.length % 4 !== 0) throw new TypeError('not base64: the length is not a multiple of four');
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  const digits = text.length - padding;
  let group = 0;
  let bits = 0;
  let out = 0;
  for (let i = 0; i < digits; i += 1) {
    const value = sextet(text, i);
    if (value === INVALID) throw new TypeError(`not base64: bad character at ${i}`);
    group = ((group << 6) | value) & 0xffffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[out] = (group >> bits) & 255;
      out += 1;
    }
  }
  if ((group & ((1 << bits) - 1)) !== 0) throw new TypeError('not base64: spare bits are set');
  return bytes;
}
