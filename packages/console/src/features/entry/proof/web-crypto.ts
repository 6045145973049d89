import type { Hash, NoteVerifier, VerifierKey } from '@fairlead/core/ledger/proof';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';

/** Core's hash port. WebCrypto's digests are asynchronous, which a walk up a tree is not. */
export const webHash: Hash = {
  sha256(...parts) {
    const hash = sha256.create();
    for (const part of parts) hash.update(part);
    return hash.digest();
  },
  hmacSha256: (key, data) => hmac(sha256, key, data),
};

/** Thrown when this browser can't check Ed25519 signatures: nothing is shown to be wrong then, nor right. */
export const noEd25519 = 'Ed25519 is not supported here';

/** Checks a log's signatures with the browser's own cryptography. */
export function webVerifier({ name, keyId, publicKey }: VerifierKey): NoteVerifier {
  return {
    name,
    keyId,
    async verify(message, signature) {
      const key = await crypto.subtle
        .importKey('raw', new Uint8Array(publicKey), 'Ed25519', false, ['verify'])
        .catch((cause: unknown) => {
          throw new Error(noEd25519, { cause });
        });
      return crypto.subtle.verify('Ed25519', key, new Uint8Array(signature), new Uint8Array(message));
    },
  };
}
