import type { ProgramFinding } from '../types.ts';
import type { Validation } from './json.ts';

const commands = { error: 'error', warning: 'warning', note: 'notice' } as const;

/**
 * Workflow commands that GitHub turns into annotations. `prefix` is the program directory inside the repository.
 * Everything is escaped, so that no name in a program can smuggle in a command of its own.
 */
export function renderGithub({ findings }: Validation, prefix = ''): string {
  return findings.map((item) => `${command(item, prefix)}\n`).join('');
}

function command(item: ProgramFinding, prefix: string): string {
  const file = prefix === '' ? item.file : `${prefix}/${item.file}`;
  const place = `file=${property(file)},line=${item.line},col=${item.column},title=${property(item.code)}`;
  return `::${commands[item.severity]} ${place}::${data(`${item.message} ${item.fix}`)}`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
