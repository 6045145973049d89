import { type Cursor, skipSpace, unexpected } from './cursor.ts';
import { jsonError } from './failure.ts';
import { KeySet } from './keys.ts';
import { readNumber } from './number.ts';
import { type ReadText, readString } from './string.ts';
import type { ArrayNode, JsonNode, Member, ObjectNode, ReadLimits, StrictDocument } from './types.ts';
import { firstInvalidUtf8 } from './utf8-offset.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Steps into an array or object; its opening byte is at the cursor. */
function open(cursor: Cursor): number {
  cursor.depth += 1;
  if (cursor.depth > cursor.maxDepth) throw jsonError('json.too-deep', 'Too many levels', cursor.at);
  cursor.at += 1;
  return skipSpace(cursor);
}

function close(cursor: Cursor): void {
  cursor.depth -= 1;
  cursor.at += 1;
}

function readMember(cursor: Cursor, text: ReadText, keys: KeySet): Member {
  if (cursor.bytes[cursor.at] !== QUOTE) throw unexpected(cursor, 'a key');
  const keyStart = cursor.at + 1;
  readString(cursor, text);
  const key = text.value;
  const keyEnd = cursor.at - 1;
  if (!keys.add(key) && !cursor.lenient) throw jsonError('json.duplicate-key', 'Duplicate key', keyStart - 1);
  if (skipSpace(cursor) !== COLON) throw unexpected(cursor, 'a colon');
  cursor.at += 1;
  skipSpace(cursor);
  return { key, keyStart, keyEnd, value: readValue(cursor, text) };
}

function readObject(cursor: Cursor, text: ReadText): ObjectNode {
  const start = cursor.at;
  const members: Member[] = [];
  let next = open(cursor);
  if (next !== CLOSE_OBJECT) {
    const keys = new KeySet();
    for (;;) {
      members.push(readMember(cursor, text, keys));
      next = skipSpace(cursor);
      if (next === CLOSE_OBJECT) break;
      if (next !== COMMA) throw unexpected(cursor, 'a comma or a closing brace');
      cursor.at += 1;
      skipSpace(cursor);
    }
  }
  close(cursor);
  return { kind: 'object', start, end: cursor.at, members };
}

function readArray(cursor: Cursor, text: ReadText): ArrayNode {
  const start = cursor.at;
  const elements: JsonNode[] = [];
  let next = open(cursor);
  if (next !== CLOSE_ARRAY) {
    for (;;) {
      elements.push(readValue(cursor, text));
      next = skipSpace(cursor);
      if (next === CLOSE_ARRAY) break;
      if (next !== COMMA) throw unexpected(cursor, 'a comma or a closing bracket');
      cursor.at += 1;
      skipSpace(cursor);
    }
  }
  close(cursor);
  return { kind: 'array', start, end: cursor.at, elements };
}

function standsAt({ bytes }: Cursor, word: string, start: number): boolean {
  for (let i = 0; i < word.length; i += 1) if (bytes[start + i] !== word.charCodeAt(i)) return false;
  return true;
}

function readWord(cursor: Cursor): JsonNode {
  const start = cursor.at;
  for (const word of ['true', 'false', 'null'] as const) {
    if (!standsAt(cursor, word, start)) continue;
    cursor.at += word.length;
    if (word === 'null') return { kind: 'null', start, end: cursor.at };
    return { kind: 'boolean', start, end: cursor.at, value: word === 'true' };
  }
  throw unexpected(cursor, 'a value');
}

/** Reads the value at the cursor; white space before it has been skipped. */
function readValue(cursor: Cursor, text: ReadText): JsonNode {
  const start = cursor.at;
  const byte = cursor.bytes[start] ?? 0;
  cursor.values += 1;
  if (cursor.values > cursor.maxValues) throw jsonError('json.too-many-values', 'Too many values', start);
  if (byte === QUOTE) {
    readString(cursor, text);
    return { kind: 'string', start, end: cursor.at, value: text.value, escaped: text.escaped };
  }
  if (byte === OPEN_OBJECT) return readObject(cursor, text);
  if (byte === OPEN_ARRAY) return readArray(cursor, text);
  if (byte === 0x2d || (byte >= 0x30 && byte <= 0x39)) {
    const value = readNumber(cursor);
    return { kind: 'number', start, end: cursor.at, value };
  }
  return readWord(cursor);
}

/** Longer documents get a room of their own. */
const MOST_KEPT = 4 * 1024 * 1024;
let kept = new Uint8Array(64 * 1024);

/** Where strings of a document of that length are unescaped; one document is read at a time. */
function roomFor(length: number): Uint8Array {
  if (length > MOST_KEPT) return new Uint8Array(length);
  if (length > kept.length) kept = new Uint8Array(Math.min(MOST_KEPT, 2 * length));
  return kept;
}

function readDocument(cursor: Cursor): JsonNode {
  skipSpace(cursor);
  const root = readValue(cursor, { value: '', escaped: false });
  if (skipSpace(cursor) !== -1) throw jsonError('json.trailing-data', 'Data after the value', cursor.at);
  return root;
}

/**
 * Reads one JSON document so that no other conforming reader can understand it differently: RFC 8259 to the letter,
 * valid UTF-8, no byte order mark, no duplicate keys (compared after unescaping), no lone surrogates, nothing after
 * the value, no number that overflows, bounded depth and size.
 * @throws FairleadError json.* with the byte offset in its message
 */
export function readStrictJson(bytes: Uint8Array, limits: ReadLimits = {}): StrictDocument {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    throw jsonError('json.bom', 'Byte order mark', 0);
  }
  const cursor: Cursor = {
    bytes,
    room: roomFor(bytes.length),
    maxDepth: limits.maxDepth ?? 128,
    maxValues: limits.maxValues ?? 1_000_000,
    lenient: limits.lenient ?? false,
    names: limits.names ?? null,
    at: 0,
    depth: 0,
    values: 0,
  };
  try {
    return { root: readDocument(cursor), bytes, values: cursor.values };
  } catch (error) {
    // Every string is decoded strictly and nothing else may hold such bytes, so bad ones always end here. They are
    // what is wrong first of all.
    const offset = firstInvalidUtf8(bytes);
    if (offset < 0) throw error;
    throw jsonError('json.not-utf8', 'Invalid UTF-8', offset);
  }
}
