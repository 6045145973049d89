import { concatBytes, encodeUtf8 } from '../text/index.ts';
import type { NoteSigner, NoteVerifier } from './note.ts';

/*
 * C2SP tlog-cosignature, version 1: a witness signs a checkpoint together with the time at which it saw it as the newest
 * consistent one. Source: c2sp.org/tlog-cosignature.
 */

/** The signature type of witnesses' Ed25519 keys. */
export const cosignatureType = 0x04;

const timeBytes = 8;
const signatureBytes = 64;

/** What a witness signs: `time` in seconds since the epoch, `text` the checkpoint with its final newline. */
function cosignedMessage(text: Uint8Array, time: number): Uint8Array {
  return concatBytes(encodeUtf8(`cosignature/v1\ntime ${time}\n`), text);
}

function encodeTime(time: number): Uint8Array {
  const bytes = new Uint8Array(timeBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(time));
  return bytes;
}

/** The time of a cosignature, seconds since the epoch; null when it isn't one. */
export function cosignatureTime(signature: Uint8Array): number | null {
  if (signature.length !== timeBytes + signatureBytes) return null;
  const view = new DataView(signature.buffer, signature.byteOffset, timeBytes);
  const time = Number(view.getBigUint64(0));
  return Number.isSafeInteger(time) ? time : null;
}

/** A signer of notes that adds the time. `sign` signs bytes with the witness's Ed25519 key, `now` is in milliseconds. */
export function cosigner(
  { name, keyId }: Pick<NoteSigner, 'name' | 'keyId'>,
  sign: (message: Uint8Array) => Uint8Array,
  now: () => number,
): NoteSigner {
  return {
    name,
    keyId,
    sign(text) {
      const time = Math.floor(now() / 1000);
      return concatBytes(encodeTime(time), sign(cosignedMessage(text, time)));
    },
  };
}

/** Verifies cosignatures of one witness. `verify` checks an Ed25519 signature over bytes. */
export function cosignatureVerifier(
  { name, keyId }: Pick<NoteVerifier, 'name' | 'keyId'>,
  verify: NoteVerifier['verify'],
): NoteVerifier {
  return {
    name,
    keyId,
    verify(text, signature) {
      const time = cosignatureTime(signature);
      return time !== null && verify(cosignedMessage(text, time), signature.slice(timeBytes));
    },
  };
}
