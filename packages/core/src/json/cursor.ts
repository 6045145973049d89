import { jsonError } from './failure.ts';
import type { NameTable } from './names.ts';

/** What the reader knows while it moves through a document. */
export interface Cursor {
  readonly bytes: Uint8Array;
  /** At least as long as the document: where strings are unescaped. */
  readonly room: Uint8Array;
  readonly maxDepth: number;
  readonly maxValues: number;
  readonly lenient: boolean;
  readonly names: NameTable | null;
  /** Offset of the next byte. */
  at: number;
  depth: number;
  values: number;
}

/** Moves over JSON white space and returns the byte there, or -1 at the end. */
export function skipSpace(cursor: Cursor): number {
  const { bytes } = cursor;
  let at = cursor.at;
  while (at < bytes.length) {
    const byte = bytes[at] as number;
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) {
      cursor.at = at;
      return byte;
    }
    at += 1;
  }
  cursor.at = at;
  return -1;
}

/** The error for a byte that no rule of the grammar allows here. */
export function unexpected(cursor: Cursor, wanted: string): Error {
  const what = cursor.at >= cursor.bytes.length ? 'The document ends too early' : `Expected ${wanted}`;
  return jsonError('json.syntax', what, cursor.at);
}
