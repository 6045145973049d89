import { createHash, createHmac, hash, randomBytes } from 'node:crypto';
import type { Hash, Random } from '@fairlead/core/ports';

/** Bytes of a SHA-256 block, to which HMAC pads its key. */
const BLOCK = 64;
/** Longer data is not copied behind the padded key. */
const MOST_COPIED = 4_096;

/** A key as HMAC uses it: padded, and mixed with the two constants (RFC 2104). */
interface PaddedKey {
  /** With room for data behind it. */
  readonly inner: Buffer;
  /** With room for the inner digest behind it. */
  readonly outer: Buffer;
}

/** By key object; whoever holds a key doesn't change its bytes. */
const paddedKeys = new WeakMap<Uint8Array, PaddedKey>();

function paddedKeyOf(key: Uint8Array): PaddedKey {
  const known = paddedKeys.get(key);
  if (known !== undefined) return known;
  const block = new Uint8Array(BLOCK);
  block.set(key.length > BLOCK ? hash('sha256', key, 'buffer') : key);
  const inner = Buffer.alloc(BLOCK + MOST_COPIED);
  const outer = Buffer.alloc(BLOCK + 32);
  inner.set(block.map((byte) => byte ^ 0x36));
  outer.set(block.map((byte) => byte ^ 0x5c));
  const padded = { inner, outer };
  paddedKeys.set(key, padded);
  return padded;
}

/** HMAC-SHA-256 by two one-shot digests: `createHmac` imports the key anew each time, which costs ten times as much. */
function hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array {
  if (data.length > MOST_COPIED) return createHmac('sha256', key).update(data).digest();
  const { inner, outer } = paddedKeyOf(key);
  inner.set(data, BLOCK);
  outer.set(hash('sha256', inner.subarray(0, BLOCK + data.length), 'buffer'), BLOCK);
  // What was authenticated does not stay behind.
  inner.fill(0, BLOCK, BLOCK + data.length);
  return hash('sha256', outer, 'buffer');
}

/** Room for short parts behind one another. */
const scratch = Buffer.alloc(MOST_COPIED);

/** The parts behind one another, until the next call; null when they are too long to be copied. */
function joined(parts: readonly Uint8Array[]): Buffer | null {
  let length = 0;
  for (const part of parts) length += part.length;
  if (length > MOST_COPIED) return null;
  let at = 0;
  for (const part of parts) {
    scratch.set(part, at);
    at += part.length;
  }
  return scratch.subarray(0, length);
}

/** Digests by Node's one-shot call, which costs half of an object that is fed. */
export const nodeHash: Hash = {
  sha256(...parts) {
    if (parts.length === 1) return hash('sha256', parts[0]!, 'buffer');
    const short = joined(parts);
    if (short !== null) return hash('sha256', short, 'buffer');
    const whole = createHash('sha256');
    for (const part of parts) whole.update(part);
    return whole.digest();
  },
  hmacSha256,
};

/** Random bytes by Node's generator. */
export const nodeRandom: Random = { bytes: (length) => randomBytes(length) };

/** SHA-256 of bytes, or of a text's UTF-8, as lower-case hex. */
export function sha256Hex(data: Uint8Array | string): string {
  return hash('sha256', data, 'hex');
}
