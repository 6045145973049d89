import { FairleadError } from '@fairlead/core/errors';
import {
  buildProgram,
  type Day,
  type LoadedProgram,
  type Program,
  type ProgramFinding,
  shiftProgramDates,
  sortFindings,
} from '@fairlead/core/program';
import { readProgramFiles } from './read-files.ts';

/** What reading a program directory gave. `program` is null as soon as one finding is an error. */
export interface ReadProgram {
  readonly program: Program | null;
  /** As far as it could be put together, for further checks only; it must never decide anything. */
  readonly draft: Program | null;
  readonly digest: string;
  readonly findings: readonly ProgramFinding[];
}

export interface ReadProgramOptions {
  /** The day as of which expiries are judged. */
  readonly today: Day;
  /** Moves all days of the program by the distance from `fairlead.yaml: recordedAt` to `today` (the demo). */
  readonly shiftDates?: boolean;
}

/**
 * Reads and checks a program directory; says everything it found.
 * @throws FairleadError `program.not-found` or `program.unreadable`; never for what the files hold.
 */
export async function readProgram(directory: string, options: ReadProgramOptions): Promise<ReadProgram> {
  const files = await readProgramFiles(directory);
  const texts = options.shiftDates === true ? shiftToToday(files.texts, options.today) : files.texts;
  const built = buildProgram(texts, options.today);
  const findings = sortFindings([...files.findings, ...built.findings]);
  const broken = findings.some((item) => item.severity === 'error');
  return { program: broken ? null : built.program, draft: built.draft, digest: files.digest, findings };
}

/**
 * Reads a program that is going to decide calls.
 * @throws FairleadError `program.invalid` with the first error's place when the program has any error, and the
 * errors of `readProgram`: a broken program is never returned.
 */
export async function loadProgram(
  directory: string,
  options: ReadProgramOptions,
): Promise<LoadedProgram & { readonly findings: readonly ProgramFinding[] }> {
  const { program, digest, findings } = await readProgram(directory, options);
  if (program !== null) return { program, digest, findings };
  const errors = findings.filter((item) => item.severity === 'error');
  const [first] = errors;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  throw new FairleadError('program.invalid', {
    message: first ? `${first.file}:${first.line}:${first.column} ${first.message}${more}` : undefined,
    place: first ? { file: first.file, line: first.line, column: first.column } : undefined,
  });
}

function shiftToToday(texts: ReadonlyMap<string, string>, today: Day): ReadonlyMap<string, string> {
  const recorded = /^recordedAt:\s*["']?(\d{4}-\d{2}-\d{2})/m.exec(texts.get('fairlead.yaml') ?? '')?.[1];
  return recorded === undefined ? texts : shiftProgramDates(texts, recorded, today);
}

/** The calendar day of a moment, in UTC. */
export function dayOf(milliseconds: number): Day {
  return new Date(milliseconds).toISOString().slice(0, 10);
}
