import { FairleadError } from '@fairlead/core/errors';
import { inputOf, readLines, unreadable } from '../delivery/api.ts';

/** Longer files of one JSON document are refused before they fill the memory. */
const longestText = 64 * 1024 * 1024;

/** The lines of a file (`-`: standard input) with their numbers, empty ones left out. @throws FairleadError `delivery.*` */
export async function* linesOf(file: string): AsyncGenerator<readonly [text: string, line: number]> {
  for await (const { first, texts } of readLines(file)) {
    for (const [i, text] of texts.entries()) if (text.trim() !== '') yield [text, first + i];
  }
}

/** A whole file, without a byte order mark. @throws FairleadError `delivery.unreadable`, `delivery.line-invalid` */
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
  return text.replace(/^\ufeff/, '');
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
