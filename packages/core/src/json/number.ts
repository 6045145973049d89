import { decodeUtf8 } from '../text/index.ts';
import { type Cursor, unexpected } from './cursor.ts';
import { jsonError } from './failure.ts';

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

/** Moves over one or more digits. */
function skipDigits(cursor: Cursor): void {
  const { bytes } = cursor;
  let at = cursor.at;
  if (!isDigit(bytes[at])) throw unexpected(cursor, 'a digit');
  while (isDigit(bytes[at])) at += 1;
  cursor.at = at;
}

/**
 * Reads the number at the cursor by RFC 8259's grammar.
 * @throws FairleadError json.syntax, or json.number when it is too large for a double
 */
export function readNumber(cursor: Cursor): number {
  const { bytes } = cursor;
  const start = cursor.at;
  if (bytes[start] === 0x2d) cursor.at += 1;
  if (bytes[cursor.at] === 0x30) cursor.at += 1;
  else skipDigits(cursor);
  if (bytes[cursor.at] === 0x2e) {
    cursor.at += 1;
    skipDigits(cursor);
  }
  if (bytes[cursor.at] === 0x65 || bytes[cursor.at] === 0x45) {
    cursor.at += 1;
    if (bytes[cursor.at] === 0x2b || bytes[cursor.at] === 0x2d) cursor.at += 1;
    skipDigits(cursor);
  }
  const value = Number(decodeUtf8(bytes.subarray(start, cursor.at)));
  if (!Number.isFinite(value)) throw jsonError('json.number', 'Number out of range', start);
  return value;
}
