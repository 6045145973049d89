import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { BackupManifest } from './manifest.ts';
import { damagedPart, type PartSource, readingPart } from './source-errors.ts';

/** What is known of that which is copied. */
export interface CopyChecks {
  /** Where a part comes from. */
  sourceOf(name: string): PartSource;
  /** Verifies the whole log of the `ledger.db` in a folder. */
  verifyLog(
    folder: string,
    vkey: string,
  ): Promise<{ readonly size: number; readonly problems: readonly { readonly message: string }[] }>;
}

/**
 * What a restore would find of this copy, found before anybody relies on it: the pages of every database, and all that
 * the log's entries, tree, signatures and sums say of each other. SQLite's copying looks at neither.
 * @throws FairleadError `backup.source-damaged`
 */
export async function checkCopy(
  staging: string,
  { parts, vkey, size }: BackupManifest,
  { sourceOf, verifyLog }: CopyChecks,
): Promise<void> {
  for (const { name } of parts.filter((part) => part.name.endsWith('.db')))
    await readingPart(sourceOf(name), () => checkPages(join(staging, name), sourceOf(name)));
  const ledger = sourceOf('ledger.db');
  const verdict = await readingPart(ledger, () => verifyLog(staging, vkey));
  const [first] = verdict.problems;
  if (first !== undefined) throw damagedPart(ledger, first.message.replace(/\.$/, ''));
  if (verdict.size !== size) throw damagedPart(ledger, `${verdict.size} entries instead of ${size}`);
}

function checkPages(file: string, part: PartSource): void {
  const database = new Database(file, { readonly: true });
  try {
    const found = database.pragma('quick_check(1)', { simple: true });
    if (found !== 'ok') throw damagedPart(part, 'quick_check of SQLite');
  } finally {
    database.close();
  }
}
