import { isFairleadError } from '@fairlead/core/errors';
import { CommanderError, InvalidArgumentError } from 'commander';

/** Prints what went wrong (code, what, where, what to do) on stderr and returns the exit code, 2 for "couldn't run". */
export function reportFailure(error: unknown): number {
  // Those of arguments commander has printed before it throws another; a command that throws one itself has not.
  if (error instanceof InvalidArgumentError) {
    process.stderr.write(`error: ${error.message}\n`);
    return 2;
  }
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (isFairleadError(error)) {
    const { file, line, column, path } = error.place ?? {};
    const place = [file, line, column].filter((part) => part !== undefined).join(':') || path;
    process.stderr.write(`${error.code}: ${error.message}\n`);
    if (place) process.stderr.write(`  at ${place}\n`);
    process.stderr.write(`  ${error.fix}\n`);
    return 2;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`fairlead failed: ${text}\n`);
  return 2;
}
