import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { FairleadError } from '@fairlead/core/errors';
import { loadSecret, sha256Hex } from '../../platform/crypto/index.ts';
import type { ReplicaStore } from './store.ts';

/**
 * Makes sure that this replica has the same secrets as the others: a session that one names must be the same session on
 * the next, a cookie of one must be taken by all. The database keeps a digest of each (they are 256 random bits), the
 * first replica makes them, and the others must have been given copies.
 * @throws FairleadError `replica.secrets-differ`, `store.secret-invalid`
 */
export async function checkSharedSecrets(
  store: Pick<ReplicaStore, 'digest' | 'keepDigest'>,
  folder: string,
  files: readonly string[],
): Promise<void> {
  for (const file of files) {
    const path = join(folder, file);
    const kept = await store.digest(file);
    // A secret made now would be one that the others don't have.
    if (kept !== null && !existsSync(path)) throw differ(path, 'is missing here');
    const own = sha256Hex(
      `fairlead replica secret\n${file}\n${Buffer.from(loadSecret(path)).toString('hex')}`,
    );
    if ((kept ?? (await store.keepDigest(file, own))) !== own) throw differ(path, 'is another one here');
  }
}

function differ(file: string, how: string): FairleadError {
  return new FairleadError('replica.secrets-differ', {
    message: `A secret that all replicas share ${how}.`,
    place: { file },
  });
}
