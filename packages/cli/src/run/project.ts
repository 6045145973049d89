import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { configPlaces, fileKindOf, type ProjectFile } from '@fairlead/core/assistant-config';

const largestFile = 256 * 1024;
const deepest = 8;
const mostEntries = 5_000;

/** A file of assistant config with its path inside the folder that it counts for. */
export type FoundFile = ProjectFile & { readonly inFolder: string };

/**
 * Everything that assistants would read of a project's own config when they start in `cwd`: in that folder and in every
 * one above it up to the repository's root. Links are followed, as assistants do.
 */
export function readProjectConfig(root: string, cwd: string): readonly FoundFile[] {
  return foldersUpTo(root, cwd).flatMap((folder) => {
    const look: Look = { root, folder, left: mostEntries };
    return configPlaces.flatMap(({ path, deep }) => filesOf(look, path, deep ? deepest : 1));
  });
}

interface Look {
  readonly root: string;
  readonly folder: string;
  /** How many more entries are looked at before the rest counts as unreadable. */
  left: number;
}

function foldersUpTo(root: string, cwd: string): readonly string[] {
  const folders = [cwd];
  for (let folder = cwd; relative(root, folder) !== ''; ) {
    const parent = dirname(folder);
    // Outside the root after all (a link): the root itself still counts.
    if (parent === folder) return [cwd, root];
    folders.push(parent);
    folder = parent;
  }
  return folders.reverse();
}

function filesOf(look: Look, inFolder: string, depth: number): FoundFile[] {
  const path = join(look.folder, inFolder);
  const shown = relative(look.root, path).split(sep).join('/');
  const found = stat(path);
  if (found === null || look.left < 0) return [];
  look.left -= 1;
  // Too much to read is reported as a file that nobody can read.
  if (look.left < 0) return [{ path: shown, inFolder: '.mcp.json', text: null }];
  if (found.isDirectory()) {
    if (depth === 0) return [];
    return readdirSync(path)
      .sort()
      .flatMap((name) => filesOf(look, `${inFolder}/${name}`, depth - 1));
  }
  if (fileKindOf(inFolder) === null) return [];
  const text = found.isFile() && found.size <= largestFile ? readText(path) : null;
  return [{ path: shown, inFolder, text }];
}

function stat(path: string) {
  return statSync(path, { throwIfNoEntry: false }) ?? null;
}

function readText(path: string): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch {
    return null;
  }
}
