import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

const root = join(import.meta.dirname, '../../../../..');

/** The files of a program directory of this repository, by path with `/`. */
export function readFolder(folder: string): Map<string, string> {
  const place = join(root, folder);
  const files = readdirSync(place, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const paths = files.map((entry) =>
    relative(place, join(entry.parentPath, entry.name)).split(sep).join('/'),
  );
  const visible = paths.filter((path) => !path.startsWith('.')).sort();
  return new Map(visible.map((path) => [path, readFileSync(join(place, path), 'utf8')]));
}

/** The complete example, and the day it was right on. */
export const exampleDay = '2026-11-01';
export const exampleFiles: ReadonlyMap<string, string> = readFolder('program');
export const starterDay = '2026-01-01';
export const starterFiles: ReadonlyMap<string, string> = readFolder('packages/cli/starter');

/** The example with one piece of text replaced; throws when the piece isn't there exactly as often as expected. */
export function withChange(file: string, from: string, to: string): Map<string, string> {
  const files = new Map(exampleFiles);
  const text = files.get(file);
  if (text === undefined || !text.includes(from))
    throw new Error(`${file} does not hold ${JSON.stringify(from)}`);
  files.set(
    file,
    text.replace(from, () => to),
  );
  return files;
}

/** The example with one file added or replaced. */
export function withFile(file: string, text: string): Map<string, string> {
  return new Map(exampleFiles).set(file, text);
}

export function withoutFile(file: string): Map<string, string> {
  const files = new Map(exampleFiles);
  if (!files.delete(file)) throw new Error(`${file} is not part of the example`);
  return files;
}
