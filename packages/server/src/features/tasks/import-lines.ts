import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { FairleadError } from '@fairlead/core/errors';

/** Longer files of one JSON document, and longer lines, are refused before they fill the memory. */
const longestText = 64 * 1024 * 1024;
const longestLine = 16 * 1024 * 1024;

/** The lines of a file (`-`: standard input) with their numbers, empty ones left out. @throws FairleadError `delivery.*` */
export async function* linesOf(file: string): AsyncGenerator<readonly [text: string, line: number]> {
  let number = 0;
  try {
    for await (const text of createInterface({ input: inputOf(file), crlfDelay: Number.POSITIVE_INFINITY })) {
      number += 1;
      if (text.length > longestLine) throw invalidLine(number, 'it is longer than 16 MiB');
      if (text.trim() !== '') yield [text, number];
    }
  } catch (error) {
    throw unreadable(error, file);
  }
}

/** A whole file. @throws FairleadError `delivery.unreadable`, `delivery.line-invalid` */
export async function textOf(file: string): Promise<string> {
  let text = '';
  try {
    for await (const chunk of inputOf(file).setEncoding('utf8')) {
      text += chunk as string;
      if (text.length > longestText) throw invalidLine(1, 'the file is longer than 64 MiB');
    }
  } catch (error) {
    throw unreadable(error, file);
  }
  return text;
}

function inputOf(file: string): Readable {
  return file === '-' ? process.stdin : createReadStream(file, { encoding: 'utf8' });
}

function unreadable(error: unknown, file: string): unknown {
  const { code } = error as { code?: string };
  if (error instanceof FairleadError || code === undefined) return error;
  return new FairleadError('delivery.unreadable', {
    message: `The file can’t be read (${code}).`,
    place: { file },
  });
}

/** @throws FairleadError `delivery.line-invalid` */
export function parseJson(text: string, line: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalidLine(line, 'it is not JSON');
  }
}

export function invalidLine(line: number, problem: string): FairleadError {
  return new FairleadError('delivery.line-invalid', {
    message: `Line ${line}: ${problem}.`,
    place: { line },
    fix: 'Correct it and import again: what was taken is not taken twice. `fairlead schema task-import` describes the lines of --format tasks.',
  });
}
