import { statfsSync } from 'node:fs';
import type { AuditStore } from './store.ts';

/** What a start on a full disk needs, and a fiftieth of a small filesystem. */
const mostLeft = 4 * 1024 * 1024;
const shareLeft = 50;

interface Filesystem {
  readonly blocks: number;
  readonly bavail: number;
  readonly bsize: number;
}

/**
 * A store that takes nothing in where little is free: what can be computed again leaves the last of the disk to what still has
 * to be recorded. It fails as a full disk does.
 */
export function leavingRoom(
  store: AuditStore,
  folder: string,
  look: (folder: string) => Filesystem = statfsSync,
): AuditStore {
  return {
    ...store,
    write: async (batch) => {
      const { blocks, bavail, bsize } = look(folder);
      if (bavail * bsize < Math.min(mostLeft, (blocks * bsize) / shareLeft)) {
        throw Object.assign(new Error('what is free is left to the ledger'), { code: 'ENOSPC' });
      }
      return store.write(batch);
    },
  };
}
