import { existsSync, readdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { FairleadError } from '@fairlead/core/errors';
import { makeFolder } from '../../platform/files/index.ts';

/** Where files lie until all are written. What an export that was killed left there, the next one removes. */
const stagingName = '.fairlead-export';

/** Writes one file below the folder. @throws FairleadError `ledger.export-unwritable` */
export type Put = (path: string, content: string | Uint8Array) => void;

/**
 * Fills a new or an empty folder with all that `fill` puts, or leaves it as it was. What was put last at the top also
 * appears last.
 * @throws FairleadError `ledger.export-exists`, `ledger.export-unwritable`, and what `fill` throws
 */
export async function fillFolder<Result>(
  directory: string,
  fill: (put: Put) => Promise<Result>,
): Promise<Result> {
  const staging = join(directory, stagingName);
  const made = missingFolders(directory);
  const names = new Set<string>();
  const placed: string[] = [];
  try {
    refuseUsed(directory);
    writing(directory, () => {
      rmSync(staging, { recursive: true, force: true });
      makeFolder(staging, 0o777);
    });
    const result = await fill((path, content) => {
      const file = join(staging, path);
      writing(join(directory, path), () => {
        makeFolder(dirname(file), 0o777);
        writeFileSync(file, content, { flag: 'wx' });
      });
      // A name counts from the last file that was put there.
      const [name = path] = path.split('/');
      names.delete(name);
      names.add(name);
    });
    refuseUsed(directory);
    writing(directory, () => {
      for (const name of names) {
        renameSync(join(staging, name), join(directory, name));
        placed.push(name);
      }
      rmdirSync(staging);
    });
    return result;
  } catch (error) {
    for (const name of [...placed, stagingName]) remove(join(directory, name));
    for (const folder of made) removeEmpty(folder);
    throw error;
  }
}

/** The folder and those above it that aren't there yet, the deepest first. */
function missingFolders(directory: string): readonly string[] {
  const missing: string[] = [];
  for (let path = resolve(directory); !existsSync(path); path = dirname(path)) missing.push(path);
  return missing;
}

function refuseUsed(directory: string): void {
  const found = writing(directory, () => (existsSync(directory) ? readdirSync(directory) : []));
  if (found.some((name) => name !== stagingName))
    throw new FairleadError('ledger.export-exists', { place: { path: directory } });
}

// What can't be removed either must not hide why the export failed.
function remove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {}
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {}
}

function writing<Result>(file: string, write: () => Result): Result {
  try {
    return write();
  } catch (cause) {
    const { code = 'unknown' } = cause as NodeJS.ErrnoException;
    const message = `The export can't be written (${code}).`;
    throw new FairleadError('ledger.export-unwritable', { message, place: { file }, cause });
  }
}
