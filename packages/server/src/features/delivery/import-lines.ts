import { type DeliveryFact, readDeliveryFact } from '@fairlead/core/delivery';
import { normaliseRepository, type RepositoryNames } from '@fairlead/core/wire';
import { invalid, readLines } from './read-lines.ts';

/** A line of the import, turned into facts: none, one or several. Throws a `delivery.*` FairleadError. */
export type LineReader = (line: unknown, place: LinePlace) => readonly DeliveryFact[];

export interface LinePlace {
  readonly line: number;
  /** Whether signs stand as `\\u…` in it: only so can it hold what UTF-8 doesn't. */
  readonly isEscaped?: boolean;
}

/** Some facts, and the line that each came from; none where they came from no lines. */
export interface FactBite {
  readonly facts: readonly DeliveryFact[];
  readonly lines: readonly number[];
}

/**
 * The facts of a file of JSON lines (`-`: standard input), in bites of about `size`. Empty lines are passed over.
 * @throws FairleadError `delivery.unreadable`; `delivery.line-invalid` naming the line.
 */
export async function* readFacts(file: string, read: LineReader, size = 10_000): AsyncGenerator<FactBite> {
  let bite: { facts: DeliveryFact[]; lines: number[] } = { facts: [], lines: [] };
  try {
    for await (const { first, texts } of readLines(file)) {
      for (const [i, text] of texts.entries()) {
        const line = first + i;
        if (text.trim() === '') continue;
        for (const fact of read(parse(text, line), { line, isEscaped: text.includes('\\u') })) {
          bite.facts.push(fact);
          bite.lines.push(line);
        }
      }
      if (bite.facts.length >= size) {
        yield bite;
        bite = { facts: [], lines: [] };
      }
    }
  } catch (error) {
    // What came before the bad line is taken: the same import goes on from there.
    if (bite.facts.length > 0) yield bite;
    throw error;
  }
  if (bite.facts.length > 0) yield bite;
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
  const spelled = remembered((name) => normaliseRepository(name, names));
  return (value, { line, isEscaped = true }) => {
    if (isEscaped && !isStorable(value)) throw invalid(line, 'it holds a NUL or half a character');
    const result = readDeliveryFact(value);
    if (!result.success) {
      const [issue] = result.error.issues;
      const path = issue?.path.join('.') ?? '';
      throw invalid(line, `${path === '' ? 'the line' : path}: ${issue?.message ?? 'not valid'}`);
    }
    const fact = result.data;
    if (!('repository' in fact)) return [fact];
    const repository = spelled(fact.repository);
    if (repository === null) throw invalid(line, 'repository is no name of a repository');
    return [{ ...fact, repository }];
  };
}

/** Whether each text in it comes back from a database as it was. Only so deep: no line that is taken goes deeper. */
function isStorable(value: unknown, depth = 0): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0');
  if (typeof value !== 'object' || value === null || depth > deepest) return true;
  return Object.entries(value).every(([name, one]) => isStorable(name) && isStorable(one, depth + 1));
}

const deepest = 16;

/** Answers again what was answered last time: a file names few repositories, and each of them often. */
function remembered(answer: (name: string) => string | null): typeof answer {
  const answers = new Map<string, string | null>();
  return (name) => {
    const known = answers.get(name);
    if (known !== undefined) return known;
    if (answers.size >= mostAnswers) answers.clear();
    const found = answer(name);
    answers.set(name, found);
    return found;
  };
}

const mostAnswers = 10_000;
