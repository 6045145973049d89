import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FairleadError } from '@fairlead/core/errors';

/** The disk is full, or the account's share of it. */
const full: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT']);

/** Makes the data folder, readable by its owner only, with a `.gitignore` that keeps it out of any repository. */
export function createDataFolder(folder: string): void {
  try {
    if (mkdirSync(folder, { recursive: true, mode: 0o700 }) !== undefined) {
      writeFileSync(join(folder, '.gitignore'), '*\n');
    }
  } catch (cause) {
    const code = (cause as { code?: string }).code ?? 'unknown';
    throw new FairleadError('store.unreadable', {
      message: `The data folder can’t be made (${code}).`,
      place: { file: folder },
      ...(full.has(code) && { fix: 'Make room on that disk, then start again.' }),
      cause,
    });
  }
}
