import { readFileSync } from 'node:fs';
import { isPrivacyClass } from '@fairlead/core/privacy';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { commandPrivacy, optionPrivacy } from './privacy.ts';

/** The commands as the entry point registers them; importing that would run it. */
async function registered(): Promise<Command> {
  const program = new Command('fairlead').enablePositionalOptions();
  const main = readFileSync(new URL('./main.ts', import.meta.url), 'utf8');
  for (const [, name, path] of main.matchAll(
    /import \{ (register\w+) \} from '(\.\/commands\/[\w-]+\.ts)'/g,
  )) {
    const parts = (await import(path as string)) as Record<string, (to: Command) => void>;
    parts[name as string]?.(program);
  }
  return program;
}

/** Those that do something: a name that only leads on to others prints nothing but help. */
function namesOf(command: Command, before = ''): readonly string[] {
  return command.commands.flatMap((one) => {
    const name = `${before}${one.name()}`;
    const runs = (one as unknown as { _actionHandler: unknown })._actionHandler !== null;
    return [...(runs ? [name] : []), ...namesOf(one, `${name} `)];
  });
}

describe('what a command prints of people', () => {
  it('is said of every command, and of none that is not there', async () => {
    const names = namesOf(await registered());
    expect(names.length).toBeGreaterThan(40);
    expect(names.filter((name) => !isPrivacyClass(commandPrivacy[name]))).toEqual([]);
    expect(Object.keys(commandPrivacy).filter((name) => !names.includes(name))).toEqual([]);
  });

  it('is said of options of commands that are there', async () => {
    const names = namesOf(await registered());
    const known = (option: string) => names.some((name) => option.startsWith(`${name} --`));
    expect(Object.keys(optionPrivacy).filter((option) => !known(option))).toEqual([]);
  });
});
