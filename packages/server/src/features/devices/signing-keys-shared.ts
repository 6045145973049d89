import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { FairleadError } from '@fairlead/core/errors';
import { hasEnded, type KeptKey, loadKeys, newKey, type SigningKeyRing } from './signing-keys.ts';
import type { DeviceStore } from './store.ts';
import type { SealedKey } from './types.ts';

/*
 * Replicas share the keys that sign tokens through their database, so that a rotation on one holds on all. The database
 * gets them sealed with a secret that only the replicas have: whoever reads it can sign nothing.
 */

const cipher = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/**
 * The keys in the database; the first replica makes the first one, or brings those it had without a database.
 * @param secret 32 bytes
 * @throws FairleadError `identity.signing-key-invalid` when the secret isn't the one they were sealed with
 */
export async function openSharedSigningKeys(
  store: Pick<DeviceStore, 'signingKeys' | 'insertSigningKey' | 'endSigningKeys'>,
  secret: Uint8Array,
  own: readonly KeptKey[] | null,
  now: number,
): Promise<SigningKeyRing> {
  const first = (await store.signingKeys()).length === 0;
  if (first) {
    for (const [i, key] of (own ?? [newKey()]).entries())
      await store.insertSigningKey(seal(key, secret, now + i));
  }
  const read = async () => (await store.signingKeys()).map((key) => open(key, secret));
  let kept = await read();
  let loaded = loadKeys(kept);
  const refresh = async () => {
    kept = await read();
    loaded = loadKeys(kept);
  };
  return {
    current(now) {
      const ended = kept.filter(({ verifiesUntil }) => hasEnded(verifiesUntil, now));
      if (ended.length === 0) return loaded;
      kept = kept.filter((key) => !ended.includes(key));
      loaded = loadKeys(kept);
      return loaded;
    },
    async rotate(verifiesUntil, now) {
      await store.endSigningKeys(verifiesUntil, seal(newKey(), secret, now));
      await refresh();
      return loaded;
    },
    refresh,
  };
}

function seal({ kid, pem, verifiesUntil }: KeptKey, secret: Uint8Array, createdAt: number): SealedKey {
  const nonce = randomBytes(nonceBytes);
  const sealing = createCipheriv(cipher, secret, nonce).setAAD(Buffer.from(kid));
  const body = Buffer.concat([sealing.update(pem, 'utf8'), sealing.final()]);
  const sealed = Buffer.concat([nonce, sealing.getAuthTag(), body]).toString('base64');
  return { kid, sealed, verifiesUntil, createdAt };
}

function open({ kid, sealed, verifiesUntil }: SealedKey, secret: Uint8Array): KeptKey {
  const bytes = Buffer.from(sealed, 'base64');
  try {
    const opening = createDecipheriv(cipher, secret, bytes.subarray(0, nonceBytes), {
      authTagLength: tagBytes,
    })
      .setAAD(Buffer.from(kid))
      .setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
    const pem = Buffer.concat([opening.update(bytes.subarray(nonceBytes + tagBytes)), opening.final()]);
    return { kid, pem: pem.toString('utf8'), verifiesUntil };
  } catch {
    // The cause could quote what was opened.
    throw new FairleadError('identity.signing-key-invalid', {
      message: 'The keys that sign assistants’ tokens were sealed with another secret than this replica has.',
    });
  }
}
