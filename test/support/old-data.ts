import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { loadEd25519 } from '../../packages/server/src/platform/crypto/index.ts';
import { root } from './fairlead.ts';

/* Data folders that earlier versions wrote. `node tools/make-old-data.ts` adds that of this version. */

export const oldDataFolder = join(root, 'test/fixtures/old-data');

/** Versions whose data is there. */
export const oldVersions: readonly string[] = readdirSync(oldDataFolder).sort();

/** The PEM that signs the logs of the fixtures. It follows from a word, so that no key lies in the repository. */
export function fixtureSigningKey(): string {
  const seed = createHash('sha256').update('signs the logs of test fixtures').digest();
  return loadEd25519(seed).export({ format: 'pem', type: 'pkcs8' }).toString();
}

/** Lays the data folder of a version out at `dataDir`, with its keys beside it. */
export function unpackOldData(version: string, dataDir: string): { readonly checkpoint: string } {
  const from = join(oldDataFolder, version);
  const keysDir = `${dataDir}.keys`;
  for (const folder of [dataDir, keysDir]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of ['ledger.db', 'state.db'])
    writeFileSync(join(dataDir, name), gunzipSync(readFileSync(join(from, `${name}.gz`))));
  copyFileSync(join(from, 'instance.json'), join(dataDir, 'instance.json'));
  copyFileSync(join(from, 'ledger-last-signed'), join(keysDir, 'ledger-last-signed'));
  writeFileSync(join(keysDir, 'ledger-signing.pem'), fixtureSigningKey(), { mode: 0o600 });
  return { checkpoint: readFileSync(join(from, 'ledger-last-signed'), 'utf8') };
}
