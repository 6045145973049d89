import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { existsSync, realpathSync, renameSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { FairleadError } from '@fairlead/core/errors';
import { formatVerifierKey } from '@fairlead/core/ledger';
import { nodeHash, publicKeyOf } from '../../platform/crypto/index.ts';
import { makeFolder, readIfPresent, writeDurably } from '../../platform/files/index.ts';

/*
 * What must not roll back together with the data folder: the signing key, and the last checkpoint that it signed. They
 * lie beside the data folder, not in it, so that restoring a backup of one doesn't restore the other.
 */

const keyFile = 'ledger-signing.pem';
const nextKeyFile = 'ledger-signing.next.pem';
const nextKeySuffix = '.next';
const vkeyFile = 'ledger.vkey';
const lastSignedFile = 'ledger-last-signed';
const lastCosignedFile = 'ledger-last-cosigned';

/**
 * Where the key and the last checkpoint lie by default: beside the folder itself, whichever symbolic link leads to it, so
 * that one folder has one place of keys. Those that lie beside a link, as earlier versions had it, are found there.
 */
export function defaultKeysDir(dataDir: string): string {
  const beside = `${realPath(dataDir)}.keys`;
  const besideLink = `${resolve(dataDir)}.keys`;
  const holds = (folder: string) => [keyFile, lastSignedFile].some((file) => existsSync(join(folder, file)));
  return !holds(beside) && holds(besideLink) ? besideLink : beside;
}

/** A path without symbolic links, as far as it is there. */
export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(resolve(path));
    return parent === resolve(path) ? parent : join(realPath(parent), basename(path));
  }
}

/** Where signing keys are looked for. */
export interface KeyPlace {
  readonly keysDir: string;
  /** PKCS #8 in PEM, where it doesn't lie in `keysDir`. */
  readonly signingKey?: string | undefined;
}

function signingKeyFile({ keysDir, signingKey }: KeyPlace): string {
  return signingKey ?? join(keysDir, keyFile);
}

/** Whether there is a key to sign with. */
export function hasSigningKey(place: KeyPlace): boolean {
  return existsSync(signingKeyFile(place));
}

/** The signing key of this installation; made at the first start when `create` allows it. */
export function loadSigningKey(place: KeyPlace, create: boolean): KeyObject {
  const file = signingKeyFile(place);
  const pem = readIfPresent(file);
  if (pem !== null) {
    refuseReadable(file);
    return parseKey(pem, file);
  }
  if (!create) {
    throw new FairleadError('ledger.key-invalid', {
      message: 'The key that signs this ledger is missing.',
      place: { file },
      fix: 'Put the key back where it was; a new key means a new log.',
    });
  }
  makeFolder(dirname(file), 0o700);
  const { privateKey } = generateKeyPairSync('ed25519');
  writeDurably(file, privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(), 0o600);
  return privateKey;
}

/** Where the key lies that a rotation changes to: beside the one of now. */
export function nextSigningKeyFile({ keysDir, signingKey }: KeyPlace): string {
  return signingKey === undefined ? join(keysDir, nextKeyFile) : `${signingKey}${nextKeySuffix}`;
}

/**
 * The key that a rotation changes to, made and kept before anything speaks of it; an earlier attempt's, if there is.
 * @throws FairleadError `ledger.key-invalid` where it can't be kept
 */
export function loadNextKey(place: KeyPlace): KeyObject {
  const file = nextSigningKeyFile(place);
  const pem = readIfPresent(file);
  if (pem !== null) {
    refuseReadable(file);
    return parseKey(pem, file);
  }
  const { privateKey } = generateKeyPairSync('ed25519');
  try {
    writeDurably(file, privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(), 0o600);
  } catch (error) {
    throw new FairleadError('ledger.key-invalid', {
      message: `The new key cannot be kept beside the one of now (${(error as { code?: string }).code}).`,
      place: { file },
      fix: 'Change the key where the folder of the signing key can be written.',
    });
  }
  return privateKey;
}

export function hasNextKey(place: KeyPlace): boolean {
  return readIfPresent(nextSigningKeyFile(place)) !== null;
}

/** Puts the next key in the place of the one before, which is gone with it. */
export function useNextKey(place: KeyPlace): void {
  renameSync(nextSigningKeyFile(place), signingKeyFile(place));
}

function parseKey(pem: string, file: string): KeyObject {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // Reported below; the cause could quote the key.
  }
  throw new FairleadError('ledger.key-invalid', {
    message: 'The signing key is not an Ed25519 key in PKCS#8 PEM.',
    place: { file },
  });
}

function refuseReadable(file: string): void {
  if (process.platform === 'win32' || (statSync(file).mode & 0o077) === 0) return;
  throw new FairleadError('ledger.key-invalid', {
    message: 'Others on this machine can read the key that signs the ledger.',
    place: { file },
    fix: `Run chmod 600 on it, and consider a new log if somebody may have copied it.`,
  });
}

/** The verifier key string of a log. */
export function verifierKeyOf(origin: string, key: KeyObject): string {
  return formatVerifierKey(nodeHash, origin, publicKeyOf(key));
}

/** Keeps the verifier key beside the signing key, for those who verify without trusting the database. */
export function writeVerifierKey(keysDir: string, vkey: string): void {
  makeFolder(keysDir, 0o700);
  const file = join(keysDir, vkeyFile);
  if (readIfPresent(file)?.trim() !== vkey) writeDurably(file, `${vkey}\n`, 0o644);
}

export function readVerifierKey(keysDir: string): string | null {
  return readIfPresent(join(keysDir, vkeyFile))?.trim() ?? null;
}

/** The last checkpoint that was signed, as kept outside the database. */
export function readLastSigned(keysDir: string): string | null {
  return readIfPresent(join(keysDir, lastSignedFile));
}

export function writeLastSigned(keysDir: string, note: string): void {
  writeDurably(join(keysDir, lastSignedFile), note, 0o600);
}

/** The newest checkpoint that every witness cosigned, as kept outside the database; null without witnesses. */
export function readLastCosigned(keysDir: string): string | null {
  return readIfPresent(join(keysDir, lastCosignedFile));
}

export function writeLastCosigned(keysDir: string, note: string): void {
  writeDurably(join(keysDir, lastCosignedFile), note, 0o600);
}

/** Keeps a copy of the last checkpoint of a log that is about to be abandoned, under a name that says its size. */
export function copyLastSigned(keysDir: string, size: number, now: number): void {
  const note = readLastSigned(keysDir);
  if (note !== null) writeDurably(join(keysDir, `${lastSignedFile}.retired-${size}-${now}`), note, 0o600);
}

/** Puts the last checkpoint of an abandoned log aside, under a name that says its size. */
export function retireLastSigned(keysDir: string, size: number, now: number): void {
  const file = join(keysDir, lastSignedFile);
  renameSync(file, `${file}.retired-${size}-${now}`);
}
