import { createHmac, timingSafeEqual } from 'node:crypto';

const form = /^sha256=([0-9a-f]{64})$/;

/** Whether a header has the form of a signature, right or wrong. */
export function isSignature(header: string | undefined): header is string {
  return header !== undefined && form.test(header);
}

/** Whether `header` (`sha256=` and 64 hex digits) is the HMAC-SHA-256 of the bytes; in constant time. */
export function isSigned(body: Uint8Array, header: string | undefined, secret: Uint8Array): boolean {
  const given = form.exec(header ?? '')?.[1];
  if (given === undefined) return false;
  const right = createHmac('sha256', secret).update(body).digest();
  return timingSafeEqual(right, Buffer.from(given, 'hex'));
}
