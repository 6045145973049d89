import type { OutputName, OutputOf } from '@fairlead/core/outputs';
import { Option } from 'commander';

export type Format = 'text' | 'json';

/** `--format` of a command that writes text for people, and one published JSON value or several. */
export function formatOption(what = 'text or json'): Option {
  return new Option('--format <FORMAT>', what).choices(['text', 'json']).default('text');
}

/** A value as the one line of JSON that the published schema of that name describes: the compiler compares them. */
export function jsonLine<Name extends OutputName>(_name: Name, value: OutputOf<Name>): string {
  return `${JSON.stringify(value)}\n`;
}

export function writeJson<Name extends OutputName>(name: Name, value: OutputOf<Name>): void {
  process.stdout.write(jsonLine(name, value));
}

/** As JSON, or as the text that people read. */
export function writeOutput<Name extends OutputName, Value extends OutputOf<Name>>(
  name: Name,
  format: Format,
  value: Value,
  textOf: (value: Value) => string,
): void {
  process.stdout.write(format === 'json' ? jsonLine(name, value) : textOf(value));
}
