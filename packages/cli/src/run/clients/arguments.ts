import { FairleadError } from '@fairlead/core/errors';

/** Refuses arguments that would undo the set-up. Each is a name such as `--settings`, alone or with `=value`. */
export function refuseArguments(args: readonly string[], refused: (argument: string) => boolean): void {
  const found = args.find(refused);
  if (found === undefined) return;
  throw new FairleadError('run.argument-refused', { place: { path: found.split('=')[0]?.slice(0, 60) } });
}

/** Whether an option is among the arguments, in one of its spellings. */
export function hasOption(args: readonly string[], ...names: readonly string[]): boolean {
  return args.some((argument) => names.some((name) => argument === name || argument.startsWith(`${name}=`)));
}

/** An environment without some variables. */
export function without(environment: NodeJS.ProcessEnv, names: RegExp): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !names.test(name)));
}

/** A command line for `sh`, or for `cmd` on Windows. */
export function shellLine(words: readonly string[]): string {
  if (process.platform === 'win32') return words.map((word) => `"${word}"`).join(' ');
  return words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
}
