import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { FairleadError } from '@fairlead/core/errors';

/** Lines longer than this are refused before they fill the memory. */
const longestLine = 16 * 1024 * 1024;
const chunkBytes = 256 * 1024;
const newline = 10;

/** Some lines that follow one another, without what ends them. */
export interface Lines {
  /** Number of the first one, from 1. */
  readonly first: number;
  readonly texts: readonly string[];
}

/**
 * The lines of a file (`-`: standard input) in bites of what was read at once. Only `\n` ends a line, with or without
 * `\r`: other signs for it may stand within JSON.
 * @throws FairleadError `delivery.unreadable`; `delivery.line-invalid` for one that is too long or no UTF-8
 */
export async function* readLines(file: string): AsyncGenerator<Lines> {
  try {
    yield* linesIn(inputOf(file));
  } catch (cause) {
    throw unreadable(cause, file);
  }
}

/** The bytes of a file; `-`: standard input. */
export function inputOf(file: string): Readable {
  return file === '-' ? process.stdin : createReadStream(file, { highWaterMark: chunkBytes });
}

/** The same of any bytes. What stands before a line that is refused comes first. */
export async function* linesIn(input: AsyncIterable<Uint8Array>): AsyncGenerator<Lines> {
  let first = 1;
  let rest: Uint8Array[] = [];
  let length = 0;
  let isBegun = false;
  for await (const chunk of input) {
    const whole = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    const bytes = isBegun ? whole : withoutMark(whole);
    isBegun = true;
    const [begin, end] = [bytes.indexOf(newline), bytes.lastIndexOf(newline)];
    if (length + (begin < 0 ? bytes.length : begin) > longestLine) {
      throw invalid(first, 'it is longer than 16 MiB');
    }
    if (end >= 0) {
      for (const lines of decoded(Buffer.concat([...rest, bytes.subarray(0, end)]), first)) {
        yield lines;
        first += lines.texts.length;
      }
      [rest, length] = [[], 0];
    }
    rest.push(bytes.subarray(end + 1));
    length += bytes.length - end - 1;
  }
  if (length > 0) yield* decoded(Buffer.concat(rest), first);
}

const packed = [0x1f, 0x8b];
const utf8Mark = [0xef, 0xbb, 0xbf];

const beginsWith = (bytes: Buffer, signs: readonly number[]) => signs.every((sign, i) => bytes[i] === sign);

/** Without a byte order mark, which some systems put before UTF-8. */
function withoutMark(bytes: Buffer): Buffer {
  if (beginsWith(bytes, packed)) {
    throw new FairleadError('delivery.unreadable', {
      message: 'The file is compressed.',
      fix: 'Unpack it on the way: gunzip -c FILE | fairlead delivery import - …',
    });
  }
  return beginsWith(bytes, utf8Mark) ? bytes.subarray(utf8Mark.length) : bytes;
}

/** Strict: a sign in place of what can't be read would make one id of two. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function* decoded(bytes: Buffer, first: number): Generator<Lines> {
  let texts: readonly string[];
  try {
    texts = decoder.decode(bytes).split('\n');
  } catch {
    const { from, line } = badLine(bytes);
    if (from > 0) yield { first, texts: decoder.decode(bytes.subarray(0, from - 1)).split('\n') };
    throw invalid(first + line, 'it is not UTF-8');
  }
  yield { first, texts };
}

/** Which line, from 0, is not UTF-8, and where it begins. */
function badLine(bytes: Buffer): { readonly from: number; readonly line: number } {
  for (let from = 0, line = 0; ; line++) {
    const end = bytes.indexOf(newline, from);
    try {
      decoder.decode(bytes.subarray(from, end < 0 ? undefined : end));
    } catch {
      return { from, line };
    }
    if (end < 0) return { from, line };
    from = end + 1;
  }
}

/** What to say of a file that the system does not let us read; anything else as it is. */
export function unreadable(cause: unknown, file: string): unknown {
  const { code } = cause as { code?: string };
  if (code === undefined || cause instanceof FairleadError) return cause;
  return new FairleadError('delivery.unreadable', {
    message: `The file can’t be read (${code}).`,
    place: { file },
  });
}

export function invalid(line: number, problem: string): FairleadError {
  return new FairleadError('delivery.line-invalid', {
    message: `Line ${line}: ${problem}.`,
    place: { line },
  });
}
