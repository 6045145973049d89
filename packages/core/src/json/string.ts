import { decodeUtf8 } from '../text/index.ts';
import { type Cursor, unexpected } from './cursor.ts';
import { jsonError } from './failure.ts';
import { type NameTable, nameAt } from './names.ts';

const BACKSLASH = 0x5c;
const QUOTE = 0x22;

// No longer text is looked for among the names.
const SHORT = 24;

// What the letters behind a backslash stand for, but for u.
const ESCAPE = new Uint8Array(256);
for (const [letter, meant] of Object.entries({
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
})) {
  ESCAPE[letter.charCodeAt(0)] = meant.charCodeAt(0);
}

const HEX = new Uint8Array(256);
for (const digit of '0123456789abcdefABCDEF') HEX[digit.charCodeAt(0)] = 1;

// 1 for the bytes that end a stretch of plain text: the quote, the backslash, and what must not stand there at all.
const STOP = new Uint8Array(256).fill(1, 0, 0x20);
STOP[QUOTE] = 1;
STOP[BACKSLASH] = 1;

/** The text of the string just read, and whether it held an escape; filled by `readString`. */
export interface ReadText {
  value: string;
  escaped: boolean;
}

/** Length of the escape at byte `at`, or 0 when it is none. */
function escapeLength(bytes: Uint8Array, at: number): number {
  const letter = bytes[at + 1] ?? 0;
  if (ESCAPE[letter] !== 0) return 2;
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

function textOf(bytes: Uint8Array, from: number, to: number, names: NameTable | null): string {
  if (to - from <= SHORT) {
    const name = names === null ? undefined : nameAt(names, bytes, from, to);
    if (name !== undefined) return name;
  }
  return decodeUtf8(bytes.subarray(from, to));
}

/** Text with a `\u` in it: the built-in reads it by the same grammar. */
function parseString(cursor: Cursor, start: number, end: number): string {
  let value: string;
  try {
    value = JSON.parse(decodeUtf8(cursor.bytes.subarray(start, end))) as string;
  } catch {
    throw explain(cursor, start);
  }
  if (!cursor.lenient && !value.isWellFormed())
    throw jsonError('json.lone-surrogate', 'Lone surrogate', start);
  return value;
}

/** Goes on from the first escape, at `from`, and unescapes the text into the cursor's room on the way. */
function readEscaped(cursor: Cursor, start: number, from: number): string {
  const { bytes, room } = cursor;
  const { length } = bytes;
  room.set(bytes.subarray(start + 1, from));
  let to = from - start - 1;
  let at = from;
  let isSimple = true;
  for (let byte = BACKSLASH; byte !== QUOTE; ) {
    if (at >= length || byte !== BACKSLASH) throw explain(cursor, start);
    const meant = ESCAPE[bytes[at + 1] ?? 0] as number;
    isSimple &&= meant !== 0;
    room[to] = meant;
    to += 1;
    at += 2;
    byte = bytes[at] ?? 0;
    while (STOP[byte] === 0) {
      room[to] = byte;
      to += 1;
      at += 1;
      byte = bytes[at] ?? 0;
    }
  }
  cursor.at = at + 1;
  return isSimple ? decodeUtf8(room.subarray(0, to)) : parseString(cursor, start, at + 1);
}

/**
 * Reads the string whose opening quote is at the cursor, leaves the cursor after the closing quote and puts the
 * unescaped text into `into`.
 * @throws FairleadError json.syntax, json.lone-surrogate; TypeError for bytes that are not UTF-8
 */
export function readString(cursor: Cursor, into: ReadText): void {
  const { bytes } = cursor;
  const { length } = bytes;
  const start = cursor.at;
  let at = start + 1;
  while (at < length && STOP[bytes[at] as number] === 0) at += 1;
  const byte = bytes[at];
  into.escaped = byte === BACKSLASH;
  if (byte === QUOTE) {
    cursor.at = at + 1;
    into.value = textOf(bytes, start + 1, at, cursor.names);
  } else if (byte === BACKSLASH) into.value = readEscaped(cursor, start, at);
  else throw explain(cursor, start);
}
