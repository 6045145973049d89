import { existsSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { FairleadError, isFairleadError } from '@fairlead/core/errors';
import { shiftProgramDates } from '@fairlead/core/program';
import type { Command } from 'commander';
import { readStarter, schemaFiles, writeBelow } from './starter.ts';

/** The day that the starter's dates were written for (its `recordedAt`). */
const starterDay = '2026-01-01';

/** `fairlead init`: a small working program, its days relative to today. */
export function registerInit(program: Command): void {
  program
    .command('init')
    .description('write a small working program directory; nothing is ever overwritten')
    .argument('[DIR]', 'where to write it', '.')
    .action(async (directory: string) => {
      const today = new Date().toISOString().slice(0, 10);
      const files = starterFiles(today);
      await writeProgram(directory, files);
      process.stdout.write(welcome(directory, files));
    });
}

/** The starter's files with their days moved to `today`, and the schemas beside them. */
export function starterFiles(today: string): Map<string, string> {
  const starter = readStarter();
  return new Map([...shiftProgramDates(starter, starterDay, today), ...schemaFiles(starter)]);
}

/**
 * Writes files into a directory, all or (when one of them exists already, or can't be written) none. A README that is there is left alone.
 * @throws FairleadError `program.exists`, `program.unwritable`.
 */
export async function writeProgram(directory: string, files: ReadonlyMap<string, string>): Promise<void> {
  const wanted = [...files].filter(([path]) => path !== 'README.md' || !existsSync(join(directory, path)));
  const there = wanted.find(([path]) => existsSync(join(directory, path)));
  if (there !== undefined) {
    const message = `${there[0]} is already there; nothing was written.`;
    throw new FairleadError('program.exists', { message, place: { path: directory } });
  }
  const paths = wanted.map(([path]) => join(directory, path));
  const made = missingAbove(paths);
  const begun: string[] = [];
  try {
    for (const [path, text] of wanted) {
      begun.push(join(directory, path));
      await writeBelow(directory, path, text, false);
    }
  } catch (error) {
    // One that somebody else put there meanwhile is theirs.
    if (isFairleadError(error) && error.code === 'program.exists') begun.pop();
    removeMade(begun, made);
    throw error;
  }
}

/** Folders that these files need and that aren't there yet, the deepest first. */
function missingAbove(paths: readonly string[]): readonly string[] {
  const missing = new Set<string>();
  for (const path of paths)
    for (let above = dirname(resolve(path)); !existsSync(above); above = dirname(above)) missing.add(above);
  return [...missing].sort((a, b) => b.length - a.length);
}

/** What can't be removed must not hide why the writing failed. */
function removeMade(files: readonly string[], folders: readonly string[]): void {
  for (const [remove, paths] of [
    [rmSync, files],
    [rmdirSync, folders],
  ] as const) {
    for (const path of paths) {
      try {
        remove(path);
      } catch {
        // Not made, or not ours alone.
      }
    }
  }
}

function welcome(directory: string, files: ReadonlyMap<string, string>): string {
  const edits = [...files]
    .filter(([path]) => path.endsWith('.yaml'))
    .flatMap(([path, text]) =>
      text.split('\n').flatMap((line, index) => {
        const edit = /# EDIT (\d): (.*)$/.exec(line);
        return edit === null
          ? []
          : [{ order: edit[1] ?? '', where: `${path}:${index + 1}`, what: edit[2] ?? '' }];
      }),
    )
    .sort((a, b) => (a.order < b.order ? -1 : 1));
  return [
    `A program of ${files.size} files was written to ${directory === '.' ? 'this directory' : directory}.`,
    'Edit three lines:',
    ...edits.map(({ where, what }) => `  ${where}  ${what}`),
    'Then:',
    `  fairlead validate ${directory}`,
    `  fairlead up --program ${directory} --data ./fairlead-data --credential OPENAI_API_KEY`,
    '',
  ].join('\n');
}
