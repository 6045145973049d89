import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FairleadError } from '@fairlead/core/errors';
import { examplesOf, jsonSchemaOf, type PublishedSchema, publishedSchemas } from '@fairlead/core/program';

const folder = fileURLToPath(new URL('../../starter/', import.meta.url));

/** Where a program keeps the schemas that its files name in their first line. */
export const schemaFolder = '.fairlead-schemas';

/** The files of the starter as written, by path with `/`. Their days count from its `recordedAt`. */
export function readStarter(): Map<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(folder.length).replace(/^\//, ''));
  return new Map(paths.sort().map((path) => [path, readFileSync(`${folder}${path}`, 'utf8')]));
}

/** A published schema with a worked example taken from the starter. */
export function schemaText(published: PublishedSchema, starter: ReadonlyMap<string, string>): string {
  return `${JSON.stringify(jsonSchemaOf(published, examplesOf(published, starter)), null, 2)}\n`;
}

/** The schema files that editors read, by path inside a program. */
export function schemaFiles(starter: ReadonlyMap<string, string>): Map<string, string> {
  const ofFiles = publishedSchemas.filter(({ place }) => !place.startsWith('fairlead '));
  return new Map(
    ofFiles.map((published) => [
      `${schemaFolder}/${published.name}.schema.json`,
      schemaText(published, starter),
    ]),
  );
}

/**
 * Writes one file below a directory, with the folders it needs. With `replace: false` a file that is there stays.
 * @throws FairleadError `program.exists`, `program.unwritable`.
 */
export async function writeBelow(
  directory: string,
  path: string,
  text: string,
  replace: boolean,
): Promise<void> {
  const { makeFolder } = await import('@fairlead/server/cli-api');
  const place = join(directory, path);
  try {
    makeFolder(dirname(place), 0o777);
    writeFileSync(place, text, { flag: replace ? 'w' : 'wx' });
  } catch (cause) {
    const { code, syscall } = cause as NodeJS.ErrnoException;
    const there = code === 'EEXIST' && syscall === 'open';
    throw new FairleadError(there ? 'program.exists' : 'program.unwritable', {
      place: { path: place },
      cause,
    });
  }
}
