import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { FairleadError } from '@fairlead/core/errors';
import { makeFolder, readIfPresent, writeDurably } from '../../platform/files/index.ts';
import { headerOf } from './signed-token.ts';

/** The keys that sign tokens: one signs, older ones verify until their last token has expired. */
export interface SigningKeys {
  readonly kid: string;
  readonly key: KeyObject;
  /** Header text → public key of every key that still verifies. */
  readonly verifying: ReadonlyMap<string, KeyObject>;
}

/** A key as it is kept. */
export interface KeptKey {
  readonly kid: string;
  /** PKCS #8 in PEM. */
  readonly pem: string;
  /** Milliseconds since the epoch; null while it signs. */
  readonly verifiesUntil: number | null;
}

/** Where the keys are kept. `file` null keeps them in this process alone. */
export interface SigningKeyRing {
  current(now: number): SigningKeys;
  /** Begins a new key; those before verify until then. */
  rotate(verifiesUntil: number, now: number): Promise<SigningKeys>;
  /** Takes over what other replicas changed. */
  refresh(): Promise<void>;
}

/** @throws FairleadError `identity.signing-key-invalid` when others can read the file, or it holds something else. */
export function openSigningKeys(file: string | null): SigningKeyRing {
  let kept = file === null ? [newKey()] : (readKeys(file) ?? writeKeys(file, [newKey()]));
  let loaded = loadKeys(kept);
  let nextEnd = firstEnd(kept);
  const use = (keys: readonly KeptKey[]): SigningKeys => {
    kept = file === null ? keys : writeKeys(file, keys);
    loaded = loadKeys(kept);
    nextEnd = firstEnd(kept);
    return loaded;
  };
  return {
    current: (now) =>
      now < nextEnd ? loaded : use(kept.filter(({ verifiesUntil }) => !hasEnded(verifiesUntil, now))),
    async rotate(verifiesUntil, now) {
      const older = kept.map((key) => ({ ...key, verifiesUntil: key.verifiesUntil ?? verifiesUntil }));
      const ends = older.map((key) => ({
        ...key,
        verifiesUntil: Math.min(key.verifiesUntil, verifiesUntil),
      }));
      return use([...ends.filter((key) => !hasEnded(key.verifiesUntil, now)), newKey()]);
    },
    refresh: async () => undefined,
  };
}

export function hasEnded(verifiesUntil: number | null, now: number): boolean {
  return verifiesUntil !== null && verifiesUntil <= now;
}

function firstEnd(keys: readonly KeptKey[]): number {
  return Math.min(...keys.map(({ verifiesUntil }) => verifiesUntil ?? Number.POSITIVE_INFINITY));
}

export function newKey(): KeptKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const kid = createHash('sha256')
    .update(publicKey.export({ format: 'der', type: 'spki' }))
    .digest('hex')
    .slice(0, 16);
  return { kid, pem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(), verifiesUntil: null };
}

export function loadKeys(keys: readonly KeptKey[]): SigningKeys {
  const signing = keys.at(-1) as KeptKey;
  const verifying = new Map(
    keys.map(({ kid, pem }) => [headerOf(kid), createPublicKey(createPrivateKey(pem))]),
  );
  return { kid: signing.kid, key: createPrivateKey(signing.pem), verifying };
}

/** The keys of a file; null when it isn't there. @throws FairleadError `identity.signing-key-invalid` */
export function readKeys(file: string): readonly KeptKey[] | null {
  const text = readIfPresent(file);
  if (text === null) return null;
  if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) {
    throw new FairleadError('identity.signing-key-invalid', {
      message: 'Others on this machine can read the keys that sign assistants’ tokens.',
      place: { file },
      fix: 'Run chmod 600 on the file, then `fairlead device rotate-key --at-once` if somebody may have copied it.',
    });
  }
  try {
    const { keys } = JSON.parse(text) as { readonly keys: readonly KeptKey[] };
    loadKeys(keys);
    return keys;
  } catch {
    // The cause could quote the file.
    throw new FairleadError('identity.signing-key-invalid', { place: { file } });
  }
}

function writeKeys(file: string, keys: readonly KeptKey[]): readonly KeptKey[] {
  makeFolder(dirname(file), 0o700);
  writeDurably(file, `${JSON.stringify({ keys }, null, 2)}\n`, 0o600);
  return keys;
}
