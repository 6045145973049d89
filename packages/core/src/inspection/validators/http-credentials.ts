import { decodeLatin1 } from './base64-text.ts';
import type { Candidate } from './candidate.ts';
import { isCredentialPlaceholder, isTokenPlaceholder, isValuePlaceholder } from './placeholder.ts';
import { entropy } from './randomness.ts';

/** `Basic` credentials: base64 of `user:password` (RFC 7617), neither of them a tutorial's. */
export function isBasicCredentials({ value, text, start }: Candidate): boolean {
  const decoded = decodeLatin1(value);
  const colon = decoded.indexOf(':');
  if (colon < 0 || !/^[\x20-\xff]+$/.test(decoded)) return false;
  // "Basic" is a word too, and any base64 decodes to something: without a header's name it must decode to ASCII.
  const named = /auth["' :=\w]{0,16}$/i.test(text.slice(Math.max(0, start - 24), start));
  if (!named && !/^[\x20-\x7e]+$/.test(decoded)) return false;
  return !isCredentialPlaceholder(
    decoded.slice(0, colon),
    decoded.slice(colon + 1) || decoded.slice(0, colon),
  );
}

/** A bearer or API token in a header: long enough, varied, and holding a digit. */
export function isHeaderToken({ value }: Candidate): boolean {
  if (value.length < 10 || isValuePlaceholder(value) || isTokenPlaceholder(value)) return false;
  return /\d/.test(value) && entropy(value) > 2.6;
}

/** User and password of a command line or a URL. */
export function isUserAndPassword({ user, value }: Candidate): boolean {
  if (user === '' && value.length < 8) return false;
  return value.length >= 4 && !isCredentialPlaceholder(user, value) && !/^[$<{[%]|\\/.test(user);
}

/** True when a `curl` command begins a little before: `-u` means many things to other commands. */
export function followsCurl({ text, start }: Candidate): boolean {
  return text.slice(Math.max(0, start - 600), start).includes('curl');
}
