import type { KeyObject } from 'node:crypto';
import {
  ed25519Type,
  type NoteSigner,
  type NoteVerifier,
  noteKeyId,
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
