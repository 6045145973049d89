import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadSecret } from '../../platform/crypto/index.ts';
import type { Content } from './api.ts';
import type { ContentStore } from './store.ts';
import { openContentStore } from './store-sql.ts';

/** Kept content of a data folder that no server uses, for its administration. Opened when it is first needed. */
export function folderContent(
  dataDir: string,
  masterFile: string,
): Pick<Content, 'status' | 'open' | 'erase' | 'counts' | 'close'> {
  const file = join(dataDir, 'content.db');
  let opened: Promise<ContentStore> | null = null;
  const store = () => {
    opened ??= openContentStore({ kind: 'sqlite', file }, loadSecret(masterFile));
    return opened;
  };
  return {
    status: () => ({
      state: existsSync(file) ? 'on' : 'off',
      failure: null,
      waitingBytes: 0,
      notKept: 0,
    }),
    open: async (op) => (await store()).open(op),
    erase: async (subject) => (await store()).erase(subject),
    counts: async () => (await store()).counts(),
    close: async () => (await opened?.catch(() => null))?.close(),
  };
}
