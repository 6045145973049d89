import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'csv-parse/sync';

/** Where the reference data lies; it is no part of the project. */
export const referenceDir = resolve(
  process.env.FAIRLEAD_REFERENCE ?? join(import.meta.dirname, '../../../shared/data'),
);

/** Whether `folder` of the reference data is there; says so loudly when it isn't. */
export function hasReference(folder: string, what: string): boolean {
  const found = existsSync(join(referenceDir, folder));
  if (!found) {
    process.stderr.write(
      `SKIPPED ${what}: no reference data at ${join(referenceDir, folder)}; set FAIRLEAD_REFERENCE\n`,
    );
  }
  return found;
}

/** Rows of a CSV file of the reference data, by column. */
export function referenceRows(path: string): readonly { readonly [column: string]: string }[] {
  return parse(readFileSync(join(referenceDir, path), 'utf8'), {
    columns: true,
    relax_column_count: true,
    bom: true,
  });
}
