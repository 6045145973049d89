import { generateKeyPairSync, sign, verify } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAddCheckpoint, parseAddCheckpoint } from './add-checkpoint.ts';
import { cosignatureTime, cosignatureType, cosignatureVerifier, cosigner } from './cosignature.ts';
import { formatVerifierKey, noteKeyId, openNote, parseVerifierKey, signNote } from './note.ts';
import { nodeHash } from './testing/fixtures.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
const name = 'witness.example/one';
const keyId = noteKeyId(nodeHash, name, cosignatureType, raw);
const signer = cosigner(
  { name, keyId },
  (message) => sign(null, message, privateKey),
  () => 1_700_000_000_999,
);
const verifier = cosignatureVerifier({ name, keyId }, (message, signature) =>
  verify(null, message, publicKey, signature),
);
const text = 'log.example/a\n5\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n';

describe('a cosignature', () => {
  it('verifies, and carries the time in seconds', async () => {
    const note = signNote(text, [signer]);
    expect((await openNote(note, [verifier])).signedBy).toEqual([name]);
    const signature = signer.sign(new TextEncoder().encode(text));
    expect(signature).toHaveLength(72);
    expect(cosignatureTime(signature)).toBe(1_700_000_000);
  });

  it('is of another type than a log’s signature: neither key passes for the other', () => {
    const vkey = formatVerifierKey(nodeHash, name, raw, cosignatureType);
    expect(parseVerifierKey(nodeHash, vkey, cosignatureType)).toMatchObject({ name, type: cosignatureType });
    expect(() => parseVerifierKey(nodeHash, vkey)).toThrow(/log's/);
    expect(() => parseVerifierKey(nodeHash, formatVerifierKey(nodeHash, name, raw), cosignatureType)).toThrow(
      /witness's/,
    );
  });

  it('does not verify when its time, its bytes or the text are changed, or it is cut', async () => {
    const message = new TextEncoder().encode(text);
    const signature = signer.sign(message);
    for (const at of [0, 7, 8, 40, 71]) {
      const changed = Uint8Array.from(signature);
      changed[at]! ^= 1;
      expect(await verifier.verify(message, changed)).toBe(false);
    }
    expect(await verifier.verify(message, signature.slice(0, 64))).toBe(false);
    expect(await verifier.verify(new TextEncoder().encode(`${text}x\n`), signature)).toBe(false);
  });
});

describe('the request of a witness', () => {
  it('reads back as it was written', () => {
    const hashes = fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { maxLength: 63 });
    fc.assert(
      fc.property(fc.nat(), hashes, (oldSize, proof) => {
        const request = { oldSize, proof, checkpoint: `${text}\n— x AAAAAAAA\n` };
        expect(parseAddCheckpoint(formatAddCheckpoint(request))).toEqual(request);
      }),
    );
  });

  it.each([
    '',
    'old 5',
    'old -1\n\nnote',
    'old 05\n\nnote',
    'new 5\n\nnote',
    'old 5\nnot base64!\n\nnote',
    'old 5\nAAAA\n\nnote',
    `old 5\n${'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n'.repeat(64)}\nnote`,
  ])('refuses %j', (body) => {
    expect(() => parseAddCheckpoint(body)).toThrow(expect.objectContaining({ code: 'ledger.note-invalid' }));
  });
});
