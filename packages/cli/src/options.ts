import { InvalidArgumentError } from 'commander';

/** A TCP port, 0 to 65535. */
export function parsePort(value: string): number {
  const port = Number(value);
  if (!/^\d{1,5}$/.test(value) || port > 65_535)
    throw new InvalidArgumentError('it is a number from 0 to 65535');
  return port;
}

/** An id of the program: `[a-z0-9._/-]+`. */
export function parseId(value: string): string {
  if (!/^[a-z0-9._/-]+$/.test(value))
    throw new InvalidArgumentError('an id has only a-z, 0-9, dot, slash and dash');
  return value;
}

/** For options that may be given several times. */
export function collect(value: string, known: string[]): string[] {
  return [...known, value];
}
