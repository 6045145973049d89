import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Every file under a folder, database files and their write-ahead logs included. */
export function filesUnder(dir: string): readonly string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .map((name) => join(dir, name))
    .filter((path) => statSync(path).isFile());
}

/** The files under a folder whose bytes contain one of the values, in the plain or JSON-escaped form. */
export function filesContaining(dir: string, values: readonly string[]): readonly string[] {
  const needles = values.flatMap((value) => [value, JSON.stringify(value).slice(1, -1)]);
  return filesUnder(dir).filter((path) => {
    const bytes = readFileSync(path);
    return needles.some((needle) => bytes.includes(needle));
  });
}
