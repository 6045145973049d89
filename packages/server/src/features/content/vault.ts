import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { FairleadError } from '@fairlead/core/errors';

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;
export const keyBytes = 32;

/**
 * Nonce, ciphertext and tag in one. `about` is authenticated with it, so that what was sealed for one place opens in no
 * other.
 */
export function seal(key: Uint8Array, parts: readonly Uint8Array[], about: string): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, key, nonce);
  cipher.setAAD(Buffer.from(about));
  const sealed = parts.map((part) => cipher.update(part));
  return Buffer.concat([nonce, ...sealed, cipher.final(), cipher.getAuthTag()]);
}

/** @throws FairleadError `content.key-wrong` when it is not what was sealed under this key for this place. */
export function unseal(key: Uint8Array, sealed: Uint8Array, about: string): Buffer {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  if (bytes.length < nonceBytes + tagBytes) throw new FairleadError('content.key-wrong');
  const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, nonceBytes));
  decipher.setAAD(Buffer.from(about));
  decipher.setAuthTag(bytes.subarray(-tagBytes));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()]);
  } catch (cause) {
    throw new FairleadError('content.key-wrong', { cause });
  }
}

export function newKey(): Buffer {
  return randomBytes(keyBytes);
}
