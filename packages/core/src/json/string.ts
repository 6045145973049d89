import { type Cursor, unexpected } from './cursor.ts';
import { jsonError } from './failure.ts';

const BACKSLASH = 0x5c;
const QUOTE = 0x22;

// Up to this length a string is checked here, character by character; beyond it the engine's own reader is faster.
const SHORT = 32;

// 1 for the letters that may follow a backslash, besides u.
const ESCAPE = new Uint8Array(256);
for (const letter of '"\\/bfnrt') ESCAPE[letter.charCodeAt(0)] = 1;

const HEX = new Uint8Array(256);
for (const digit of '0123456789abcdefABCDEF') HEX[digit.charCodeAt(0)] = 1;

/** The text of the string just read, and whether it held an escape; filled by `readString`. */
export interface ReadText {
  value: string;
  escaped: boolean;
}

/** True when the quote at text index `quote` is escaped, that is, an odd run of backslashes stands before it. */
function isEscaped(text: string, quote: number): boolean {
  let at = quote - 1;
  while (text.charCodeAt(at) === BACKSLASH) at -= 1;
  return (quote - at) % 2 === 0;
}

/** Moves the cursor after the closing quote and returns that quote's text index. */
function findEnd(cursor: Cursor, from: number): number {
  const { text, bytes } = cursor;
  const ascii = text.length === bytes.length;
  let end = from;
  let byteEnd = cursor.at;
  do {
    end = text.indexOf('"', end + 1);
    if (end < 0) throw explain(cursor, cursor.at);
    // The same quotes in both forms of the document: this keeps byte offsets exact without counting characters.
    byteEnd = ascii ? end : bytes.indexOf(QUOTE, byteEnd + 1);
  } while (isEscaped(text, end));
  cursor.at = byteEnd + 1;
  cursor.excess = byteEnd - end;
  return end;
}

/** Length of the escape at byte `at`, or 0 when it is none. */
function escapeLength(bytes: Uint8Array, at: number): number {
  const letter = bytes[at + 1] ?? 0;
  if (ESCAPE[letter] === 1) return 2;
  if (letter !== 0x75) return 0;
  for (let i = 2; i < 6; i += 1) {
    if (HEX[bytes[at + i] ?? 0] !== 1) return 0;
  }
  return 6;
}

/** Finds what is wrong with the string that starts at byte `start`. Only called when something is. */
function explain(cursor: Cursor, start: number): Error {
  const { bytes } = cursor;
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) {
    const byte = bytes[at] as number;
    if (byte < 0x20) return jsonError('json.syntax', 'Raw control character in a string', at);
    const length = byte === BACKSLASH ? escapeLength(bytes, at) : 1;
    if (length === 0) return jsonError('json.syntax', 'Unknown escape', at);
    at += length;
  }
  cursor.at = at;
  return unexpected(cursor, 'a closing quote');
}

/** True when a short string can be taken as it stands: no escape and no control character. */
function isPlain(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x20 || code === BACKSLASH) return false;
  }
  return true;
}

/**
 * Reads the string whose opening quote is at the cursor, leaves the cursor after the closing quote and puts the
 * unescaped text into `into`.
 * @throws FairleadError json.syntax, json.lone-surrogate
 */
export function readString(cursor: Cursor, into: ReadText): void {
  const start = cursor.at;
  const from = start - cursor.excess;
  const end = findEnd(cursor, from);
  if (end - from <= SHORT && isPlain(cursor.text, from + 1, end)) {
    into.value = cursor.text.slice(from + 1, end);
    into.escaped = false;
    return;
  }
  let value: string;
  try {
    // One string, quotes found above: the built-in checks and unescapes it by the same grammar, many times faster.
    value = JSON.parse(cursor.text.slice(from, end + 1)) as string;
  } catch {
    throw explain(cursor, start);
  }
  into.value = value;
  into.escaped = value.length !== end - from - 1;
  if (into.escaped && !cursor.lenient && !value.isWellFormed()) {
    throw jsonError('json.lone-surrogate', 'Lone surrogate', start);
  }
}
