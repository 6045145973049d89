import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FairleadError } from '@fairlead/core/errors';
import { makeFolder } from '../files/index.ts';
import { isSystemFull, systemCode } from '../files/room.ts';

/** Makes the data folder, readable by its owner only, with a `.gitignore` that keeps it out of any repository. */
export function createDataFolder(folder: string): void {
  try {
    if (makeFolder(folder, 0o700)) writeFileSync(join(folder, '.gitignore'), '*\n');
  } catch (cause) {
    const code = systemCode(cause) ?? 'unknown';
    throw new FairleadError('store.unreadable', {
      message: `The data folder can’t be made (${code}).`,
      place: { file: folder },
      ...(isSystemFull(cause) && { fix: 'Make room on that disk, then start again.' }),
      cause,
    });
  }
}

const [reachable, writable, readable] = [0o011, 0o022, 0o044];

/**
 * What others on this machine may do with a data folder that somebody else made, one sentence each. What Fairlead makes
 * in it is private; a file of an earlier version, or one that was copied here, may not be.
 */
export function exposuresOf(folder: string): readonly string[] {
  if (process.platform === 'win32') return [];
  const { mode } = statSync(folder);
  const named = readdirSync(folder).filter((name) => {
    if (!/\.db(?:-wal)?$/.test(name)) return false;
    const found = statSync(join(folder, name), { throwIfNoEntry: false });
    return found !== undefined && (found.mode & (readable | writable)) !== 0;
  });
  return [
    ...((mode & reachable) !== 0 && named.length > 0
      ? [`Others on this machine may read ${named.join(', ')} in ${folder}: run chmod go-rwx on them.`]
      : []),
    ...((mode & writable) !== 0
      ? [
          `Others on this machine can put files into ${folder}, and remove what is there: run chmod go-w on it.`,
        ]
      : []),
  ];
}
