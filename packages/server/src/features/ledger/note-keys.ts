import type { KeyObject } from 'node:crypto';
import { isFairleadError } from '@fairlead/core/errors';
import {
  type Checkpoint,
  ed25519Type,
  type NoteSigner,
  type NoteVerifier,
  noteKeyId,
  openCheckpoint,
  parseVerifierKey,
} from '@fairlead/core/ledger';
import { nodeHash, publicKeyOf, signEd25519, verifyEd25519 } from '../../platform/crypto/index.ts';

/** Signs notes as `name` with an Ed25519 private key. */
export function nodeSigner(name: string, privateKey: KeyObject): NoteSigner {
  return {
    name,
    keyId: noteKeyId(nodeHash, name, ed25519Type, publicKeyOf(privateKey)),
    sign: (message) => signEd25519(privateKey, message),
  };
}

/** Verifies notes against a verifier key string. @throws FairleadError `ledger.key-invalid`. */
export function nodeVerifier(vkey: string): NoteVerifier {
  const key = parseVerifierKey(nodeHash, vkey);
  return {
    name: key.name,
    keyId: key.keyId,
    verify: (message, signature) => verifyEd25519(key.publicKey, message, signature),
  };
}

/**
 * The checkpoint of a note that one of several keys of a log signed; the first that did decides.
 * @throws FairleadError that of the last key, when none did
 */
export async function openByAny(note: string, vkeys: readonly string[]): Promise<Checkpoint> {
  let last: unknown;
  for (const vkey of vkeys) {
    try {
      return await openCheckpoint(note, nodeVerifier(vkey));
    } catch (error) {
      if (!isFairleadError(error)) throw error;
      last = error;
    }
  }
  throw last;
}
