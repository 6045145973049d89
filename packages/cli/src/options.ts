import { InvalidArgumentError, Option } from 'commander';

/** A TCP port, 0 to 65535. */
export function parsePort(value: string): number {
  const port = Number(value);
  if (!/^\d{1,5}$/.test(value) || port > 65_535)
    throw new InvalidArgumentError('It is a number from 0 to 65535.');
  return port;
}

/** Room on a disk, in MiB. */
export function parseMebibytes(value: string): number {
  if (!/^\d{1,7}$/.test(value)) throw new InvalidArgumentError('It is a whole number of MiB.');
  return Number(value);
}

/** Seconds that a token lives: long enough to be used, short enough that a stolen one is soon worth nothing. */
export function parseTokenLife(value: string): number {
  const seconds = Number(value);
  if (!/^\d{1,4}$/.test(value) || seconds < 5 || seconds > 3_600)
    throw new InvalidArgumentError('It is a number of seconds from 5 to 3600.');
  return seconds;
}

/** Minutes between two rounds. */
export function parseMinutes(value: string): number {
  if (!/^\d{1,4}$/.test(value) || Number(value) < 1)
    throw new InvalidArgumentError('It is a number of minutes from 1 to 9999.');
  return Number(value);
}

/** An id of the program: `[a-z0-9._/-]+`. */
export function parseId(value: string): string {
  if (!/^[a-z0-9._/-]+$/.test(value))
    throw new InvalidArgumentError('An id has only a-z, 0-9, dot, slash and dash.');
  return value;
}

/** For options that may be given several times. */
export function collect(value: string, known: string[]): string[] {
  return [...known, value];
}

/**
 * A PostgreSQL database. Other users of a machine see arguments, so its password belongs into the variable. What it is
 * is checked by who opens it: commander would print it.
 */
export function databaseOption(what: string): Option {
  return new Option('--database <URL>', what).env('FAIRLEAD_DATABASE');
}
