import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { CaseFile } from '@fairlead/core/policy';

const maxFileBytes = 1 << 20;

async function filesUnder(folder: string, ending: string): Promise<string[]> {
  // Links are not followed: a test file lies in the program directory itself.
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function read(directory: string, path: string): Promise<CaseFile> {
  const file = relative(directory, path).split(sep).join('/');
  // The directory's own reading has said already what is wrong with files that are this large.
  if ((await stat(path)).size > maxFileBytes) return { file, text: '' };
  return { file, text: await readFile(path, 'utf8') };
}

/** The test and fixture files of a program directory. */
export async function readCaseFiles(directory: string): Promise<{
  readonly tests: readonly CaseFile[];
  readonly fixtures: readonly CaseFile[];
}> {
  const load = async (folder: string, ending: string) =>
    Promise.all((await filesUnder(join(directory, folder), ending)).map((path) => read(directory, path)));
  return { tests: await load('tests', '.test.yaml'), fixtures: await load('fixtures', '.yaml') };
}
