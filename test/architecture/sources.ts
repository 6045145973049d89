import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** One file: path from the root with forward slashes, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((item) => {
    if (item.name === 'node_modules' || item.name === 'dist' || item.name.startsWith('.')) return [];
    const path = join(folder, item.name);
    return item.isDirectory() ? walk(path) : [path];
  });
}

/** All files under `folders` whose names end in one of `endings`, by path. */
export function readSources(folders: readonly string[], endings: readonly string[]): readonly SourceFile[] {
  return folders
    .flatMap((folder) => walk(join(root, folder)))
    .filter((path) => endings.some((ending) => path.endsWith(ending)))
    .map((path) => ({ path: relative(root, path).replaceAll('\\', '/'), text: readFileSync(path, 'utf8') }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Every text file that git tracks. Null outside a git checkout. */
export function readTracked(): readonly SourceFile[] | null {
  const listing = spawnSync('git', ['-C', root, 'ls-files', '-z'], { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (listing.status !== 0) return null;
  return listing.stdout
    .split('\0')
    .filter((path) => path !== '')
    .flatMap((path) => {
      try {
        const text = readFileSync(join(root, path), 'utf8');
        return text.includes('\0') ? [] : [{ path, text }];
      } catch {
        return []; // deleted in the working tree, not yet in the index
      }
    });
}
