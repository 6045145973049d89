import { decodeUtf8, fromBase64 } from '../text/index.ts';
import type { Opaque } from './region.ts';

/** What to do with the content of an opaque field. */
export type OpaqueReading =
  | { readonly kind: 'skip'; readonly opaque: Opaque }
  /** The field holds text under base64: inspect that text too. */
  | { readonly kind: 'decoded'; readonly text: string }
  /** The field holds no such thing as its definition says: inspect the string itself. */
  | { readonly kind: 'text' };

const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;
const DATA_URL = /^data:[^,]{0,200};base64,/i;
// Media types whose content is binary; text types under base64 (also SVG) are decoded and inspected.
const BINARY_TYPE =
  /^(?:image\/(?:png|jpe?g|gif|webp|bmp|tiff|heic|heif|avif)|(?:audio|video)\/[a-z0-9.-]{1,20}|application\/pdf)$/i;

// Shorter content than any real ciphertext or image: inspecting it costs nothing.
const SHORTEST = 40;

/** True for media types whose content is binary. */
export function isBinaryMediaType(mediaType: string): boolean {
  return BINARY_TYPE.test(mediaType);
}

function toBytes(base64: string): Uint8Array | null {
  const standard = base64.replace(/[-_]/g, (char) => (char === '-' ? '+' : '/')).replace(/=+$/, '');
  try {
    return fromBase64(standard.padEnd(Math.ceil(standard.length / 4) * 4, '='));
  } catch {
    return null;
  }
}

function hasControls(bytes: Uint8Array): boolean {
  return bytes.some((byte) => byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d);
}

/** The text under base64, or null when it is binary. Looks at the start first, so that images cost nothing. */
function textUnder(base64: string): string | null {
  const start = toBytes(base64.slice(0, 64));
  if (start === null || hasControls(start)) return null;
  const bytes = toBytes(base64);
  if (bytes === null || hasControls(bytes)) return null;
  try {
    return decodeUtf8(bytes);
  } catch {
    return null;
  }
}

/** Decides whether the content of an opaque field may go uninspected. `value` is the whole string. */
export function readOpaque(opaque: Opaque, value: string): OpaqueReading {
  const url = DATA_URL.exec(value);
  if (url === null && opaque.dataUrl === true) return { kind: 'text' };
  const payload = url === null ? value : value.slice(url[0].length);
  if (payload.length > opaque.longest || !BASE64.test(payload)) return { kind: 'text' };
  const text = textUnder(payload);
  if (text !== null) return { kind: 'decoded', text };
  // Parameters of a data URL could hold anything, so the type must stand alone.
  const binary = url === null ? opaque.binary : isBinaryMediaType(value.slice(5, url[0].length - 8));
  return binary && payload.length >= SHORTEST ? { kind: 'skip', opaque } : { kind: 'text' };
}
