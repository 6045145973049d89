import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { type DeliveryFact, deliveryFactSchema } from '@fairlead/core/delivery';
import { FairleadError } from '@fairlead/core/errors';
import { normaliseRepository, type RepositoryNames } from '@fairlead/core/wire';

/** A line of the import, turned into facts: none, one or several. Throws a `delivery.*` FairleadError. */
export type LineReader = (line: unknown, place: { readonly line: number }) => readonly DeliveryFact[];

/** Lines longer than this are refused before they fill the memory. */
const longestLine = 16 * 1024 * 1024;

/**
 * The facts of a file of JSON lines (`-`: standard input), in bites of about `size`. Empty lines are passed over.
 * @throws FairleadError `delivery.unreadable`; `delivery.line-invalid` naming the line.
 */
export async function* readFacts(
  file: string,
  read: LineReader,
  size = 10_000,
): AsyncGenerator<readonly DeliveryFact[]> {
  let bite: DeliveryFact[] = [];
  let number = 0;
  for await (const text of linesOf(file)) {
    number += 1;
    if (text.trim() === '') continue;
    if (text.length > longestLine) throw invalid(number, 'it is longer than 16 MiB');
    try {
      bite.push(...read(parse(text, number), { line: number }));
    } catch (error) {
      // What came before the bad line is taken: the same import goes on from there.
      if (bite.length > 0) yield bite;
      throw error;
    }
    if (bite.length >= size) {
      yield bite;
      bite = [];
    }
  }
  if (bite.length > 0) yield bite;
}

async function* linesOf(file: string): AsyncGenerator<string> {
  try {
    yield* createInterface({ input: inputOf(file), crlfDelay: Number.POSITIVE_INFINITY });
  } catch (cause) {
    throw unreadable(cause, file);
  }
}

/** The bytes of a file; `-`: standard input. */
export function inputOf(file: string): Readable {
  return file === '-' ? process.stdin : createReadStream(file, { encoding: 'utf8' });
}

/** What to say of a file that the system does not let us read; anything else as it is. */
export function unreadable(cause: unknown, file: string): unknown {
  const { code } = cause as { code?: string };
  if (code === undefined) return cause;
  return new FairleadError('delivery.unreadable', {
    message: `The file can’t be read (${code}).`,
    place: { file },
  });
}

function parse(text: string, line: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid(line, 'it is not JSON');
  }
}

/** The documented JSON lines: one fact a line. Repositories are brought to their one spelling. */
export function jsonLineReader(names: RepositoryNames): LineReader {
  return (value, { line }) => {
    const result = deliveryFactSchema.safeParse(value);
    if (!result.success) {
      const [issue] = result.error.issues;
      const path = issue?.path.join('.') ?? '';
      throw invalid(line, `${path === '' ? 'the line' : path}: ${issue?.message ?? 'not valid'}`);
    }
    const fact = result.data;
    if (!('repository' in fact)) return [fact];
    const repository = normaliseRepository(fact.repository, names);
    if (repository === null) throw invalid(line, 'repository is no name of a repository');
    return [{ ...fact, repository }];
  };
}

export function invalid(line: number, problem: string): FairleadError {
  return new FairleadError('delivery.line-invalid', {
    message: `Line ${line}: ${problem}.`,
    place: { line },
  });
}
